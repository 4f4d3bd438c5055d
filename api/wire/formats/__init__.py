"""The formats of an answer, each one small file and one line here; the first is the default."""

from functools import cache

from api.wire.formats.as_atom import ATOM_FEED
from api.wire.formats.as_csv import CSV
from api.wire.formats.as_geojson import GEOJSON
from api.wire.formats.as_json import JSON
from api.wire.formats.as_jsonfeed import JSON_FEED
from api.wire.formats.as_jsonld import JSONLD
from api.wire.formats.as_markdown import MARKDOWN
from api.wire.formats.as_ndjson import NDJSON
from api.wire.formats.as_parquet import PARQUET
from api.wire.formats.as_prov import PROV
from api.wire.formats.page import Channel, Entry, Format, History, Item, Page, Sums
from schemas.resource import Resource

FORMATS: tuple[Format, ...] = (
    JSON,
    CSV,
    NDJSON,
    GEOJSON,
    JSONLD,
    PROV,
    ATOM_FEED,
    JSON_FEED,
    MARKDOWN,
)
# What a whole collection can be downloaded as.
FILE_FORMATS: tuple[Format, ...] = (CSV, NDJSON, GEOJSON, PARQUET)


def list_formats(resource: Resource) -> tuple[Format, ...]:
    """The formats in which a resource's collection can be had."""
    return tuple(format_ for format_ in FORMATS if format_.write_page and format_.fits(resource))


def item_formats(resource: Resource) -> tuple[Format, ...]:
    """The formats in which one record of a resource can be had."""
    return tuple(f for f in FORMATS if f.write_item and f.fits(resource))


def history_formats() -> tuple[Format, ...]:
    """The formats in which the changes can be had."""
    return tuple(format_ for format_ in FORMATS if format_.write_history)


@cache
def feed_formats() -> tuple[Format, ...]:
    """The formats in which a feed can be had."""
    return tuple(format_ for format_ in FORMATS if format_.write_feed)


def dictionary_formats() -> tuple[Format, ...]:
    """The formats in which the data dictionary can be had."""
    return tuple(format_ for format_ in FORMATS if format_.write_dictionary)


def sum_formats() -> tuple[Format, ...]:
    """The formats in which sums can be had."""
    return tuple(format_ for format_ in FORMATS if format_.write_sums)


__all__ = [
    "CSV",
    "FILE_FORMATS",
    "FORMATS",
    "Channel",
    "Entry",
    "Format",
    "History",
    "Item",
    "Page",
    "Sums",
    "dictionary_formats",
    "feed_formats",
    "history_formats",
    "item_formats",
    "list_formats",
    "sum_formats",
]
