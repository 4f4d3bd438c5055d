"""All the data as one SQLite file for others: plain tables that say what they hold.

One table a resource, with a typed column for each column of `schemas.table`; a list is a table of
its own, in its order. What names another record is a foreign key. `releases` has the versions that
the data went through, `about` what the file is.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from errno import ENOSPC
from itertools import islice
from pathlib import Path
from typing import Any

from api.store.engine import Full, is_full
from api.store.results import Release
from api.store.snapshot import Snapshot
from schemas import RESOURCES
from schemas.compact import dump, parse
from schemas.query import Query
from schemas.resource import Resource
from schemas.table import Column, elements, table

BATCH = 500
PAGE = 4096
# NUMERIC keeps a whole number whole and any other as the double that JSON has.
TYPES = {"amount": "NUMERIC", "whole": "INTEGER", "number": "REAL", "flag": "INTEGER"}


def write_copy(
    snapshot: Snapshot, release: Release, path: Path, about: Mapping[str, str | int], limit: int
) -> None:
    """Write the data of a release to a new file. Raises Full beyond `limit` bytes, and
    OSError when the disk is full before.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute(f"PRAGMA page_size={PAGE}")
        connection.execute(f"PRAGMA max_page_count={max(1, limit // PAGE)}")
        # A file that is not finished is thrown away: it needs no journal.
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN")
        for resource in RESOURCES:
            _copy(connection, resource, snapshot.stream(resource, Query(), release.at))
        led_here = snapshot.releases(Query(), release.version, None, release.version)
        _tell(connection, "releases", [row._asdict() for row in reversed(led_here)])
        _tell(connection, "about", [about])
        connection.execute("COMMIT")
        connection.execute(f"PRAGMA user_version={release.version}")
    except sqlite3.OperationalError as error:
        if not is_full(error):
            raise
        if path.stat().st_size + PAGE <= limit:
            raise OSError(ENOSPC, str(error)) from error
        raise Full(str(error)) from error
    finally:
        connection.close()


def statements(resource: Resource) -> Iterator[str]:
    """What makes the tables of a resource."""
    plain = [column for column in table(resource) if not column.is_list]
    yield _create(resource.name, [_declared(c, " PRIMARY KEY" * (c.path == "id")) for c in plain])
    for column in table(resource):
        if column.is_list:
            owner = f"{resource.singular} TEXT NOT NULL REFERENCES {resource.name} (id)"
            place = "position INTEGER NOT NULL"
            key = f"PRIMARY KEY ({resource.singular}, position)"
            held = [_declared(element) for element in elements(column)]
            lines = [owner, place, *held, key]
            yield f"{_create(list_table(resource, column), lines)} WITHOUT ROWID"


def indexes(resource: Resource) -> Iterator[str]:
    """An index for each foreign key; made when the rows are there."""
    for column in table(resource):
        if column.is_list:
            name = list_table(resource, column)
            found = [element for element in elements(column) if element.target]
        else:
            name, found = resource.name, [column] if column.target else []
        for one in found:
            yield f'CREATE INDEX {name}_by_{one.name} ON {name} ("{one.name}")'


def list_table(resource: Resource, column: Column) -> str:
    return f"{resource.name}_{column.name}"


def _create(name: str, lines: list[str]) -> str:
    inside = ",\n  ".join(lines)
    return f"CREATE TABLE {name} (\n  {inside}\n)"


def _declared(column: Column, more: str = "") -> str:
    kind = TYPES.get(column.kind, "TEXT")
    null = "" if column.nullable else " NOT NULL"
    names = f" REFERENCES {column.target} (id)" if column.target else ""
    choices = (0, 1) if column.kind == "flag" else column.choices
    listed = ", ".join(map(repr, choices))
    check = f' CHECK ("{column.name}" IN ({listed}))' if choices else ""
    return f'"{column.name}" {kind}{null}{more}{check}{names}'


def _copy(connection: Any, resource: Resource, bodies: Iterator[bytes]) -> None:
    for statement in statements(resource):
        connection.execute(statement)
    plain = [column for column in table(resource) if not column.is_list]
    lists = [column for column in table(resource) if column.is_list]
    while records := [parse(body) for body in islice(bodies, BATCH)]:
        rows = ([_cell(column, record) for column in plain] for record in records)
        _insert(connection, resource.name, len(plain), rows)
        for column in lists:
            width = 2 + len(elements(column))
            name = list_table(resource, column)
            _insert(
                connection, name, width, (r for record in records for r in _rows(column, record))
            )
    for statement in indexes(resource):
        connection.execute(statement)


def _rows(column: Column, record: dict[str, Any]) -> Iterator[list[Any]]:
    """(the record's id, position from 1, what the element holds)."""
    inner = elements(column)
    for position, element in enumerate(column.reader(record) or (), 1):
        holder = element if isinstance(element, dict) else {"value": element}
        yield [record["id"], position, *(_cell(one, holder) for one in inner)]


def _cell(column: Column, record: dict[str, Any]) -> Any:
    value = column.reader(record)
    if isinstance(value, list | dict):
        return dump(value)
    return value


def _insert(connection: Any, name: str, width: int, rows: Iterator[list[Any]]) -> None:
    connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * width)})", rows)


def _tell(connection: Any, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """A table of few rows whose columns are what the rows say."""
    columns = list(rows[0])
    kinds = [f'"{c}" {"INTEGER" if isinstance(rows[0][c], int) else "TEXT"}' for c in columns]
    connection.execute(_create(name, kinds))
    _insert(connection, name, len(columns), ([row[c] for c in columns] for row in rows))
