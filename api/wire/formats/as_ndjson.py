"""NDJSON: one record a line, the whole collection."""

from collections.abc import Iterator

from api.wire.formats.page import Format, Page


def write_page(page: Page) -> Iterator[str]:
    for body in page.narrowed():
        yield f"{body}\n"


NDJSON = Format(
    "ndjson",
    "application/x-ndjson",
    "One JSON record a line; the whole collection as a stream.",
    whole=True,
    write_page=write_page,
)
