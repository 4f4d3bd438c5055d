"""How much facets and sums cost over many figures.

    python -m benchmarks.sums make FILE [FIGURES] [SHARE]
                                                      a database of generated figures (1,000,000);
                                                      the share of claims that are open (0)
    python -m benchmarks.sums ask FILE                CPU milliseconds of each question
    python -m benchmarks.sums follow FILE             seconds that small loads take on top of it

The figures are seeded and skewed: a few programmes have most of them, each programme has its own
few metrics, a source tells of one programme, some figures are deprecated, some say what others say.
"""

import json
import random
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from api.app import create_app
from api.cli.database import seed
from api.settings import Settings
from api.store.engine import Database, open_writer, write_transaction
from api.store.history import release_hash
from api.store.load import prepare
from api.store.summaries import renew_summaries
from api.store.tables import insert_rows
from schemas import FIGURE
from schemas.bounds import bounds

MOMENT = "2030-01-01T00:00:00.000Z"
REGIONS = "AMA ANC APU ARE AYA CAJ CAL CUS HUV HUC ICA JUN LAL LAM LIM LOR MDD MOQ PAS PIU PUN"
QUESTIONS = (
    "/figures?per_page=20",
    "/figures?facets=status,unit,region",
    "/figures?facets=program,source,organization,metric,qualifier,dataset,rank,year,scope",
    "/figures?status=target&facets=status,unit,region",
    "/figures?metric=metric_1&facets=status,program,region",
    "/figures?region=PE-PIU&facets=status,metric,unit",
    "/figures?program=program-0000&facets=status,metric,year",
    "/figures?program=program-0500&facets=status,metric,year,region,source",
    "/figures?measure=money&year=2020&facets=metric,scope",
    "/figures?qualifier=about&facets=status,metric",
    "/figures?source=source-0000001&facets=status,metric",
    "/figures?value__gte=1000000&facets=status,unit,region",
    "/figures?value__gte=1000000&match=certain&facets=status",
    "/figures?q=plan&facets=status,unit",
    "/figures?counted=true",
    "/figures?counted=false&facets=status",
    "/aggregates",
    "/aggregates?measure=money",
    "/aggregates?measure=money&across_status=true",
    "/aggregates?group_by=program",
    "/aggregates?group_by=program&measure=money&sort=-sum",
    "/aggregates?group_by=region&measure=money",
    "/aggregates?group_by=region,metric",
    "/aggregates?group_by=metric,year",
    "/aggregates?group_by=organization",
    "/aggregates?group_by=source&measure=money",
    "/aggregates?group_by=program,year",
    "/aggregates?group_by=program,region",
    "/aggregates?group_by=year&program=program-0000",
    "/aggregates?group_by=year&program=program-0500",
    "/aggregates?group_by=metric&source=source-0000001",
    "/aggregates?group_by=program&metric=metric_1",
    "/aggregates?group_by=program&region=PE-PIU",
    "/aggregates?group_by=status&qualifier=about",
    "/aggregates?group_by=program&value__gte=1000000",
    "/aggregates?group_by=program&q=plan",
    "/aggregates?group_by=program&dataset=data-00&format=csv",
    "/figures?facets=status,unit&as_of=5",
    "/aggregates?as_of=5",
    "/aggregates?group_by=program&measure=money&as_of=5",
)


def skewed(number: int, power: float) -> list[float]:
    """Cumulative weights: the first of so many has most."""
    return list(accumulate(1 / (n + 1) ** power for n in range(number)))


