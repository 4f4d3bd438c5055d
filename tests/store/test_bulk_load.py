"""A load of very many records: the same as one of few, and not held in memory."""

import gc
import json
import os
import shutil
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.cli.database import now
from api.intake import check
from api.intake.check import check_bundle
from api.intake.read import Bundle, open_dataset, read_dataset
from api.intake.records import RawRecord
from api.store import replace, standing
from api.store.beside import StoreKnown
from api.store.engine import Database, integrity_problems, open_writer
from api.store.history import broken_links, stray_columns
from api.store.load import load_dataset
from api.store.membership import stray_claims
from api.store.rows import create_indexes, drop_indexes, indexes
from api.store.summaries import stray_summaries
from schemas import FIGURE, RESOURCES, Resource
from tests.store.conftest import dump
from tests.store.generated import bundle_of, figure, figures, source, units

Records = list[dict[str, Any]]
AFRESH = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
MOMENT = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def always_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every load that brings a row is a large one."""
    monkeypatch.setattr(replace, "MANY", 0)
    monkeypatch.setattr(replace, "FEW", 10**9)
    monkeypatch.setattr(replace, "BATCH", 3)
    # A batch or two, and what is left.
    monkeypatch.setattr(replace, "RUN", 2_500)


def written(folder: Path, bundle: Bundle) -> Path:
    """A bundle as one NDJSON file."""
    file = folder / "all.ndjson"
    lines = [
        {"dataset" if raw.resource == "datasets" else raw.resource: raw.data}
        for raw in bundle.records
    ]
    file.write_text("".join(json.dumps(line, default=float) + "\n" for line in lines))
    return file


def layout(db: Database) -> set[tuple[str, str]]:
    return set(db.conn.execute("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL"))


def contents(db: Database) -> dict[str, list[Any]]:
    """Every row; of the full-text indexes, which may be laid out otherwise, what they find."""
    tables = {name: rows for name, rows in dump(db).items() if "_text_" not in name}
    for resource in RESOURCES:
        found = f"SELECT rowid FROM {resource.name}_text WHERE {resource.name}_text MATCH 'a*'"
        tables[f"{resource.name} found"] = db.conn.execute(f"{found} ORDER BY 1").fetchall()
    return tables


@AFRESH
@given(states=st.lists(figures(), min_size=1, max_size=3))
def test_indexes_made_anew_leave_what_indexes_that_were_kept_leave(
    database: Path, states: list[Records]
) -> None:
    found = []
    for many, few in ((5000, 10), (0, 10**9)):
        with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            # Rows are numbered by their ids, run by run: without indexes a run is no more than a
            # batch either.
            for name, value in (("MANY", many), ("FEW", few), ("BATCH", 3), ("RUN", 0)):
                patch.setattr(replace, name, value)
            db = open_writer(shutil.copy(database, Path(folder) / "quipu.db"), 1000)
            before = layout(db)
            for records in states:
                bundle = bundle_of(records)
                outcome = load_dataset(db, bundle, lambda: MOMENT)
                assert outcome.findings == []
            assert layout(db) == before
            assert not [*broken_links(db.conn), *stray_columns(db.conn)]
            assert not [*stray_claims(db.conn), *stray_summaries(db.conn)]
            assert integrity_problems(db.conn) == []
            found.append(contents(db))
            db.conn.close()
    assert found[0] == found[1]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_indexes_that_were_dropped_come_back_as_they_were(db: Database, resource: Resource) -> None:
    before = layout(db)
    drop_indexes(db.conn, resource, keep=[f"{resource.name}_from"])
    dropped = before - layout(db)
    assert {name for name, _ in dropped} == indexes(resource).keys() - {f"{resource.name}_from"}
    create_indexes(db.conn, resource)
    assert layout(db) == before


@pytest.mark.usefixtures("always_anew")
@pytest.mark.parametrize("places", [(0, 1), (0, 5), (4, 9)], ids=str)
@pytest.mark.parametrize("stored", [False, True], ids=["new", "stored"])
def test_an_id_that_stands_twice_is_found_whatever_indexes_there_are(
    db: Database, *, places: tuple[int, int], stored: bool
) -> None:
    records = [figure(f"g-{n}", n) for n in range(12)]
    if stored:
        assert load_dataset(db, bundle_of(records), now).version
    before = contents(db)
    first, second = places
    for value in (records[first]["value"], 77):
        records[second] = figure(f"g-{first}", value)
        outcome = load_dataset(db, bundle_of(records), now)
        assert [(f.record, f.field) for f in outcome.findings] == [(f"g-{first}", "id")]
        assert "stands twice among the figures" in outcome.findings[0].reason
        assert contents(db) == before


def test_an_id_that_stands_twice_among_the_first_records_of_a_table_is_found(
    empty_of_figures: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there was no row before, none is looked for: the index finds it."""
    monkeypatch.setattr(replace, "MANY", 0)
    monkeypatch.setattr(replace, "BATCH", 3)
    records = [figure(f"g-{n}", n) for n in range(12)]
    outcome = load_dataset(empty_of_figures, bundle_of([*records, records[7]]), now)
    assert [(f.record, f.field) for f in outcome.findings] == [("g-7", "id")]
    assert load_dataset(empty_of_figures, bundle_of(records), now).version


