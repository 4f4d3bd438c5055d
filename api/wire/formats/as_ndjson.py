"""NDJSON: one record a line, the whole collection."""

from collections.abc import Iterator

from api.wire.body import in_bytes
from api.wire.formats.as_json import cell_as_json, change_as_json
from api.wire.formats.page import Format, History, Page, Sums
from schemas.batches import batches

# Several lines are sent at once: fewer parts cost less, and parts below 128 KB are made of memory
# that is at hand, without asking the system for more.
LINES = 120


def write_page(page: Page) -> Iterator[bytes]:
    for lines in batches(page.narrowed(), LINES):
        yield b"\n".join([*in_bytes(lines), b""])


def write_history(history: History) -> Iterator[str]:
    for change, links in history.entries:
        yield f"{change_as_json(change, links)}\n"


def write_sums(sums: Sums) -> Iterator[str]:
    for cell, links in sums.entries:
        yield f"{cell_as_json(cell, links)}\n"


NDJSON = Format(
    "ndjson",
    "application/x-ndjson",
    "NDJSON",
    whole=True,
    body="Ndjson",
    write_page=write_page,
    write_history=write_history,
    write_sums=write_sums,
)