def generated(
    number: int, chance: random.Random, disagreeing: float = 0.0
) -> Iterator[dict[str, Any]]:
    """Figures as they are loaded, the bounds derived; `disagreeing` is the share of those that
    repeat others and do not agree how far a thing is."""
    programs = skewed(2000, 0.9)
    regions = [f"PE-{code}" for code in REGIONS.split()]
    profile = {
        program: (
            chance.choices(range(24), cum_weights=skewed(24, 1), k=3),
            chance.choice(["PEN"] * 8 + ["USD", "EUR"]),
            f"data-{chance.choices(range(20), cum_weights=skewed(20, 1))[0]:02}",
        )
        for program in range(2000)
    }
    source, told, program = 0, 0, 0
    before: dict[str, Any] = {}
    for n in range(number):
        if not told:
            source, told = source + 1, chance.choice([1, 2, 3, 5, 8, 13, 40])
            (program,) = chance.choices(range(2000), cum_weights=programs)
        told -= 1
        metrics, currency, dataset = profile[program]
        metric = chance.choice(metrics)
        measure = "money" if metric % 3 == 1 else "count"
        value = round(10 ** chance.uniform(0, 9), 2 if measure == "money" else 0)
        place = chance.choices(range(4), (30, 25, 35, 10))[0]
        year = chance.choices([None, *range(2005, 2026)], (30, *range(1, 22)))[0]
        unit = currency if measure == "money" else f"unit_{metric}"
        qualifier = chance.choices(
            ("exact", "about", "more_than", "at_least", "less_than", "at_most"),
            (55, 20, 15, 4, 4, 2),
        )[0]
        id_ = f"figure-{n:08}"
        figure = {
            "id": id_,
            "program": None if chance.random() < 0.15 else f"program-{program:04}",
            "organization": f"organization-{program % 200:03}",
            "metric": f"metric_{metric}",
            "label": {
                "en": f"What the plan {program} of metric {metric} came to",
                "es": f"Lo que sumó el plan {program} de la métrica {metric}",
            },
            "measure": measure,
            "unit": unit,
            "value": value,
            "qualifier": qualifier,
            **bounds(value, qualifier)._asdict(),  # type: ignore[arg-type]
            "status": chance.choices(
                ("achieved", "in_progress", "planned", "target", "unclear"), (40, 15, 20, 20, 5)
            )[0],
            "period": year and {"start": f"{year}-01-01", "end": f"{year}-12-31", "duration": None},
            "scope": (None, "national", "regional", "regional")[place],
            "regions": (
                [],
                ["PE"],
                chance.sample(regions, 1),
                sorted(chance.sample(regions[:6], 2)),
            )[place],
            "allocation": (None, None, None, chance.choice(["joint", "joint", "each"]))[place],
            "source": {"id": f"source-{source:07}", "start": 10, "end": 17, "stated": "1234567"},
            "attribution": {
                "speaker": "Somebody, of the ministry",
                "role": {"en": "Minister", "es": "Ministra"},
                "organization": f"organization-{program % 200:03}",
                "on": f"{2005 + n % 20}-04-28",
            },
            "rank": chance.choices(("normal", "preferred", "deprecated"), (93, 5, 2))[0],
            "same_claim_as": None,
            "notes": {"en": "Nothing to note", "es": "Nada que anotar"},
            "dataset": dataset,
        }
        if before and chance.random() < 0.01:
            # Another source says the same; now and then it says otherwise how far it is.
            said = ("id", "source", "qualifier", "rank", "attribution")
            said += ("status",) * (chance.random() < disagreeing)
            figure = {**before, **{name: figure[name] for name in said}}
            figure |= bounds(figure["value"], figure["qualifier"])._asdict()
            figure["same_claim_as"] = before["id"]
        yield figure
        before = figure


