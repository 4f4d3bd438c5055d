"""What contradicts something is known in every version, however the data got there."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.cli.database import now
from api.store.conflicts import Interval, conflict_table, intervals
from api.store.engine import Database, open_writer
from api.store.history import broken_links, stray_columns
from api.store.load import load_dataset
from api.store.pool import Store
from api.store.tables import rebuild
from schemas import FIGURE
from schemas.codes import QUALIFIERS
from schemas.parameters import filter_parameters
from schemas.query import Query
from schemas.reading import read_query
from tests.contract.model import conflict
from tests.store.generated import BOTH, bundle_of, figure

TABLE = conflict_table(FIGURE)
PERIODS = [None, {"end": "2021-12-31"}, {"duration": "P8Y"}]


@st.composite
def contested(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Figures that often speak in the same terms."""
    ids = draw(st.lists(st.integers(0, 12), unique=True, max_size=10))
    return [
        figure(
            f"g-{number}",
            draw(st.sampled_from([7, 8, 9])),
            qualifier=draw(st.sampled_from(QUALIFIERS)),
            status=draw(st.sampled_from(["achieved", "target"])),
            period=draw(st.sampled_from(PERIODS)),
            rank=draw(st.sampled_from(["normal", "normal", "preferred", "deprecated"])),
            notes=draw(st.sampled_from([None, BOTH])),
        )
        for number in ids
    ]


def asked(conflicts: str) -> Query:
    query, mistakes = read_query(filter_parameters(FIGURE), [("conflicts", conflicts)])
    assert not mistakes
    return query


def held_against_each_other(store: Store, at: int) -> tuple[list[str], list[str]]:
    """(what the store says is contested, what comparing each with each says) as of a version."""
    with store.snapshot() as snapshot:
        release = snapshot.release(at)
        assert release is not None
        records = [json.loads(body) for body in snapshot.stream(FIGURE, Query(), release.at)]
        found = [json.loads(b)["id"] for b in snapshot.stream(FIGURE, asked("true"), release.at)]
        rest = [json.loads(b)["id"] for b in snapshot.stream(FIGURE, asked("false"), release.at)]
    assert sorted(found + rest) == sorted(record["id"] for record in records)
    expected = [
        record["id"] for record in records if any(conflict(record, other) for other in records)
    ]
    return found, expected


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(loads=st.lists(contested(), min_size=1, max_size=4))
def test_each_version_has_its_conflicts(
    seeded: Path, tmp_path: Path, loads: list[list[dict[str, Any]]]
) -> None:
    path = shutil.copy(seeded, tmp_path / "again.db")
    db, store = open_writer(str(path), 1000), Store(str(path), 10_000)
    try:
        for records in loads:
            assert not load_dataset(db, bundle_of(records), now).findings
        for version in range(1, db.table("releases").count + 1):
            found, expected = held_against_each_other(store, version)
            assert found == expected, version
        assert not list(stray_columns(db.conn))
        assert not list(broken_links(db.conn))
        before = stored(db)
        rebuild(db, FIGURE)
        assert stored(db) == before
    finally:
        store.close()
        db.conn.close()


def stored(db: Database) -> list[Interval]:
    return [Interval(*row) for row in db.conn.execute(f"SELECT * FROM {TABLE} ORDER BY 1, 2")]


@pytest.fixture
def torn(db: Database) -> Database:
    """Two figures that contradicted each other, until one gave way."""
    for value in (25, 26, 25):
        load_dataset(db, bundle_of([figure("a"), figure("b", value)]), now)
    return db


def test_a_conflict_begins_and_ends_with_the_load_that_brings_and_settles_it(
    torn: Database,
) -> None:
    rows = dict(torn.conn.execute("SELECT row, id FROM figures WHERE id IN ('a', 'b')"))
    assert [(rows[i.row], i.from_version, i.to_version) for i in stored(torn)] == [
        ("a", 6, 7),
        ("b", 6, 7),
    ]


def test_what_lies_within_the_bounds_of_all_others_is_not_contradicted(
    db: Database, store: Store
) -> None:
    least = figure("c", 20, qualifier="at_least")
    load_dataset(db, bundle_of([figure("a", 25), figure("b", 26), least]), now)
    with store.snapshot() as snapshot:
        found = [json.loads(body)["id"] for body in snapshot.stream(FIGURE, asked("true"), None)]
    assert found == ["a", "b"]


@pytest.mark.parametrize(
    "statement",
    [
        f"DELETE FROM {TABLE} WHERE contradicted = (SELECT MIN(contradicted) FROM {TABLE})",
        f"UPDATE {TABLE} SET to_version = NULL",
        f"UPDATE {TABLE} SET from_version = 5",
        f"INSERT INTO {TABLE} SELECT row, 5, NULL FROM figures WHERE id = 'der-regions'",
    ],
    ids=["removed", "prolonged", "antedated", "invented"],
)
def test_a_conflict_that_the_rows_do_not_make_is_found(torn: Database, statement: str) -> None:
    torn.conn.execute("BEGIN")
    assert torn.conn.execute(statement).rowcount >= 1
    assert [found for found in stray_columns(torn.conn) if TABLE in found]
    torn.conn.execute("ROLLBACK")
    assert not list(stray_columns(torn.conn))
    assert set(intervals(torn.conn, FIGURE)) == set(stored(torn))


def test_a_load_that_is_refused_or_tried_leaves_no_conflict(db: Database) -> None:
    pair = [figure("a"), figure("b", 26)]
    load_dataset(db, bundle_of(pair), now, dry_run=True)
    assert load_dataset(db, bundle_of([*pair, figure("c", unit="no_such")]), now).findings
    assert stored(db) == []


def test_conflicts_cost_what_the_figures_are_and_not_their_square(db: Database) -> None:
    """Two thousand that all contradict each other: four million pairs, one look at each."""
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    records = [figure(f"g-{number}", number) for number in range(2000)]
    db.conn.set_progress_handler(step, 1000)
    load_dataset(db, bundle_of(records), now)
    db.conn.set_progress_handler(None, 0)
    assert len(stored(db)) == 2000
    assert steps < 20_000  # thousands of instructions: 10,000 for each figure
