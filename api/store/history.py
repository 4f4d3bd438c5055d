"""Releases: one row for each load that changed something, each chained to the one before.

A release's hash covers its number, time, data set and counts, every body that came with it and
every row that it closed, and the hash before. So no stored byte of the history can change
without a link that no longer holds.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple, get_type_hints

from api.store.chain import altered
from api.store.columns import Join, columns, joined_values, joins, row_of
from api.store.conflicts import stray_conflicts
from api.store.dialect import digest_of
from api.store.versions import brought
from schemas import RESOURCES
from schemas.compact import parse
from schemas.resource import Resource

if TYPE_CHECKING:
    from sqlite_utils import Database


class ReleaseRow(NamedTuple):
    """A row of `releases`."""

    version: int
    released_at: str
    dataset: str
    counts: str
    previous_hash: str
    hash: str

    @property
    def number(self) -> int:
        return self.version


COLUMNS = ", ".join(ReleaseRow._fields)


def create_releases(db: "Database") -> None:
    """The table of releases."""
    number, *rest = ReleaseRow._fields
    table = db.table("releases")
    table.create(get_type_hints(ReleaseRow), pk=number, not_null=set(rest))
    table.create_index(["released_at"], unique=True)


def release_hash(
    connection: Any, version: int, released_at: str, dataset: str, counts: str, previous: str
) -> str:
    """The hash of a release whose rows are already stored."""
    # A damaged cell may be bytes: written as such, it is not the text that was released.
    digest = sha256(
        json.dumps([previous, version, released_at, dataset, counts], default=repr).encode()
    )
    for line in _changes(connection, version):
        digest.update(line.encode())
    return digest.hexdigest()


def _changes(connection: Any, version: int) -> Iterator[str]:
    """What a version brought and what it closed, in one fixed order."""
    for resource in RESOURCES:
        # Only the digests are sorted, so the bodies are read as they stand.
        rows = connection.execute(
            f"SELECT id, {digest_of('body')} FROM {resource.name} "
            f"WHERE {brought(resource.name, 'version')} ORDER BY id",
            {"version": version},
        )
        for id_, digest in rows:
            yield f"\n+{resource.name} {id_} {digest}"
        rows = connection.execute(
            f"SELECT id, from_version FROM {resource.name} WHERE to_version = ? ORDER BY id",
            (version,),
        )
        for id_, from_version in rows:
            yield f"\n-{resource.name} {id_} {from_version}"


def releases(connection: Any) -> Iterator[ReleaseRow]:
    """Every release, oldest first."""
    for row in connection.execute(f"SELECT {COLUMNS} FROM releases ORDER BY version"):
        yield ReleaseRow(*row)


def broken_links(connection: Any) -> Iterator[str]:
    """What of the history does not hold: a sentence for each release or row that was altered."""
    found = releases(connection)
    yield from altered(found, "release", "released", lambda one: release_hash(connection, *one[:5]))
    for resource in RESOURCES:
        stray = connection.execute(
            f"SELECT COUNT(*) FROM {resource.name} "
            "WHERE from_version NOT IN (SELECT version FROM releases) "
            "OR to_version NOT IN (SELECT version FROM releases)"
        ).fetchone()[0]
        if stray:
            yield f"{stray} rows of {resource.name} belong to no release"


def stray_columns(connection: Any) -> Iterator[str]:
    """Rows whose columns, values in join tables or conflicts do not follow from the bodies."""
    for resource in RESOURCES:
        names = [column.name for column in columns(resource)]
        for row in connection.execute(
            f"SELECT body, row, {', '.join(names)} FROM {resource.name} ORDER BY row"
        ):
            try:
                record = parse(row[0])
                derived = row_of(resource, record)
                expected = {
                    join: {(value, record["id"]) for value in joined_values(record, join)}
                    for join in joins(resource)
                }
            except (ValueError, TypeError, KeyError, AttributeError):
                yield f"row {row[1]} of {resource.name} has a body that cannot be read"
                continue
            if derived != row[2:]:
                yield f"row {row[1]} of {resource.name} has columns that its body does not say"
            for join, values in expected.items():
                if values != _joined(connection, join, row[1]):
                    yield f"row {row[1]} of {resource.name} has other values in {join.table}"
        for join in joins(resource):
            if _without_row(connection, resource, join):
                yield f"{join.table} has values of rows that are not there"
        yield from stray_conflicts(connection, resource)


def _joined(connection: Any, join: Join, row: int) -> set[Any]:
    return set(connection.execute(f"SELECT value, id FROM {join.table} WHERE row = ?", (row,)))


def _without_row(connection: Any, resource: Resource, join: Join) -> int:
    (number,) = connection.execute(
        f"SELECT COUNT(*) FROM {join.table} WHERE row NOT IN (SELECT row FROM {resource.name})"
    ).fetchone()
    return int(number)
