"""NDJSON: one record a line, the whole collection."""

from collections.abc import Iterator
from itertools import islice

from api.wire.formats.as_json import change_as_json
from api.wire.formats.page import Format, History, Page

# Several lines are sent at once: fewer parts cost less, and small ones stay where memory is fast.
LINES = 40


def write_page(page: Page) -> Iterator[bytes]:
    bodies = (b if isinstance(b, bytes) else b.encode() for b in page.narrowed())
    while lines := list(islice(bodies, LINES)):
        lines.append(b"")
        yield b"\n".join(lines)


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
