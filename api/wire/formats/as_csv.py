"""CSV: one row a record, one column a value; safe to open in a spreadsheet.

A column is named by its path (`period.start`, `name.en`). Several codes or ids in one cell are
parted by `|`; whatever has more structure is JSON. Null is an empty cell, and so is an empty
list. A text that a spreadsheet would take for a formula gets an apostrophe in front, and so does
one that has apostrophes in front already: whoever takes one away has the text. Numbers are left
alone.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from api.wire.body import as_text
from api.wire.formats.page import Format, Page, Sums
from schemas.aggregate import CELL, GROUP, cell_as_record
from schemas.compact import dump, parse
from schemas.fields import Text
from schemas.resource import Resource
from schemas.table import Column, columns_of, table

SEPARATOR = "|"
# From here on Python writes a number as a power of ten.
POWER = 1e16
FORMULA = re.compile(r"'*[=+\-@\t\r]")


def columns(resource: Resource, fields: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """The columns: all of them, or those of the members that were asked for."""
    found = table(resource)
    return tuple(column for column in found if column.member in fields) if fields else found


def write_page(page: Page) -> Iterator[str]:
    records = (parse(as_text(body)) for body in page.bodies)
    return _written(columns(page.resource, page.fields), records)


def write_sums(sums: Sums) -> Iterator[str]:
    records = ({**cell_as_record(cell), "links": links} for cell, links in sums.entries)
    return _written(cell_columns(sums.groups), records)


def cell_columns(groups: tuple[str, ...]) -> list[Column]:
    """The columns of a cell: of its group only what the sum is grouped by; and where it leads."""
    others = [f"group.{name}" for name in GROUP.fields if name not in groups]
    shown = [column for column in columns_of(CELL) if column.path not in others or _is_unit(column)]
    return [*shown, Column("links.figures", "text", Text(), False, "Its figures")]


def _is_unit(column: Column) -> bool:
    """What is measured follows from the unit, by which sums are always grouped."""
    return column.path == "group.measure"


def _written(shown: Sequence[Column], records: Iterable[dict[str, Any]]) -> Iterator[str]:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow([column.path for column in shown])
    readers = [(column.reader, column.kind) for column in shown]
    for record in records:
        writer.writerow([cell(read(record), kind) for read, kind in readers])
        if lines.tell() > 1 << 14:
            yield _taken(lines)
    yield _taken(lines)


def cell(value: Any, kind: str = "text") -> str | int | float:
    """One value as a cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if FORMULA.match(value) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if abs(value) < POWER else f"{Decimal(repr(value)):f}"
    if kind == "list":
        return SEPARATOR.join(value)
    return dump(value) if value else ""


def _taken(lines: io.StringIO) -> str:
    text = lines.getvalue()
    lines.seek(0)
    lines.truncate()
    return text


CSV = Format(
    "csv",
    "text/csv",
    "CSV",
    whole=True,
    body="Csv",
    write_page=write_page,
    write_sums=write_sums,
)
