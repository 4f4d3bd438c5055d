"""Which records contradict another one, and in which versions: found when data are written.

Whether a record is contradicted depends on others, so it is no column of its row. Beside the
table of a resource with a contest stands one of (contradicted, from_version, to_version): in these
versions that row was. A load looks again at the records whose terms it touched, and at
no others. All of it follows from the rows: a migration builds it anew, and `quipu doctor` holds
it against them.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from api.store.versions import brought, in_version, version_parameters
from schemas.filter import Contest
from schemas.resource import Resource

CONTRADICTED = "contradicted_now"
STORED = ("contradicted", "from_version", "to_version")


class Interval(NamedTuple):
    """The versions in which a row was contradicted; `to_version` is None while it still is."""

    row: int
    from_version: int
    to_version: int | None


def conflict_table(resource: Resource) -> str:
    return f"{resource.name}_conflicts"


def contested(resource: Resource, at: int | None) -> str:
    """SQL that is true for rows of a resource that are contradicted at a version, or now."""
    # Looked up row by row, in whatever order the rows come: a list of those that are contradicted
    # would have to be made first, and of a million half may be.
    return (
        f"EXISTS (SELECT 1 FROM {conflict_table(resource)} AS c "
        f"WHERE c.contradicted = row AND {in_version(at, 'c')})"
    )


def mark_conflicts(connection: Any, resource: Resource, version: int) -> None:
    """After the rows of the newest version are written: whom it brought into conflict, and out."""
    if resource.contest is None:
        return
    table, name, terms = conflict_table(resource), resource.name, resource.contest.terms
    # In a table of their own: of a million figures a load may bring half into conflict.
    connection.execute(f"DROP TABLE IF EXISTS {CONTRADICTED}")
    connection.execute(f"CREATE TEMPORARY TABLE {CONTRADICTED} (row INTEGER PRIMARY KEY)")
    found = _contradicted(resource, resource.contest, None)
    connection.execute(
        f"INSERT INTO {CONTRADICTED} (row) SELECT row FROM ({found}) AS f ORDER BY row",
        {"version": version},
    )
    connection.execute(
        # From those that were contradicted on: there may be none.
        f"UPDATE {table} SET to_version = :version WHERE to_version IS NULL "
        f"AND contradicted NOT IN (SELECT row FROM {CONTRADICTED}) "
        f"AND EXISTS (SELECT 1 FROM {name} AS t WHERE t.row = contradicted "
        f"AND t.{terms} IN ({_touched(resource, resource.contest)}))",
        {"version": version},
    )
    connection.execute(
        f"INSERT INTO {table} (contradicted, from_version) SELECT row, :version "
        f"FROM {CONTRADICTED} AS n WHERE NOT EXISTS (SELECT 1 FROM {table} AS c "
        "WHERE c.contradicted = n.row AND c.to_version IS NULL) ORDER BY row",
        {"version": version},
    )
    connection.execute(f"DROP TABLE {CONTRADICTED}")


def derive_conflicts(connection: Any, resource: Resource) -> None:
    """All intervals anew, from the rows of every version."""
    if resource.contest:
        _insert(connection, resource, list(intervals(connection, resource)))


def intervals(connection: Any, resource: Resource) -> Iterator[Interval]:
    """What the table of conflicts must hold, read off the rows."""
    contest = resource.contest
    if contest is None:
        return
    open_since: dict[int, int] = {}
    for version in _versions(connection, resource):
        found = _contradicted(resource, contest, version)
        asked = {"version": version, **version_parameters(version)}
        now = {row for (row,) in connection.execute(found, asked)}
        touched = {
            row
            for (row,) in connection.execute(
                f"SELECT row FROM {resource.name} WHERE {contest.terms} IN "
                f"({_touched(resource, contest)})",
                {"version": version},
            )
        }
        for row in sorted(touched & open_since.keys() - now):
            yield Interval(row, open_since.pop(row), version)
        open_since |= {row: version for row in now if row not in open_since}
    for row, since in sorted(open_since.items()):
        yield Interval(row, since, None)


def stray_conflicts(connection: Any, resource: Resource) -> Iterator[str]:
    """Where the table of conflicts does not follow from the rows."""
    if resource.contest is None:
        return
    table = conflict_table(resource)
    stored = {
        Interval(*found)
        for found in connection.execute(
            f"SELECT contradicted, from_version, to_version FROM {table}"
        )
    }
    expected = set(intervals(connection, resource))
    for interval in sorted(stored ^ expected, key=str):
        verb = "says" if interval in stored else "does not say"
        yield f"{table} {verb} that row {interval.row} is contradicted from version " + (
            f"{interval.from_version} to {interval.to_version or 'now'}"
        )


def _touched(resource: Resource, contest: Contest) -> str:
    """SQL for the terms of what came or went with a version."""
    return " UNION ".join(
        f"SELECT {contest.terms} FROM {resource.name} WHERE {moved} AND {contest.terms} IS NOT NULL"
        for moved in (brought(resource.name, "version"), "to_version = :version")
    )


def _contradicted(resource: Resource, contest: Contest, at: int | None) -> str:
    """SQL for the rows that are contradicted at a version, or now, among those with the same terms
    as what the parameter `version` touched.

    Of each such group the greatest lower and the least upper bound are enough to know: so it
    costs what the rows are, not their square.
    """
    terms, low, high = contest.terms, contest.lowest, contest.highest
    return (
        f"SELECT t.row FROM {resource.name} AS t JOIN ("
        f"SELECT {terms} AS terms, MAX({low}) AS low, MIN({high}) AS high FROM {resource.name} "
        f"WHERE {in_version(at)} AND {terms} IN ({_touched(resource, contest)}) "
        f"GROUP BY {terms} HAVING MAX({low}) > MIN({high})) AS span ON span.terms = t.{terms} "
        f"WHERE (t.{low} > span.high OR t.{high} < span.low) AND {in_version(at, 't')}"
    )


def _versions(connection: Any, resource: Resource) -> list[int]:
    """Every version that touched a resource, in order; not what is no version, in a row that was
    altered."""
    rows = connection.execute(
        f"SELECT from_version FROM {resource.name} UNION "
        f"SELECT to_version FROM {resource.name} WHERE to_version IS NOT NULL"
    )
    return sorted(version for (version,) in rows if isinstance(version, int))


def _insert(connection: Any, resource: Resource, found: list[Interval]) -> None:
    connection.executemany(
        f"INSERT INTO {conflict_table(resource)} ({', '.join(STORED)}) VALUES (?, ?, ?)",
        found,
    )