@pytest.mark.usefixtures("always_anew")
def test_an_id_of_another_data_set_is_found_where_none_is_looked_up(db: Database) -> None:
    before = contents(db)
    records = [*(figure(f"g-{n}", n) for n in range(12)), figure("pac-projects")]
    outcome = load_dataset(db, bundle_of(records), now)
    assert [(f.record, f.field) for f in outcome.findings] == [("pac-projects", "id")]
    assert "belongs to the data set 'perumin-2021'" in outcome.findings[0].reason
    assert contents(db) == before


@pytest.mark.parametrize(("number", "anew"), [(29, False), (30, True)])
def test_what_is_known_to_be_much_is_written_without_indexes_from_the_start(
    db: Database, monkeypatch: pytest.MonkeyPatch, *, number: int, anew: bool
) -> None:
    """All of a data set that was not there is new; of one that was, nobody knows beforehand."""
    monkeypatch.setattr(replace, "MANY", 29)
    rows: list[int] = []
    drop = replace.drop_indexes

    def dropped(connection: Any, resource: Resource, keep: list[str]) -> None:
        rows.extend(connection.execute(f"SELECT COUNT(*) FROM {resource.name}").fetchone())
        drop(connection, resource, keep)

    monkeypatch.setattr(replace, "drop_indexes", dropped)
    (before,) = db.conn.execute("SELECT COUNT(*) FROM figures").fetchone()
    records = [figure(f"g-{n}", n) for n in range(number)]
    assert load_dataset(db, bundle_of(records), now).version
    assert rows == [before] * anew


@pytest.mark.usefixtures("always_anew")
@pytest.mark.parametrize(
    ("again", "run", "size"),
    [(False, 10**9, 30), (False, 1, 3), (True, 10**9, 3)],
    ids=["what waits is written together", "when it is so much", "what may be there does not wait"],
)
def test_new_rows_lie_in_the_order_of_their_ids_in_runs_that_are_longer_than_a_batch(
    db: Database, monkeypatch: pytest.MonkeyPatch, *, again: bool, run: int, size: int
) -> None:
    monkeypatch.setattr(replace, "RUN", run)
    ids = [f"g-{number * 37 % 101:03}" for number in range(30)]
    for value in (24, 25) if again else (25,):
        version = load_dataset(db, bundle_of([figure(id_, value) for id_ in ids]), now).version
    rows = db.conn.execute("SELECT id FROM figures WHERE from_version = ? ORDER BY row", (version,))
    runs = [sorted(ids[start : start + size]) for start in range(0, len(ids), size)]
    assert [id_ for (id_,) in rows] == [id_ for one in runs for id_ in one]


@pytest.mark.parametrize("records", [[figure("g-1")], [figure("g-1", 5, unit="no")]], ids=str)
@pytest.mark.parametrize("enabled", [True, False])
def test_a_load_leaves_the_search_for_garbage_as_it_was(
    db: Database, records: Records, *, enabled: bool
) -> None:
    was = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        load_dataset(db, bundle_of(records), now)
        assert gc.isenabled() == enabled
    finally:
        (gc.enable if was else gc.disable)()


def test_a_load_makes_nothing_that_only_a_search_for_garbage_finds(db: Database) -> None:
    load_dataset(db, bundle_of([figure("g-0")]), now)
    gc.collect()
    gc.disable()
    try:
        found = []
        for number in (50, 100):
            assert load_dataset(db, bundle_of([figure(f"g-{n}") for n in range(number)]), now)
            found.append(gc.collect())
    finally:
        gc.enable()
    assert found[0] == found[1]


