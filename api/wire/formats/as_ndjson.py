"""NDJSON: one record a line, the whole collection."""

from collections.abc import Iterator

from api.wire.formats.as_json import change_as_json
from api.wire.formats.page import Format, History, Page


def write_page(page: Page) -> Iterator[str]:
    for body in page.narrowed():
        yield f"{body}\n"


def write_history(history: History) -> Iterator[str]:
    for change, links in history.entries:
        yield f"{change_as_json(change, links)}\n"


NDJSON = Format(
    "ndjson",
    "application/x-ndjson",
    "One JSON record a line; the whole collection as a stream.",
    whole=True,
    body="Ndjson",
    write_page=write_page,
    write_history=write_history,
)
