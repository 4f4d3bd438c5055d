"""The formats of an answer, each one small file and one line here; the first is the default."""

from api.wire.formats.as_csv import CSV
from api.wire.formats.as_geojson import GEOJSON
from api.wire.formats.as_json import JSON
from api.wire.formats.as_ndjson import NDJSON
from api.wire.formats.page import Format, History, Item, Page, Sums
from schemas.resource import Resource

FORMATS: tuple[Format, ...] = (JSON, CSV, NDJSON, GEOJSON)


def list_formats(resource: Resource) -> tuple[Format, ...]:
    """The formats in which a resource's collection can be had."""
    return tuple(format_ for format_ in FORMATS if format_.fits(resource))


def item_formats(resource: Resource) -> tuple[Format, ...]:
    """The formats in which one record of a resource can be had."""
    return tuple(format_ for format_ in list_formats(resource) if format_.write_item)


def history_formats() -> tuple[Format, ...]:
    """The formats in which the changes can be had."""
    return tuple(format_ for format_ in FORMATS if format_.write_history)


def sum_formats() -> tuple[Format, ...]:
    """The formats in which sums can be had."""
    return tuple(format_ for format_ in FORMATS if format_.write_sums)


__all__ = [
    "FORMATS",
    "Format",
    "History",
    "Item",
    "Page",
    "Sums",
    "history_formats",
    "item_formats",
    "list_formats",
    "sum_formats",
]
