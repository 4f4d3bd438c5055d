"""The tables follow from the declarations, and change with them."""

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.cli.database import now
from api.intake.packaged import packaged_datasets
from api.store.columns import columns, join_table, joins, text_table
from api.store.engine import Database, open_reader, open_writer
from api.store.history import broken_links, stray_columns
from api.store.load import load_dataset, prepare
from api.store.pool import Store
from api.store.tables import is_current, layout_name, migrations
from schemas import FIGURE, PROGRAM, RESOURCES, Resource
from schemas.query import Query
from tests.store.conftest import dump
from tests.store.generated import bundle_of, figure

OLD = "layout-000000000000"


@pytest.fixture
def long(db: Database) -> Database:
    """A database with two versions of a figure."""
    for value in (25, 26):
        load_dataset(db, bundle_of([figure("g-1", value, regions=["PE"], scope="national")]), now)
    return db


def stored(db: Database) -> dict[str, list[Any]]:
    """All but the full-text index, which may be laid out otherwise, and what was applied when."""
    return {
        name: rows
        for name, rows in dump(db).items()
        if "_text" not in name and name != "_sqlite_migrations"
    }


def found_by_word(db: Database, resource: Resource, word: str) -> set[int]:
    table = text_table(resource)
    rows = db.conn.execute(f"SELECT rowid FROM {table} WHERE {table} MATCH ?", (f'"{word}"*',))
    return {row for (row,) in rows}


def make_old(db: Database) -> None:
    """The tables as another release of the program might have declared them."""
    db.conn.execute("BEGIN")
    db.conn.execute("UPDATE _sqlite_migrations SET name = ? WHERE name = ?", (OLD, layout_name()))
    db.conn.execute("DROP TABLE programs_regions")
    db.conn.execute("DROP TABLE programs_text")
    db.conn.execute("DROP INDEX figures_now_value")
    db.conn.execute("DROP INDEX figures_all_value")
    db.conn.execute("DROP INDEX figures_now_sums")
    db.conn.execute("DROP INDEX figures_all_sums")
    db.conn.execute("DROP INDEX figures_all_deprecated")
    for filter_, sort in FIGURE.orders:
        db.conn.execute(f"DROP INDEX figures_now_{filter_}_{sort}")
    db.conn.execute("DROP INDEX figures_now_value_body")
    db.conn.execute("ALTER TABLE figures DROP COLUMN value")
    db.conn.execute("ALTER TABLE figures ADD COLUMN colour TEXT DEFAULT 'red'")
    db.conn.execute("CREATE INDEX figures_now_colour ON figures (colour)")
    db.conn.execute("CREATE TABLE figures_colours (value TEXT, row INTEGER)")
    db.conn.execute("UPDATE regions SET name_en_key = 'otherwise made'")
    db.conn.execute("COMMIT")


def test_another_layout_is_brought_to_the_declared_one_and_nothing_is_lost(long: Database) -> None:
    before = stored(long)
    words = {r.name: found_by_word(long, r, "pro") for r in RESOURCES}
    schema = set(long.conn.execute("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL"))
    make_old(long)
    assert not is_current(long.conn)
    prepare(long)
    assert is_current(long.conn)
    assert stored(long) == before
    assert {r.name: found_by_word(long, r, "pro") for r in RESOURCES} == words
    assert any(words.values())
    again = set(long.conn.execute("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL"))
    assert again == schema
    assert not list(broken_links(long.conn))
    assert not list(stray_columns(long.conn))
    for bundle in packaged_datasets():
        assert load_dataset(long, bundle, now).version is None


def test_a_layout_that_was_left_can_be_come_back_to(long: Database) -> None:
    before = stored(long)
    make_old(long)
    prepare(long)
    # As if the other release had been run once more: its layout is not the declared one.
    long.conn.execute("UPDATE _sqlite_migrations SET name = ? WHERE name = ?", (OLD, layout_name()))
    assert not is_current(long.conn)
    prepare(long)
    assert stored(long) == before
    names = [row[0] for row in long.conn.execute("SELECT name FROM _sqlite_migrations")]
    assert sorted(names) == sorted(["releases", "text-checks", "seen-lines", layout_name()])


