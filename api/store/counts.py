"""How many current records have each value of each facet, counted when data are loaded.

`{resource}_counts` has (name, value, number), the most frequent values of a name next to each
other: a facet over a whole collection is read off it, however large the collection is. The
numbers of any other selection are counted from its rows.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from api.store.grouped import Dimension, grouped, rows_of
from api.store.versions import in_version
from schemas import RESOURCES
from schemas.facet import facets
from schemas.resource import Resource

# Where so large a part of the rows is new, all are counted anew: it is faster than to follow.
FEW = 8
Numbers = Counter[tuple[str, str]]


def counts_table(resource: Resource) -> str:
    return f"{resource.name}_counts"


def create(connection: Any, resource: Resource) -> None:
    table = counts_table(resource)
    connection.execute(
        f"CREATE TABLE {table} (name TEXT NOT NULL, value TEXT NOT NULL, "
        "number INTEGER NOT NULL, PRIMARY KEY (name, value)) WITHOUT ROWID"
    )
    connection.execute(f"CREATE INDEX {table}_order ON {table} (name, number DESC, value)")


def rebuild(connection: Any, resource: Resource) -> None:
    """Count every current row."""
    connection.execute(f"DELETE FROM {counts_table(resource)}")
    _add(connection, resource, _counted(connection, resource, in_version(None)))


def renew(connection: Any, resource: Resource, at: int) -> None:
    """Bring the counts to a version, from the version before."""
    moved = moved_rows(connection, resource, at)
    if is_much(connection, resource, moved):
        rebuild(connection, resource)
    elif moved:
        changed = _counted(connection, resource, "from_version = :at", at)
        changed.subtract(_counted(connection, resource, "to_version = :at", at))
        _add(connection, resource, changed)


def moved_rows(connection: Any, resource: Resource, at: int) -> int:
    """How many rows a version brought and closed."""
    (number,) = connection.execute(
        f"SELECT (SELECT COUNT(*) FROM {resource.name} WHERE from_version = :at) "
        f"+ (SELECT COUNT(*) FROM {resource.name} WHERE to_version = :at)",
        {"at": at},
    ).fetchone()
    return int(number)


def is_much(connection: Any, resource: Resource, moved: int) -> bool:
    """Whether so many rows are a large part of what is there."""
    if not moved:
        return False
    (current,) = connection.execute(
        f"SELECT COUNT(*) FROM {resource.name} WHERE {in_version(None)}"
    ).fetchone()
    return bool(moved * FEW > current)


def stray_counts(connection: Any) -> Iterator[str]:
    """Where the numbers that are stored are not those of the current rows."""
    for resource in RESOURCES:
        stored = {
            (name, value): number
            for name, value, number in connection.execute(
                f"SELECT name, value, number FROM {counts_table(resource)}"
            )
        }
        if stored != dict(_counted(connection, resource, in_version(None))):
            yield f"{counts_table(resource)} does not hold the numbers of the current rows"


def _counted(connection: Any, resource: Resource, where: str, at: int | None = None) -> Numbers:
    """{(facet, value): number} of the rows where something holds."""
    found: Numbers = Counter()
    for facet in facets(resource):
        dimension = Dimension(facet.name, facet.place)
        rows = rows_of(resource.name, [dimension], where)
        sql = grouped(resource, [dimension], rows, ["COUNT(*)"])
        for value, number in connection.execute(sql, {"at": at}):
            found[facet.name, value] = number
    return found


def _add(connection: Any, resource: Resource, moved: Numbers) -> None:
    table = counts_table(resource)
    connection.executemany(
        f"INSERT INTO {table} (name, value, number) VALUES (?, ?, ?) "
        f"ON CONFLICT (name, value) DO UPDATE SET number = {table}.number + excluded.number",
        [(name, value, number) for (name, value), number in moved.items() if number],
    )
    connection.execute(f"DELETE FROM {table} WHERE number = 0")
