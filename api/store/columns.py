"""What of a record is indexed: columns and join tables, read off its declaration.

A stored row is the record's body (its JSON, complete) and beside it the columns that filters and
sorts look at. Columns are always derived from the body, so they can be built anew at any time.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from api.store.text import sort_key, words_of
from schemas.fields import Amount, Flag, Whole, scaled
from schemas.paths import value_at, values_at
from schemas.resource import Resource

Cell = int | str


class Column(NamedTuple):
    """A column of a resource's table: the value at `path`, made comparable; or what `of` makes of
    the whole record."""

    name: str
    path: str
    field: Any
    nullable: bool
    collated: bool = False
    of: Callable[[Mapping[str, Any]], Cell | None] | None = None
    computed_type: type | None = None

    @property
    def type(self) -> type:
        if self.computed_type:
            return self.computed_type
        return int if isinstance(self.field, Amount | Whole | Flag) else str


class Join(NamedTuple):
    """A table of (value, row) for a path that may hold several values."""

    table: str
    path: str
    field: Any


def column_name(path: str, *, collated: bool = False) -> str:
    return path.replace(".", "_") + ("_key" if collated else "")


def encode(field: Any, value: Any, *, collated: bool = False) -> Cell:
    """A value as it stands in a column: amounts in ten-thousandths, names as sort keys."""
    if isinstance(field, Amount):
        return scaled(value)
    if isinstance(field, Flag):
        return int(value)
    if collated:
        return sort_key(value)
    result: Cell = value
    return result


@cache
def columns(resource: Resource) -> tuple[Column, ...]:
    """The columns that a resource's filters, sorts and names need, each once; then those that are
    computed of a whole record."""
    asked = [(declared.path, False) for declared in resource.filters] + [
        (sort.path, sort.collated) for sort in resource.sorts
    ]
    asked += [(path, True) for path in resource.search.called] if resource.search else []
    found = []
    for path, collated in dict.fromkeys(asked):
        place = resource.places[path]
        if not place.many:
            name = column_name(path, collated=collated)
            found.append(Column(name, path, place.field, place.nullable, collated))
    found += [
        Column(d.name, "", None, d.nullable, of=d.of, computed_type=d.kind)
        for d in resource.computed
    ]
    return tuple(found)


@cache
def joins(resource: Resource) -> tuple[Join, ...]:
    """The join tables that a resource's filters need, each once."""
    paths = dict.fromkeys(
        declared.path for declared in resource.filters if resource.places[declared.path].many
    )
    return tuple(
        Join(join_table(resource, path), path, resource.places[path].field) for path in paths
    )


def join_table(resource: Resource, path: str) -> str:
    return f"{resource.name}_{column_name(path)}"


def text_table(resource: Resource) -> str:
    return f"{resource.name}_text"


def row_of(resource: Resource, record: Mapping[str, Any]) -> dict[str, Cell | None]:
    """The columns of a record (as JSON has it)."""
    row: dict[str, Cell | None] = {}
    for column in columns(resource):
        if column.of:
            row[column.name] = column.of(record)
            continue
        value = value_at(record, column.path)
        row[column.name] = (
            None if value is None else encode(column.field, value, collated=column.collated)
        )
    return row


def joined_values(record: Mapping[str, Any], join: Join) -> list[Cell]:
    """What a record puts into a join table."""
    return [encode(join.field, value) for value in dict.fromkeys(values_at(record, join.path))]


def searchable(resource: Resource, record: Mapping[str, Any]) -> str:
    """The folded text that full-text search reads."""
    return " ".join(filter(None, (words_of(record.get(name)) for name in resource.text)))
