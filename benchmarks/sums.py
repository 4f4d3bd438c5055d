"""How much facets and sums cost over many figures.

    python -m benchmarks.sums ask [--rows N]          CPU milliseconds of each question
    python -m benchmarks.sums follow [--rows N]       seconds that small loads take on top of it

The database is one of `benchmarks.databases`. What is asked for is what stands in it: its most
frequent programme, a rare one, an amount that half of the figures reach.
"""

import json
import resource
import sqlite3
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from tempfile import TemporaryDirectory
from typing import Any

from api.app import create_app
from api.settings import Settings
from api.store.engine import Database, open_writer
from api.store.rows import insert_rows, made_row
from api.store.summaries import renew_summaries
from benchmarks.arguments import at_least, parser_of
from benchmarks.databases import copy_of, quipu_database
from schemas import FIGURE

ROWS = 1_000_000
TIMES = 3
CHANGED = (1, 100, 10_000)
QUESTIONS = (
    "/figures?per_page=20",
    "/figures?facets=status,unit,region",
    "/figures?facets=program,source,organization,metric,qualifier,dataset,rank,year,scope",
    "/figures?status=target&facets=status,unit,region",
    "/figures?metric={metric}&facets=status,program,region",
    "/figures?region={region}&facets=status,metric,unit",
    "/figures?program={program}&facets=status,metric,year",
    "/figures?program={rare_program}&facets=status,metric,year,region,source",
    "/figures?measure=money&year={year}&facets=metric,scope",
    "/figures?qualifier=about&facets=status,metric",
    "/figures?source={source}&facets=status,metric",
    "/figures?value__gte={half}&facets=status,unit,region",
    "/figures?value__gte={half}&match=certain&facets=status",
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
    "/aggregates?group_by=year&program={program}",
    "/aggregates?group_by=year&program={rare_program}",
    "/aggregates?group_by=metric&source={source}",
    "/aggregates?group_by=program&metric={metric}",
    "/aggregates?group_by=program&region={region}",
    "/aggregates?group_by=status&qualifier=about",
    "/aggregates?group_by=program&value__gte={half}",
    "/aggregates?group_by=program&q=plan",
    "/aggregates?group_by=program&dataset={dataset}&format=csv",
    "/figures?facets=status,unit&as_of={version}",
    "/aggregates?as_of={version}",
    "/aggregates?group_by=program&measure=money&as_of={version}",
)


def questions(database: Path) -> Iterator[str]:
    """What is asked of a database: its own values in the places of the questions."""
    found = values(database)
    for question in QUESTIONS:
        names = [name for _, name, _, _ in Formatter().parse(question) if name]
        yield question.format(**{name: found[name] for name in names})


def values(database: Path) -> dict[str, str]:
    """{place: value} of all places, from a database."""
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)

    def frequent(facet: str, place: float = 0) -> str:
        """A value of a facet: the most frequent one, or one so far down the list of them."""
        stated = "name = ? AND value <> ''"
        (number,) = connection.execute(
            f"SELECT COUNT(*) FROM {FIGURE.name}_counts WHERE {stated}", (facet,)
        ).fetchone()
        (value,) = connection.execute(
            f"SELECT value FROM {FIGURE.name}_counts WHERE {stated} "
            "ORDER BY number DESC, value LIMIT 1 OFFSET ?",
            (facet, int(place * number)),
        ).fetchone()
        return str(value)

    (version,) = connection.execute("SELECT MAX(version) FROM releases").fetchone()
    (half,) = connection.execute(
        f"SELECT value / 10000 FROM {FIGURE.name} WHERE to_version IS NULL ORDER BY value "
        f"LIMIT 1 OFFSET (SELECT COUNT(*) / 2 FROM {FIGURE.name} WHERE to_version IS NULL)"
    ).fetchone()
    found = {
        name: frequent(name)
        for name in ("metric", "region", "program", "year", "source", "dataset")
    }
    found |= {"rare_program": frequent("program", 0.5), "half": str(half)}
    connection.close()
    return {**found, "version": str(version - 1)}


def ask(database: Path) -> None:
    """CPU of each question, asked in one process without a server; Flask's own share is in it."""
    app = create_app(Settings(database=str(database), statement_timeout_ms=60_000))
    client = app.test_client()
    for question in questions(database):
        spent = []
        for _ in range(TIMES):
            start = time.process_time()
            answer = client.get(question)
            size = len(answer.get_data())
            spent.append((time.process_time() - start) * 1000)
        print(f"{statistics.median(spent):9.1f} ms {answer.status_code} {size:8} {question}")
    app.extensions["quipu"].store.close()
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


def follow(database: Path) -> None:
    """What the summaries add to a load that changes one figure, a hundred, ten thousand."""
    with TemporaryDirectory(prefix="quipu-bench-", dir=database.parent) as folder:
        db = open_writer(str(copy_of(database, Path(folder) / "copy.db")), 1000)
        for number in CHANGED:
            changed, seconds = followed(db, number)
            print(f"{changed} changed: {seconds:.3f} s of CPU")
        db.conn.close()


def followed(db: Database, number: int) -> tuple[int, float]:
    """How many figures were changed, at most so many, and the CPU seconds that it took to bring the
    summaries after them; all of it is undone."""
    (version,) = db.conn.execute("SELECT MAX(version) + 1 FROM releases").fetchone()
    db.conn.execute("BEGIN")
    rows: list[Any] = db.conn.execute(
        "SELECT row, body FROM figures WHERE to_version IS NULL AND row % 7 = 5 LIMIT ?", (number,)
    ).fetchall()
    db.conn.executemany(
        "UPDATE figures SET to_version = ? WHERE row = ?", [(version, row) for row, _ in rows]
    )
    (last,) = db.conn.execute("SELECT MAX(row) FROM figures").fetchone()
    records = [json.loads(body) | {"status": "unclear"} for _, body in rows]
    changed = {
        last + n: made_row(FIGURE, version, None, json.dumps(record), record)
        for n, record in enumerate(records, 1)
    }
    insert_rows(db.conn, FIGURE, changed)
    start = time.process_time()
    renew_summaries(db.conn, version)
    spent = time.process_time() - start
    db.conn.execute("ROLLBACK")
    return len(rows), spent


def main() -> None:
    parser = parser_of("sums", __doc__)
    parser.add_argument("command", choices=("ask", "follow"))
    parser.add_argument("--rows", type=at_least(1), default=ROWS, help="figures")
    asked = parser.parse_args()
    {"ask": ask, "follow": follow}[asked.command](quipu_database(asked.rows))


if __name__ == "__main__":
    main()
