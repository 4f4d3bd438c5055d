"""A resource as a table: its columns, for CSV, Parquet, the SQLite file and what describes them.

One column a value, named by its path (`period.start`, `name.en`). A list of ids or codes is one
column, and so is a list of maps. What a column is called in each standard is that standard's
business; what kind of value it holds is said here, once.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from marshmallow import Schema, fields

from schemas.codes import LANGUAGES
from schemas.fields import (
    Amount,
    Date,
    Duration,
    Flag,
    Instant,
    LanguageMap,
    Number,
    Reference,
    RegionId,
    Slug,
    Text,
    Url,
    Whole,
    Word,
)
from schemas.fields.text import TEXT_PATTERN
from schemas.resource import Resource

# What a column can hold; anything else is `text`. `list` is several ids or codes, `array` a list of
# anything else, `tuple` a fixed number of numbers.
KIND_OF: tuple[tuple[type[fields.Field[Any]], str], ...] = (
    (Amount, "amount"),
    (Whole, "whole"),
    (Number, "number"),
    (Flag, "flag"),
    (Date, "date"),
    (Instant, "moment"),
    (Duration, "duration"),
    (Url, "url"),
)


class Column(NamedTuple):
    """A column: where its value is in a record, what kind it is, and what it means.

    `field` is the declared field: of a list of ids or codes that of one element, of an array or a
    tuple the whole.
    """

    path: str
    kind: str
    field: Any
    nullable: bool
    help: str

    @property
    def name(self) -> str:
        """Its name where a dot would be in the way."""
        return self.path.replace(".", "_")

    @property
    def member(self) -> str:
        """The record's own member that it is, or is within."""
        return self.path.split(".", 1)[0]

    @property
    def is_list(self) -> bool:
        """Whether it holds any number of values, in their order."""
        return self.kind in ("list", "array")

    @property
    def target(self) -> str | None:
        """The resource whose ids it holds."""
        return self.field.target if isinstance(self.field, Reference) else None

    @property
    def choices(self) -> tuple[str, ...]:
        """The codes that it can hold, where the list is closed."""
        return getattr(self.field, "choices", None) or ()

    @property
    def pattern(self) -> str | None:
        """What its text must match, whole, and where it says more than the kind does."""
        pattern = getattr(self.field, "pattern", TEXT_PATTERN)
        if self.kind not in ("text", "list") or pattern == TEXT_PATTERN:
            return None
        # Groups that keep nothing are unknown to the patterns of XML Schema.
        return str(pattern).strip("^$").replace("(?:", "(")

    @property
    def reader(self) -> Callable[[dict[str, Any]], Any]:
        """Finds its value in a record (as JSON has it), None where there is none."""
        first, *rest = self.path.split(".")

        def read(record: dict[str, Any]) -> Any:
            found = record.get(first)
            for name in rest:
                if found is None:
                    return None
                found = found.get(name)
            return found

        return read


@cache
def table(resource: Resource) -> tuple[Column, ...]:
    """The columns of a resource, in the order in which its members are served."""
    own = resource.instance.fields
    return tuple(
        column
        for name in resource.members
        for column in _columns(name, own[name], nullable=False, help=_help(own[name]))
    )


def columns_of(schema: Schema) -> tuple[Column, ...]:
    """The columns of what is no resource, in the order of its declaration."""
    return tuple(_within("", schema, nullable=False))


def _columns(path: str, field: fields.Field[Any], *, nullable: bool, help: str) -> Iterator[Column]:
    nullable = nullable or bool(field.allow_none)
    if isinstance(field, fields.Nested):
        yield from _within(path, field.schema, nullable)
    elif isinstance(field, LanguageMap):
        for language in LANGUAGES:
            yield Column(f"{path}.{language}", "text", Text(), nullable, f"{help} ({language})")
    elif isinstance(field, fields.List) and parts_by_bar(field.inner):
        yield Column(path, "list", field.inner, nullable, help)
    elif isinstance(field, fields.List):
        yield Column(path, "array", field, nullable, help)
    elif isinstance(field, fields.Tuple):
        yield Column(path, "tuple", field, nullable, help)
    else:
        yield Column(path, kind_of(field), field, nullable, help)


def _within(path: str, schema: Schema, nullable: bool) -> Iterator[Column]:
    for name, field in schema.fields.items():
        inner = f"{path}.{name}" if path else name
        yield from _columns(inner, field, nullable=nullable, help=_help(field))


def elements(column: Column) -> tuple[Column, ...]:
    """The columns of one element of a list or an array: `value`, or what its maps hold."""
    if column.kind == "list":
        return (Column("value", kind_of(column.field), column.field, False, column.help),)
    inner = column.field.inner
    if isinstance(inner, fields.Nested):
        return tuple(_within("", inner.schema, nullable=False))
    return tuple(_columns("value", inner, nullable=False, help=column.help))


def _help(field: fields.Field[Any]) -> str:
    return str(field.metadata.get("description", ""))


def parts_by_bar(field: fields.Field[Any]) -> bool:
    """Whether a `|` can part several such values: ids and codes hold none."""
    return isinstance(field, Slug | Word | RegionId)


def kind_of(field: fields.Field[Any]) -> str:
    """The kind of a single value."""
    return next((kind for known, kind in KIND_OF if isinstance(field, known)), "text")
