"""The chain of releases: nothing that was released can change unnoticed."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.cli.database import now
from api.store.chain import GENESIS
from api.store.columns import columns, joins
from api.store.engine import Database, write_transaction
from api.store.history import broken_links, release_hash, releases, stray_columns
from api.store.load import load_dataset
from schemas import FIGURE, RESOURCES, Resource
from tests.store.generated import bundle_of, figure

ON_ONE_DATABASE = settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def long(db: Database) -> Database:
    """A database with records that were changed and withdrawn."""
    for value in (25, 26, 27):
        load_dataset(db, bundle_of([figure("g-1", value), figure(f"g-{value}")]), now)
    assert not list(broken_links(db.conn))
    assert not list(stray_columns(db.conn))
    return db


class Tampering:
    """Changes the database for a while."""

    def __init__(self, db: Database) -> None:
        self.conn = db.conn

    def __enter__(self) -> Any:
        self.conn.execute("BEGIN")
        return self.conn

    def __exit__(self, *_: object) -> None:
        self.conn.execute("ROLLBACK")


def rows_of(db: Database) -> list[tuple[str, int, str]]:
    return [
        (resource.name, row, body)
        for resource in RESOURCES
        for row, body in db.conn.execute(f"SELECT row, body FROM {resource.name} ORDER BY row")
    ]


@ON_ONE_DATABASE
@given(data=st.data())
def test_any_flipped_byte_of_any_body_is_found(long: Database, data: st.DataObject) -> None:
    name, row, body = data.draw(st.sampled_from(rows_of(long)))
    place = data.draw(st.integers(0, len(body) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda c: c != body[place]))
    with Tampering(long) as conn:
        flipped = body[:place] + other + body[place + 1 :]
        conn.execute(f"UPDATE {name} SET body = ? WHERE row = ?", (flipped, row))
        assert [link for link in broken_links(conn) if "is not what was released" in link]
        list(stray_columns(conn))
    assert not list(broken_links(long.conn))


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_a_body_that_became_bytes_is_found(long: Database, resource: Resource) -> None:
    with Tampering(long) as conn:
        conn.execute(f"UPDATE {resource.name} SET body = CAST(body AS BLOB) WHERE row = 1")
        assert list(broken_links(conn))


ALTERATIONS = [
    "UPDATE releases SET released_at = '2021-01-01T00:00:00.000Z' WHERE version = 2",
    "UPDATE releases SET released_at = CAST(released_at AS BLOB) WHERE version = 2",
    "UPDATE releases SET dataset = 'core' WHERE version = 2",
    "UPDATE releases SET counts = replace(counts, '1', '2') WHERE version = 4",
    "UPDATE releases SET counts = CAST(counts AS BLOB) WHERE version = 4",
    "UPDATE releases SET hash = upper(hash) WHERE version = 1",
    "UPDATE releases SET previous_hash = upper(previous_hash) WHERE version = 7",
    "UPDATE releases SET version = 70 WHERE version = 7",
    "DELETE FROM releases WHERE version = 1",
    "DELETE FROM releases WHERE version = 3",
    "DELETE FROM releases WHERE version = 7",
    "DELETE FROM releases",
    "UPDATE figures SET to_version = 7 WHERE id = 'g-25'",
    "UPDATE figures SET to_version = NULL WHERE id = 'g-25'",
    "UPDATE figures SET to_version = 5 WHERE id = 'der-regions'",
    "UPDATE figures SET to_version = 1000 WHERE id = 'der-regions'",
    "UPDATE figures SET to_version = 0 WHERE id = 'der-regions'",
    "UPDATE figures SET to_version = 5.5 WHERE id = 'der-regions'",
    "UPDATE figures SET from_version = 3 WHERE id = 'der-regions'",
    "UPDATE figures SET from_version = 0 WHERE id = 'der-regions'",
    "UPDATE figures SET from_version = -1 WHERE id = 'der-regions'",
    "UPDATE figures SET from_version = 4.5 WHERE id = 'der-regions'",
    "UPDATE figures SET from_version = 1000 WHERE id = 'der-regions'",
    "DELETE FROM figures WHERE id = 'der-regions'",
    "DELETE FROM figures WHERE id = 'g-25'",
]
FORGED = (
    "INSERT INTO figures SELECT 900, {version}, NULL, {columns}, body "
    "FROM figures WHERE id = 'g-1' AND to_version = 6"
)


@pytest.mark.parametrize("statement", ALTERATIONS)
def test_an_altered_history_is_found(long: Database, statement: str) -> None:
    with Tampering(long) as conn:
        assert conn.execute(statement).rowcount > 0
        assert list(broken_links(conn))


@pytest.mark.parametrize("version", [-1, 0, 1, 7, 8, 0.5])
def test_a_row_that_nobody_released_is_found(long: Database, version: float) -> None:
    names = ", ".join(
        "'forged'" if column.name == "id" else column.name for column in columns(FIGURE)
    )
    with Tampering(long) as conn:
        conn.execute(FORGED.format(version=version, columns=names))
        assert list(broken_links(conn))


COLUMNS = [(r, column.name) for r in RESOURCES for column in columns(r)]


@pytest.mark.parametrize(
    ("resource", "column"), COLUMNS, ids=[f"{r.name}-{name}" for r, name in COLUMNS]
)
def test_an_altered_column_is_found(long: Database, resource: Resource, column: str) -> None:
    with Tampering(long) as conn:
        altered = conn.execute(
            f"UPDATE {resource.name} SET {column} = '9' || COALESCE({column}, '') "
            f"WHERE row = (SELECT MAX(row) FROM {resource.name})"
        )
        assert altered.rowcount == 1
        found, *further = stray_columns(conn)
        assert "has columns that its body does not say" in found
        # What is compared by an altered column comes out otherwise, too.
        assert all("is contradicted from version" in one for one in further)


JOINS = [(r, join.table) for r in RESOURCES for join in joins(r)]


@pytest.mark.parametrize(("resource", "table"), JOINS, ids=[table for _, table in JOINS])
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM {table} WHERE (value, row) = (SELECT value, row FROM {table} LIMIT 1)",
        "INSERT INTO {table} SELECT 'forged', id, row FROM {table} LIMIT 1",
        "UPDATE {table} SET value = 'forged' "
        "WHERE (value, row) = (SELECT value, row FROM {table} LIMIT 1)",
        "UPDATE {table} SET id = 'forged' "
        "WHERE (value, row) = (SELECT value, row FROM {table} LIMIT 1)",
        "INSERT INTO {table} VALUES ('forged', 'forged', 1000000)",
    ],
    ids=["removed", "added", "changed", "of another id", "of no row"],
)
def test_an_altered_join_is_found(
    long: Database, resource: Resource, table: str, statement: str
) -> None:
    with Tampering(long) as conn:
        assert conn.execute(statement.format(table=table)).rowcount == 1
        assert len(list(stray_columns(conn))) == 1
    assert resource in RESOURCES


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "5", "null", '{"id":5}', '{"value":"x"}', '{"value":1e999}', "\x00"]
)
def test_a_body_that_says_nothing_is_found(long: Database, body: str) -> None:
    with Tampering(long) as conn:
        conn.execute("UPDATE figures SET body = ? WHERE row = 1", (body,))
        assert list(stray_columns(conn))
        assert list(broken_links(conn))


def test_releases_come_oldest_first_and_count_what_they_brought(long: Database) -> None:
    found = list(releases(long.conn))
    assert [release.version for release in found] == [1, 2, 3, 4, 5, 6, 7]
    assert json.loads(found[5].counts)["figures"] == {
        "created": 1,
        "changed": 1,
        "closed": 1,
        "unchanged": 0,
    }
    assert [release.previous_hash for release in found] == [
        GENESIS,
        *(release.hash for release in found[:-1]),
    ]


def test_a_release_that_was_altered_with_its_own_hash_breaks_the_chain(db: Database) -> None:
    with write_transaction(db, keep=False):
        db.conn.execute(
            "UPDATE releases SET released_at = '2021-01-01T00:00:00.000Z' WHERE version = 2"
        )
        (release,) = [one for one in releases(db.conn) if one.version == 2]
        altered = release_hash(db.conn, *release[:5])
        db.conn.execute("UPDATE releases SET hash = ? WHERE version = 2", (altered,))
        assert list(broken_links(db.conn)) == ["release 3 is not chained to the one before"]
