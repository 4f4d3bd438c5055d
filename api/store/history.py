"""Releases: one row for each load that changed something, each chained to the one before.

A release's hash covers its number, time, data set and counts, every body that came with it and
every row that it closed, and the hash before. So no stored byte of the history can change
without a link that no longer holds.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from api.store.columns import columns, row_of
from schemas import RESOURCES

GENESIS = "0" * 64


class ReleaseRow(NamedTuple):
    """A row of `releases`."""

    version: int
    released_at: str
    dataset: str
    counts: str
    previous_hash: str
    hash: str


def release_hash(
    connection: Any, version: int, released_at: str, dataset: str, counts: str, previous: str
) -> str:
    """The hash of a release whose rows are already stored."""
    digest = sha256(json.dumps([previous, version, released_at, dataset, counts]).encode())
    for line in _changes(connection, version):
        digest.update(line.encode())
    return digest.hexdigest()


def _changes(connection: Any, version: int) -> Iterator[str]:
    """What a version brought and what it closed, in one fixed order."""
    for resource in RESOURCES:
        rows = connection.execute(
            f"SELECT id, body FROM {resource.name} WHERE from_version = ? ORDER BY id", (version,)
        )
        for id_, body in rows:
            yield f"\n+{resource.name} {id_} {sha256(body.encode()).hexdigest()}"
        rows = connection.execute(
            f"SELECT id, from_version FROM {resource.name} WHERE to_version = ? ORDER BY id",
            (version,),
        )
        for id_, from_version in rows:
            yield f"\n-{resource.name} {id_} {from_version}"


def releases(connection: Any) -> Iterator[ReleaseRow]:
    """Every release, oldest first."""
    for row in connection.execute(
        "SELECT version, released_at, dataset, counts, previous_hash, hash "
        "FROM releases ORDER BY version"
    ):
        yield ReleaseRow(*row)


def broken_links(connection: Any) -> Iterator[str]:
    """What of the history does not hold: a sentence for each release or row that was altered."""
    previous, expected = GENESIS, 1
    for release in releases(connection):
        if release.version != expected:
            yield f"release {expected} is missing"
        if release.previous_hash != previous:
            yield f"release {release.version} is not chained to the one before"
        actual = release_hash(connection, *release[:5])
        if actual != release.hash:
            yield f"release {release.version} is not what was released"
        previous, expected = release.hash, release.version + 1
    for resource in RESOURCES:
        stray = connection.execute(
            f"SELECT COUNT(*) FROM {resource.name} "
            "WHERE from_version >= :next OR to_version >= :next",
            {"next": expected},
        ).fetchone()[0]
        if stray:
            yield f"{stray} rows of {resource.name} belong to no release"


def stray_columns(connection: Any) -> Iterator[str]:
    """Rows whose columns do not follow from their body."""
    for resource in RESOURCES:
        names = [column.name for column in columns(resource)]
        for row in connection.execute(
            f"SELECT body, row, {', '.join(names)} FROM {resource.name} ORDER BY row"
        ):
            try:
                derived = row_of(resource, json.loads(row[0]))
            except (ValueError, TypeError, KeyError):
                yield f"row {row[1]} of {resource.name} has a body that cannot be read"
                continue
            if [derived[name] for name in names] != list(row[2:]):
                yield f"row {row[1]} of {resource.name} has columns that its body does not say"