def test_the_layout_is_current_when_no_step_is_left_to_be_applied(db: Database) -> None:
    empty = open_writer(None, 1000)
    for connection in (db, empty):
        assert is_current(connection.conn) == (not migrations().pending(connection))
    make_old(db)
    assert migrations().pending(db)
    assert not is_current(db.conn)
    empty.conn.close()


def test_indexes_that_hold_something_else_are_another_layout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else a database that is there would keep those that it has."""
    declared = layout_name()
    less = replace(FIGURE, orders=())
    others = [resource for resource in RESOURCES if resource is not FIGURE]
    monkeypatch.setattr("api.store.tables.RESOURCES", (*others, FIGURE))
    reordered = layout_name()
    monkeypatch.setattr("api.store.tables.RESOURCES", (*others, less))
    assert len({declared, reordered, layout_name()}) == 3


def test_a_database_of_the_declared_layout_is_left_as_it_is(long: Database) -> None:
    before = dump(long)
    prepare(long)
    assert dump(long) == before


def test_a_migration_that_fails_leaves_the_old_layout_whole(long: Database) -> None:
    make_old(long)
    long.conn.execute("CREATE VIEW programs_before AS SELECT 1 AS one")
    before = dump(long)
    with pytest.raises(sqlite3.DatabaseError):
        prepare(long)
    assert dump(long) == before
    long.conn.execute("DROP VIEW programs_before")
    prepare(long)
    assert is_current(long.conn)


def test_readers_are_told_of_another_layout(long: Database, database: Path) -> None:
    make_old(long)
    store = Store(str(database), 1000)
    with pytest.raises(Exception, match="another layout"):
        store.check()
    prepare(long)
    store.check()
    store.close()


def test_an_empty_database_is_not_current_and_looking_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    reader = open_reader(str(path))
    assert not is_current(reader)
    reader.close()
    assert path.read_bytes() == b""
    db = open_writer(str(path), 1000)
    prepare(db)
    assert is_current(db.conn)
    db.conn.close()


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_every_filter_and_sort_has_its_column_or_join(db: Database, resource: Resource) -> None:
    names = {column.name for column in db.table(resource.name).columns}
    assert {column.name for column in columns(resource)} <= names
    tables = set(db.table_names())
    for declared in resource.filters:
        if resource.asked_places[declared.path].many:
            assert join_table(resource, declared.path) in tables
    assert {join.table for join in joins(resource)} <= tables
    assert text_table(resource) in tables


def plan(db: Database, sql: str) -> str:
    return " ".join(row[3] for row in db.conn.execute(f"EXPLAIN QUERY PLAN {sql}"))


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_every_sort_of_current_rows_is_answered_by_an_index(
    db: Database, resource: Resource
) -> None:
    for sort in resource.sorts:
        column = next(
            c for c in columns(resource) if (c.path, c.collated) == (sort.path, sort.collated)
        )
        for way in ("ASC", "DESC"):
            order = f"{column.name} {way}" + f", id {way}" * (column.name != "id")
            sql = f"SELECT body FROM {resource.name} WHERE to_version IS NULL ORDER BY {order}"
            assert "USE TEMP B-TREE" not in plan(db, f"{sql} LIMIT 20"), sort


def test_amounts_are_stored_as_whole_numbers(long: Database) -> None:
    rows = long.conn.execute("SELECT DISTINCT typeof(value), typeof(lower) FROM figures").fetchall()
    assert {kind for row in rows for kind in row} == {"integer", "null"}


def test_the_old_rows_are_read_as_before_after_a_migration(long: Database, database: Path) -> None:
    store = Store(str(database), 1000)
    with store.snapshot() as snapshot:
        before = {r.name: list(snapshot.stream(r, Query(), 5)) for r in (FIGURE, PROGRAM)}
    make_old(long)
    prepare(long)
    with store.snapshot() as snapshot:
        after = {r.name: list(snapshot.stream(r, Query(), 5)) for r in (FIGURE, PROGRAM)}
    store.close()
    assert after == before


def test_a_database_that_was_vacuumed_is_brought_over_too(db: Database) -> None:
    """Then tables of words stand behind those that they are kept in."""
    make_old(db)
    db.conn.execute("VACUUM")
    prepare(db)
    assert is_current(db.conn)