@pytest.fixture
def empty_of_figures(db: Database) -> Database:
    """The seeded database as if no figure had ever been loaded."""
    for table in (FIGURE.name, "figures_regions", "figures_conflicts", "figures_claims"):
        db.conn.execute(f"DELETE FROM {table}")
    return db


WRONG: dict[str, Callable[[Records], Any]] = {
    "nothing": lambda records: None,
    "a program that is not there": lambda records: records[0].update(program="nobody"),
    "a claim that is not there": lambda records: records[0].update(same_claim_as="g-nobody"),
    "a claim that comes later": lambda records: records[0].update(same_claim_as=records[-1]["id"]),
    "a code that is not there": lambda records: records[-1].update(metric="plants"),
    "a unit that is not there": lambda records: records[0].update(unit="plants"),
    "a source that is not there": lambda records: records[0]["source"].update(id="nobody"),
    "a place past the end": lambda records: records[0]["source"].update(start=9000, end=9002),
    "other digits": lambda records: records[-1].update(value=7777),
    "an id twice": lambda records: records.append(dict(records[0])),
    "another's id": lambda records: records[0].update(id="pac-projects"),
    "an unknown field": lambda records: records[0].update(colour="red"),
    "no status": lambda records: records[-1].pop("status"),
    "no region": lambda records: records[0].update(regions=["PE-LMA"], scope="regional"),
    "no map": lambda records: records.append(5),  # type: ignore[arg-type]
}


@AFRESH
@given(
    wrongs=st.lists(st.sampled_from(sorted(WRONG)), min_size=1, max_size=2, unique=True),
    number=st.integers(2, 8),
    depends_on=st.sampled_from([["core", "peru-regions", "perumin-2021"], ["core"], []]),
    had=st.booleans(),
)
def test_a_load_refuses_just_what_a_check_finds_wrong(
    database: Path, wrongs: list[str], number: int, depends_on: list[str], *, had: bool
) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(replace, "BATCH", 2)
        patch.setattr(check, "BATCH", 2)
        db = open_writer(shutil.copy(database, Path(folder) / "quipu.db"), 1000)
        if had:
            first = [figure(f"g-{n}", 24) for n in range(10)]
            assert load_dataset(db, bundle_of(first), now).version
        records = [figure(f"g-{n}", 25) for n in range(number)]
        for wrong in sorted(wrongs, key=list(WRONG).index):
            WRONG[wrong](records)
        raw = [RawRecord("figures", r, "f", f"record {n}") for n, r in enumerate(records)]
        bundle = bundle_of([], depends_on=depends_on)
        bundle.records.extend(
            one._replace(name=one.data["id"]) if isinstance(one.data, dict) else one for one in raw
        )
        before = contents(db)
        expected = check_bundle(bundle, StoreKnown(db.conn, "generated")).findings
        file = written(Path(folder), bundle)
        read = load_dataset(db, read_dataset(file), now, dry_run=True)
        opened = load_dataset(db, open_dataset(file), now, dry_run=True)
        loaded = load_dataset(db, bundle, now)
        assert loaded.findings == expected
        assert opened == read
        assert [(f.field, f.reason.split(" (")[0]) for f in opened.findings] == [
            (f.field, f.reason.split(" (")[0]) for f in expected
        ]
        assert (loaded.version is None) == bool(expected)
        assert (contents(db) == before) == bool(expected)
        db.conn.close()


def test_a_file_that_is_read_as_it_goes_says_what_cannot_be_read(
    db: Database, tmp_path: Path
) -> None:
    file = written(tmp_path, bundle_of([figure("g-1"), figure("g-2")]))
    lines = file.read_text().splitlines()
    broken = ['{"figures": {', '{"figurs": {}}', "[]", '{"dataset": 5', '{"sources": {"id": "s"}}']
    file.write_text("\n".join([lines[1], *broken, "", lines[0], lines[2], '{"x\n']))
    opened, read = open_dataset(file), read_dataset(file)
    assert (opened.dataset, opened.number) == (read.dataset, 8)
    found = load_dataset(db, opened, now).findings
    assert {f.record for f in found} == {"line 2", "line 3", "line 4", "line 5", "line 10", "s"}
    assert sorted(found) == sorted(load_dataset(db, read, now).findings)


def test_a_file_may_say_everything_in_any_order(db: Database, tmp_path: Path) -> None:
    record = figure("g-1", unit="alpacas")
    record["source"]["id"] = "a-source"
    bundle = bundle_of([record])
    bundle.records.insert(0, RawRecord("figures", record, "f", "g-1"))
    bundle.records = [
        bundle.records[0],
        RawRecord("sources", source("a-source", 100), "f", "a-source"),
        RawRecord("codelists", units("alpacas"), "f", "more-units"),
        bundle.records[1],
    ]
    outcome = load_dataset(db, open_dataset(written(tmp_path, bundle)), now)
    assert outcome.findings == []
    assert outcome.counts["figures"]["created"] == 1


