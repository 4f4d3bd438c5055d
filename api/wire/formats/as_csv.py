"""CSV: one row a record, one column a value; safe to open in a spreadsheet.

A column is named by its path (`period.start`, `name.en`). Several codes or ids in one cell are
parted by `|`; whatever has more structure is JSON. Null is an empty cell. A text that a
spreadsheet would take for a formula gets an apostrophe in front; numbers are left alone.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from api.wire.formats.page import Format, Page, Sums, dump
from schemas.aggregate import CELL, GROUP, cell_as_record
from schemas.paths import places, value_at
from schemas.resource import Resource

MEASURE = "group.measure"  # follows from the unit, by which sums are always grouped
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def columns(resource: Resource, fields: tuple[str, ...] = ()) -> list[str]:
    """The paths of the columns: leaves, but a list of maps is one column."""
    found: dict[str, None] = {}
    for place in resource.places.values():
        member = place.path.split(".")[0]
        if not fields or member in fields:
            found[member if place.many else place.path] = None
    order = resource.members
    return sorted(found, key=lambda path: order.index(path.split(".")[0]))


def write_page(page: Page) -> Iterator[str]:
    records = (json.loads(body) for body in page.bodies)
    return _written(columns(page.resource, page.fields), records)


def write_sums(sums: Sums) -> Iterator[str]:
    records = ({**cell_as_record(cell), "links": links} for cell, links in sums.entries)
    return _written([*cell_columns(sums.groups), "links.figures"], records)


def cell_columns(groups: tuple[str, ...]) -> list[str]:
    """The paths of a cell's columns: of its group only what the sum is grouped by."""
    others = [f"group.{name}" for name in GROUP.fields if name not in groups]
    return [
        place.path for place in places(CELL) if place.path not in others or place.path == MEASURE
    ]


def _written(paths: list[str], records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(paths)
    for record in records:
        writer.writerow(row(record, paths))
        if lines.tell() > 1 << 14:
            yield _taken(lines)
    yield _taken(lines)


def row(record: Mapping[str, Any], paths: list[str]) -> list[str | int | float]:
    """The cells of a record."""
    return [cell(record[path] if path in record else _leaf(record, path)) for path in paths]


def _leaf(record: Mapping[str, Any], path: str) -> Any:
    parent, _, name = path.rpartition(".")
    holder = value_at(record, parent)
    return holder.get(name) if isinstance(holder, Mapping) else None


def cell(value: Any) -> str | int | float:
    """One value as a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if isinstance(value, list) and all(isinstance(element, str) for element in value):
        value = "|".join(value)
    text = value if isinstance(value, str) else dump(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _taken(lines: io.StringIO) -> str:
    text = lines.getvalue()
    lines.seek(0)
    lines.truncate()
    return text


CSV = Format(
    "csv",
    "text/csv",
    "One row a record; the whole collection as a stream.",
    whole=True,
    body="Csv",
    write_page=write_page,
    write_sums=write_sums,
)
