"""NDJSON: one record a line, the whole collection."""

from collections.abc import Iterator
from itertools import islice
from typing import cast

from api.wire.formats.as_json import cell_as_json, change_as_json
from api.wire.formats.page import Body, Format, History, Page, Sums

# Several lines are sent at once: fewer parts cost less, and parts below 128 KB are made of memory
# that is at hand, without asking the system for more.
LINES = 80


def write_page(page: Page) -> Iterator[bytes]:
    bodies = page.narrowed()
    while lines := list(islice(bodies, LINES)):
        yield b"\n".join([*_encoded(lines), b""])


def _encoded(lines: list[Body]) -> list[bytes]:
    """Lines as bytes; those of a stream are, and are not looked at one by one."""
    if isinstance(lines[0], bytes):
        return cast(list[bytes], lines)
    return [line if isinstance(line, bytes) else line.encode() for line in lines]


def write_history(history: History) -> Iterator[str]:
    for change, links in history.entries:
        yield f"{change_as_json(change, links)}\n"


def write_sums(sums: Sums) -> Iterator[str]:
    for cell, links in sums.entries:
        yield f"{cell_as_json(cell, links)}\n"


NDJSON = Format(
    "ndjson",
    "application/x-ndjson",
    "One JSON record a line; the whole collection as a stream.",
    whole=True,
    body="Ndjson",
    write_page=write_page,
    write_history=write_history,
    write_sums=write_sums,
)
