"""Writing rows: a record's body, and everything that follows from it, in one go.

A load that brings many rows takes the indexes off the table before them and makes them anew
after: each is then sorted once, instead of being looked up for every row.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from api.store.columns import (
    CARRIED,
    Cell,
    carrying_index,
    columns,
    index_name,
    joined_values,
    joins,
    row_of,
    searchable,
    text_table,
)
from api.store.engine import index_names
from api.store.narrow import narrow_indexes
from schemas.resource import Resource

BATCH = 1000


class Row(NamedTuple):
    """What is written of a record, all but the number of its row.

    `cells` are those of its table, from the versions to the body; `joined` is what stands in each
    join table.
    """

    id: str
    cells: tuple[Cell | None, ...]
    joined: tuple[list[Cell], ...]
    text: str


def made_row(
    resource: Resource,
    from_version: int,
    to_version: int | None,
    body: str,
    record: Mapping[str, Any],
) -> Row:
    """The row of a record, given as its body and as what the body says."""
    return Row(
        record["id"],
        (from_version, to_version, *row_of(resource, record), body),
        tuple([joined_values(record, join) for join in joins(resource)]),
        searchable(resource, record),
    )


def insert_rows(connection: Any, resource: Resource, rows: Mapping[int, Row]) -> None:
    """Insert rows, by their numbers, into a resource's table, its join tables and its full-text
    index."""
    names = ["row", "from_version", "to_version", *(c.name for c in columns(resource)), "body"]
    _insert(connection, resource.name, names, ((n, *row.cells) for n, row in rows.items()))
    for place, join in enumerate(joins(resource)):
        found = [(value, row.id, n) for n, row in rows.items() for value in row.joined[place]]
        # In the table's own order: neighbours are written together.
        _insert(connection, join.table, ["value", "id", "row"], sorted(found))
    texts = ((n, row.text) for n, row in rows.items())
    _insert(connection, text_table(resource), ["rowid", "text"], texts)


def _insert(connection: Any, table: str, names: list[str], rows: Iterable[Any]) -> None:
    marks = ", ".join("?" * len(names))
    connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)


def create_indexes(connection: Any, resource: Resource) -> None:
    """Make the indexes of a resource's table that are not there."""
    there = _indexes_there(connection, resource)
    for name, statement in indexes(resource).items():
        if name not in there:
            connection.execute(statement)


def drop_indexes(connection: Any, resource: Resource, keep: Iterable[str] = ()) -> None:
    """Take the indexes off a resource's table, all but some."""
    for name in sorted(_indexes_there(connection, resource) - set(keep)):
        connection.execute(f"DROP INDEX {name}")


def _indexes_there(connection: Any, resource: Resource) -> set[str]:
    return index_names(connection, resource.name) & indexes(resource).keys()


def id_index(resource: Resource) -> str:
    """The index by which a current record is found: no two have the same id."""
    return f"{resource.name}_now_id"


def indexes(resource: Resource) -> dict[str, str]:
    """{name: SQL that makes it} of the indexes of a resource's table.

    Partial indexes for the current rows, full ones for all versions. A partial index has its own
    condition's column too: without it, the engine looks at each row to see that it is null, and
    does not count in the index alone.
    """
    table = resource.name
    current = "WHERE to_version IS NULL"
    found = {
        id_index(resource): f"(id) {current}",
        f"{table}_all_id": "(id, from_version)",
        f"{table}_from": "(from_version, id)",
        f"{table}_to": "(to_version, id) WHERE to_version IS NOT NULL",
    }
    for column in columns(resource):
        if column.searched and column.name != "id":
            name = index_name(resource, None, column.name)
            found[name] = f"({column.name}, id, to_version) {current}"
    for column_, sort in resource.orders:
        name = index_name(resource, None, f"{column_}_{sort}")
        found[name] = f"({column_}, {sort}, id, to_version) {current}"
    for column_ in resource.carried:
        parts = ", ".join(dict.fromkeys([column_, "id", "to_version", "from_version"]))
        found[carrying_index(resource, column_)] = f"({parts}, body) {current} AND {CARRIED}"
    found |= narrow_indexes(resource)
    looked_up = [(sort.path, sort.collated) for sort in resource.sorts]
    looked_up += [(path, True) for path in resource.search.called] if resource.search else []
    for path, collated in dict.fromkeys(looked_up):
        column = next(c for c in columns(resource) if (c.path, c.collated) == (path, collated))
        if column.name != "id":
            # Of a version long ago the rows that came later are passed without being looked at.
            found[index_name(resource, 1, column.name)] = f"({column.name}, id, from_version)"
    for index in resource.indexes:
        parts = ", ".join(f"{c.removeprefix('-')}{' DESC' * c.startswith('-')}" for c in index)
        # The versions stand in it: one index is enough for the current rows and for those before.
        found[f"{table}_by_{index[0]}"] = f"({parts}, from_version, to_version)"
    unique = id_index(resource)
    return {
        name: f"CREATE {'UNIQUE ' * (name == unique)}INDEX {name} ON {table} {rest}"
        for name, rest in found.items()
    }
