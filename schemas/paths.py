"""Finding one's way through a schema and the records it describes.

A path names a field by its attributes: `status`, `period.start`, `regions`. A list on the way
stands for each of its elements.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from marshmallow import Schema, fields

from schemas.codes import LANGUAGES
from schemas.deprecation import Deprecation
from schemas.fields import LanguageMap, Text


class Member(NamedTuple):
    """A field of a schema: where it is, as it is declared, and what it holds (of a list, the
    elements); whether it may occur several times, and whether it may be missing or within what may
    be missing; how it is being retired, by itself or with what it is in."""

    path: str
    field: Any
    inner: Any
    many: bool
    nullable: bool
    retired: Deprecation | None


class Place(NamedTuple):
    """A leaf of a schema: where it is, what it holds, whether it may occur several times.

    What is no member of a record but follows from it has a place too: `derive` finds its value;
    `told_by` is the member that says so, where one does. `retired` says how it is being retired,
    by itself or with what it is in.
    """

    path: str
    field: Any
    many: bool
    nullable: bool
    derive: Callable[[Any], Any] | None = None
    told_by: str | None = None
    retired: Deprecation | None = None

    def values(self, record: Any) -> list[Any]:
        """Every value that a record (JSON-like) has here; nulls are left out."""
        if self.derive is None:
            return values_at(record, self.path)
        value = self.derive(record)
        return [] if value is None else [value]

    def value(self, record: Any) -> Any:
        """The one value that a record has here, or None."""
        return next(iter(self.values(record)), None)

    def reader(self) -> Callable[[Any], Any]:
        """What finds that one value in whole records, for whoever asks very many of them."""
        first, *more = self.path.split(".")
        if self.derive is not None:
            return self.derive
        if self.many or len(more) > 1:
            return self.value
        if not more:
            return lambda record: record.get(first)
        (second,) = more
        return lambda record: (record.get(first) or {}).get(second)


def members(
    schema: Schema,
    prefix: str = "",
    many: bool = False,
    null: bool = False,
    retired: Deprecation | None = None,
) -> Iterator[Member]:
    """Every field of a schema in the order of its declaration, and after a field what is in it."""
    for name, field in schema.fields.items():
        inner, several = (field.inner, True) if isinstance(field, fields.List) else (field, many)
        nullable = null or bool(field.allow_none)
        retiring = field.metadata.get("deprecation", retired)
        yield Member(f"{prefix}{name}", field, inner, several, nullable, retiring)
        if isinstance(inner, fields.Nested):
            yield from members(inner.schema, f"{prefix}{name}.", several, nullable, retiring)


def places(schema: Schema) -> Iterator[Place]:
    """Every leaf of a schema, in the order of its declaration."""
    for path, _, inner, many, nullable, retired in members(schema):
        if isinstance(inner, LanguageMap):
            for language in LANGUAGES:
                yield Place(f"{path}.{language}", Text(), many, nullable, retired=retired)
        elif not isinstance(inner, fields.Nested):
            yield Place(path, inner, many, nullable, retired=retired)


def values_at(record: Any, path: str) -> list[Any]:
    """Every value that a record (JSON-like) holds at a path; nulls are left out."""
    values = [record]
    for name in path.split("."):
        values = [value[name] for value in values if isinstance(value, dict) and name in value]
        values = [
            element
            for value in values
            for element in (value if isinstance(value, list) else [value])
        ]
    return [value for value in values if value is not None]
