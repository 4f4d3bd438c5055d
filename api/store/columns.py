"""What of a record is indexed: columns and join tables, read off its declaration.

A stored row is the record's body (its JSON, complete) and beside it the columns that filters and
sorts look at. Columns are always derived from the body, so they can be built anew at any time.
"""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from api.store.text import may_hold, sort_key, words_of
from schemas import BY_NAME
from schemas.compact import parse
from schemas.fields import Amount, Flag, Whole, scaled
from schemas.paths import Place, values_at
from schemas.resource import Resource

Cell = int | str


class Column(NamedTuple):
    """A column of a resource's table: the value at a place, made comparable.

    `searched` is what rows are found by: it has an index. The others are only looked at.
    """

    name: str
    place: Place
    collated: bool = False
    searched: bool = True

    @property
    def path(self) -> str:
        return self.place.path

    @property
    def field(self) -> Any:
        return self.place.field

    @property
    def nullable(self) -> bool:
        return self.place.nullable

    @property
    def type(self) -> type:
        return int if isinstance(self.field, Amount | Whole | Flag) else str


class Join(NamedTuple):
    """A table of (value, id, row) for a path that may hold several values: the rows of one value
    stand in the order of their ids."""

    table: str
    path: str
    field: Any


@lru_cache(maxsize=1024)
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
    """The columns that a resource's filters, sorts, names, sums and comparisons need, each once."""
    asked = [(declared.path, False) for declared in resource.filters] + [
        (sort.path, sort.collated) for sort in resource.sorts
    ]
    asked += [(path, True) for path in resource.search.called] if resource.search else []
    bounds = [path for declared in resource.filters for path in declared.interval or ()]
    followed = [place.path for place in (*resource.derived, *resource.compared)]
    beside = [(path, False) for path in (*bounds, *followed)]
    known = {**resource.asked_places, **{place.path: place for place in resource.compared}}
    found = []
    for path, collated in dict.fromkeys([*asked, *beside]):
        place = known[path]
        if not place.many:
            name = column_name(path, collated=collated)
            found.append(Column(name, place, collated, searched=(path, collated) in asked))
    return tuple(found)


@cache
def columns_by_path(resource: Resource) -> dict[str, Column]:
    """The columns that hold values as they are, by the paths of these."""
    return {column.path: column for column in columns(resource) if not column.collated}


@cache
def joins(resource: Resource) -> tuple[Join, ...]:
    """The join tables that a resource's filters need, each once."""
    paths = dict.fromkeys(
        declared.path for declared in resource.filters if resource.asked_places[declared.path].many
    )
    return tuple(
        Join(join_table(resource, path), path, resource.places[path].field) for path in paths
    )


def join_table(resource: Resource, path: str) -> str:
    return f"{resource.name}_{column_name(path)}"


def index_name(resource: Resource, at: int | None, what: str) -> str:
    """An index of the current rows, or that of all versions: of a column, or of what it is for."""
    return f"{resource.name}_{'now' if at is None else 'all'}_{what}"


# True of every row. An index that carries bodies is one of rows of which this holds, so that the
# engine reads it where a statement says so too, and nowhere else: whoever only counts, or looks at
# columns that are not in it, would read bodies for nothing.
CARRIED = "from_version > 0"


def carrying_index(resource: Resource, column: str) -> str:
    """The index in the order of a column that carries the bodies of the current rows."""
    return index_name(resource, None, f"{column}_body")


def text_table(resource: Resource) -> str:
    return f"{resource.name}_text"


def row_of(resource: Resource, record: Mapping[str, Any]) -> tuple[Cell | None, ...]:
    """The columns of a record (as JSON has it), in their order."""
    return tuple([cell(record) for cell in _cells(resource)])


@cache
def _cells(resource: Resource) -> tuple[Callable[[Any], Cell | None], ...]:
    """What finds the cell of each column in a record."""
    return tuple(_cell(column) for column in columns(resource))


def _cell(column: Column) -> Callable[[Any], Cell | None]:
    """Made once for each column: a load asks for forty cells of each record."""
    held, field, collated = column.place.reader(), column.field, column.collated
    if not (isinstance(field, Amount | Flag) or collated):
        return held

    def encoded(record: Any) -> Cell | None:
        value = held(record)
        return None if value is None else encode(field, value, collated=collated)

    return encoded


def joined_values(record: Mapping[str, Any], join: Join) -> list[Cell]:
    """What a record puts into a join table."""
    return [encode(join.field, value) for value in dict.fromkeys(values_at(record, join.path))]


def searchable(resource: Resource, record: Mapping[str, Any]) -> str:
    """The folded text that full-text search reads."""
    return words_of([record.get(name) for name in resource.text])


def holds_words(name: str, body: str, phrase: str) -> bool:
    """Whether a record of a resource, given as its body, holds the words of a folded phrase, the
    last one as a beginning: whether the full-text index would find it."""
    *some, last = words = phrase.split()
    if not may_hold(body, words):
        return False
    held = searchable(BY_NAME[name], parse(body)).split()
    return set(some).issubset(held) and any(word.startswith(last) for word in held)
