"""Parquet: the columns of CSV, typed; written a row group at a time.

Amounts are decimals, so that they are exact and add up; dates and moments are what they are; a
list of ids or codes is a list of texts, a list of maps a list of structs. The library is large and
need not be installed: it is imported when something is written.
"""

import io
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from marshmallow import fields

from api.wire.body import Body
from api.wire.formats.page import Extra, Format, Page
from schemas.codes import LANGUAGES
from schemas.fields import Amount, LanguageMap, Text
from schemas.table import Column, kind_of, table

EXTRA = Extra("parquet", "pyarrow")
# Digits of an amount as it is stored: 64 bits of ten-thousandths.
DIGITS = 19
ROWS_IN_GROUP = 20_000
ROWS_AT_ONCE = 500

Convert = Callable[[Any], Any]


def write_page(page: Page) -> Iterator[bytes]:
    import pyarrow  # noqa: PLC0415 - takes time and memory, and may not be installed
    from pyarrow import parquet  # noqa: PLC0415

    columns = table(page.resource)
    shapes = [_column_shape(pyarrow, column) for column in columns]
    schema = pyarrow.schema(
        [
            pyarrow.field(c.path, kind, nullable=c.nullable, metadata={"description": c.help})
            for c, (kind, _) in zip(columns, shapes, strict=True)
        ]
    )
    readers = [(c.reader, convert) for c, (_, convert) in zip(columns, shapes, strict=True)]
    bodies = iter(page.bodies)
    sink = _Sink()
    with parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        while batches := list(_batches(pyarrow, schema, readers, islice(bodies, ROWS_IN_GROUP))):
            writer.write_table(pyarrow.Table.from_batches(batches, schema), ROWS_IN_GROUP)
            yield sink.taken()
    yield sink.taken()


def _batches(
    pyarrow: Any, schema: Any, readers: list[tuple[Convert, Convert]], bodies: Iterable[Body]
) -> Iterator[Any]:
    """Some rows at a time, so that few are held as Python has them."""
    rest = iter(bodies)
    while rows := [json.loads(body, parse_float=Decimal) for body in islice(rest, ROWS_AT_ONCE)]:
        values = [[_known(convert, read(row)) for row in rows] for read, convert in readers]
        arrays = [
            pyarrow.array(column, field.type) for column, field in zip(values, schema, strict=True)
        ]
        yield pyarrow.record_batch(arrays, schema=schema)


def _known(convert: Convert, value: Any) -> Any:
    return None if value is None else convert(value)


def _column_shape(pyarrow: Any, column: Column) -> tuple[Any, Convert]:
    """The type of a column, and what makes a value of it from one of JSON's."""
    if column.kind == "list":
        return pyarrow.list_(pyarrow.string()), list
    return _shape(pyarrow, column.field)


def _shape(pyarrow: Any, field: fields.Field[Any]) -> tuple[Any, Convert]:
    if isinstance(field, fields.Nested):
        return _struct(pyarrow, field.schema.fields)
    if isinstance(field, LanguageMap):
        return _struct(pyarrow, {language: Text() for language in LANGUAGES})
    if isinstance(field, fields.List | fields.Tuple):
        inner = field.inner if isinstance(field, fields.List) else field.tuple_fields[0]
        kind, convert = _shape(pyarrow, inner)
        return pyarrow.list_(kind), lambda values: [_known(convert, value) for value in values]
    shapes: dict[str, tuple[Any, Convert]] = {
        "amount": (pyarrow.decimal128(DIGITS, Amount.decimals), Decimal),
        "whole": (pyarrow.int64(), int),
        "number": (pyarrow.float64(), float),
        "flag": (pyarrow.bool_(), bool),
        "date": (pyarrow.date32(), date.fromisoformat),
        "moment": (pyarrow.timestamp("ms", tz="UTC"), datetime.fromisoformat),
    }
    return shapes.get(kind_of(field), (pyarrow.string(), str))


def _struct(pyarrow: Any, members: dict[str, Any]) -> tuple[Any, Convert]:
    shapes = {name: _shape(pyarrow, field) for name, field in members.items()}
    kind = pyarrow.struct([pyarrow.field(name, found) for name, (found, _) in shapes.items()])
    return kind, lambda value: {
        name: _known(convert, value.get(name)) for name, (_, convert) in shapes.items()
    }


class _Sink(io.RawIOBase):
    """A file that only grows, and from which what was written is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        self._position += len(self._parts[-1])
        return len(self._parts[-1])

    def tell(self) -> int:
        return self._position

    def taken(self) -> bytes:
        found = b"".join(self._parts)
        self._parts.clear()
        return found


PARQUET = Format(
    "parquet",
    "application/vnd.apache.parquet",
    "Parquet",
    whole=True,
    body="Binary",
    write_page=write_page,
    extra=EXTRA,
)