def make(path: str, number: int, disagreeing: float) -> None:
    Path(path).unlink(missing_ok=True)
    db = open_writer(path, 1000)
    prepare(db)
    seed(db)
    (version,) = db.conn.execute("SELECT MAX(version) + 1 FROM releases").fetchone()
    start = time.process_time()
    db.conn.execute("PRAGMA cache_size = -1000000")
    with write_transaction(db):
        # Not how a load does it, but the rows are the same, and are there sooner.
        indexes = db.conn.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql NOT NULL "
            "AND tbl_name LIKE 'figures%'"
        ).fetchall()
        for name, _ in indexes:
            db.conn.execute(f"DROP INDEX {name}")
        add(db, version, generated(number, random.Random(1), disagreeing))
        for _, sql in indexes:
            db.conn.execute(sql)
        inserted = time.process_time()
        renew_summaries(db.conn, version)
        renewed = time.process_time()
        release(db, version)
    # One more version: the one before is asked for too, and is not the newest.
    with write_transaction(db):
        (body,) = db.conn.execute("SELECT body FROM figures WHERE row = 100").fetchone()
        db.conn.execute("UPDATE figures SET to_version = ? WHERE row = 100", (version + 1,))
        (last,) = db.conn.execute("SELECT MAX(row) FROM figures").fetchone()
        insert_rows(db, FIGURE, [(last + 1, version + 1, None, body)])
        renew_summaries(db.conn, version + 1)
        release(db, version + 1)
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    print(f"rows {inserted - start:.1f} s, summaries {renewed - inserted:.1f} s of CPU")


def add(db: Database, version: int, figures: Iterator[dict[str, Any]]) -> None:
    (row,) = db.conn.execute("SELECT MAX(row) FROM figures").fetchone()
    while some := list(islice(figures, 1000)):
        bodies = [
            json.dumps(
                FIGURE.instance.dump({**figure, "version": version, "updated_at": MOMENT}),
                ensure_ascii=False,
                separators=(",", ":"),
            )
            for figure in some
        ]
        insert_rows(
            db, FIGURE, [(row + n, version, None, body) for n, body in enumerate(bodies, 1)]
        )
        row += len(some)


def release(db: Database, version: int) -> None:
    (previous,) = db.conn.execute(
        "SELECT hash FROM releases ORDER BY version DESC LIMIT 1"
    ).fetchone()
    moment = f"2030-01-01T00:00:{version % 60:02}.000Z"
    hash_ = release_hash(db.conn, version, moment, "generated", "{}", previous)
    db.conn.execute(
        "INSERT INTO releases VALUES (?, ?, 'generated', '{}', ?, ?)",
        (version, moment, previous, hash_),
    )


def ask(path: str) -> None:
    """CPU of each question, asked in one process without a server; Flask's own share is in it."""
    app = create_app(Settings(database=path, statement_timeout_ms=60_000))
    client = app.test_client()
    for question in QUESTIONS:
        spent = []
        for _ in range(3):
            start = time.process_time()
            answer = client.get(question)
            size = len(answer.get_data())
            spent.append((time.process_time() - start) * 1000)
        print(f"{statistics.median(spent):9.1f} ms {answer.status_code} {size:8} {question}")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


def follow(path: str) -> None:
    """What the summaries add to a load that changes one figure, a hundred, ten thousand."""
    db = open_writer(path, 1000)
    (version,) = db.conn.execute("SELECT MAX(version) + 1 FROM releases").fetchone()
    for number in (1, 100, 10_000):
        db.conn.execute("BEGIN")
        rows = db.conn.execute(
            "SELECT row, body FROM figures WHERE to_version IS NULL AND row % 97 = 5 LIMIT ?",
            (number,),
        ).fetchall()
        db.conn.executemany(
            "UPDATE figures SET to_version = ? WHERE row = ?", [(version, row) for row, _ in rows]
        )
        (last,) = db.conn.execute("SELECT MAX(row) FROM figures").fetchone()
        bodies = [json.dumps(json.loads(body) | {"status": "unclear"}) for _, body in rows]
        insert_rows(
            db, FIGURE, [(last + n, version, None, body) for n, body in enumerate(bodies, 1)]
        )
        start = time.process_time()
        renew_summaries(db.conn, version)
        print(f"{number} changed: {time.process_time() - start:.3f} s of CPU")
        db.conn.execute("ROLLBACK")


if __name__ == "__main__":
    command, path, *more = sys.argv[1:]
    if command == "make":
        make(path, int([*more, 1_000_000][0]), float([*more[1:], 0][0]))
    else:
        {"ask": ask, "follow": follow}[command](path)