def test_so_many_findings_as_one_reads_are_listed_and_the_others_counted(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.intake.few.LISTED", 5)
    wrong = [figure(f"g-{n}", program="nobody", metric="plants") for n in range(4)]
    outcome = load_dataset(db, bundle_of(wrong), now)
    assert (len(outcome.findings), outcome.unlisted) == (5, 3)
    assert [f.field for f in outcome.findings] == ["program"] * 4 + ["metric"]


@pytest.mark.parametrize("repeating", [False, True], ids=["each of its own", "in claims"])
@pytest.mark.parametrize("again", [False, True], ids=["first", "again"])
def test_what_a_load_holds_does_not_grow_with_what_it_loads(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, again: bool, repeating: bool
) -> None:
    peaks = []
    # So many characters wait, and so many rows are read ahead, that the smaller load has them too.
    monkeypatch.setattr(replace, "RUN", 500_000)
    monkeypatch.setattr(standing, "AHEAD", 1_000)
    for number in (1500, 6000):
        records = [
            figure(f"g-{n}", n, same_claim_as=f"g-{n - 1}" if repeating and n % 2 else None)
            for n in range(number)
        ]
        file = written(tmp_path, bundle_of(records))
        del records
        if again:
            assert load_dataset(db, open_dataset(file), now).version
        tracemalloc.start()
        outcome = load_dataset(db, open_dataset(file), now)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert outcome.findings == []
        assert (outcome.version is None) == again
    # Of what hangs together the ids are held, and no more.
    assert peaks[1] < (1.6 if repeating else 1.3) * peaks[0]


def steps(db: Database, file: Path) -> int:
    """How many thousand instructions of the engine a load takes."""
    taken: list[None] = []
    db.conn.set_progress_handler(lambda: taken.append(None), 1000)
    assert load_dataset(db, open_dataset(file), now).findings == []
    db.conn.set_progress_handler(None, 0)
    return len(taken)


def test_what_is_left_out_is_not_held_against_all_that_stays(db: Database, tmp_path: Path) -> None:
    """A figure that is gone costs the same, however many others there are."""
    took = []
    for number in (200, 800):
        some = [figure(f"g-{n}", n) for n in range(number)]
        assert load_dataset(db, bundle_of(some), now).findings == []
        file = written(tmp_path, bundle_of(some[::2]))
        took.append(steps(db, file))
    assert took[1] < 5 * took[0]


REWRITTEN = {
    "cut": lambda lines: lines[:2],
    "emptied": lambda lines: [],
    "without its figures": lambda lines: lines[:1],
    "longer": lambda lines: [*lines, lines[-1].replace("g-3", "g-9")],
    "other figures": lambda lines: [lines[0], *lines[:0:-1]],
}


@pytest.mark.parametrize("rewritten", REWRITTEN.values(), ids=REWRITTEN)
@pytest.mark.parametrize("in_place", [True, False], ids=["in place", "another file"])
def test_a_file_that_is_rewritten_while_a_load_waits_is_refused(
    db: Database, tmp_path: Path, rewritten: Callable[[list[str]], list[str]], *, in_place: bool
) -> None:
    """Who took half of it for all would close the other half."""
    file = written(tmp_path, bundle_of([figure(f"g-{n}", n) for n in range(4)]))
    assert load_dataset(db, open_dataset(file), now).findings == []
    before = dump(db)
    bundle = open_dataset(file)
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    other = file if in_place else tmp_path / "other"
    other.write_text("".join(rewritten(lines)), encoding="utf-8")
    os.utime(other, ns=(1, 1))
    other.replace(file)
    (finding,) = load_dataset(db, bundle, now).findings
    assert (finding.file, finding.record) == (file.name, "")
    assert "was changed while it was being read" in finding.reason
    assert dump(db) == before


def test_a_file_that_vanishes_while_a_load_waits_is_told_of_once(
    db: Database, tmp_path: Path
) -> None:
    file = written(tmp_path, bundle_of([figure("g-1")]))
    bundle = open_dataset(file)
    file.unlink()
    (finding,) = load_dataset(db, bundle, now).findings
    assert "cannot be read" in finding.reason
