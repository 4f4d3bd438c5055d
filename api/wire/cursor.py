"""Cursors: a place in a list, pinned to a data version and to the question.

Opaque to clients. It carries no secret and needs no signature: whatever it says is checked, and
all that it can say is where to go on in a list that anyone may read.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any, NamedTuple

from schemas.query import LARGEST_VERSION, Mistake

# What does not change which records come in which order.
NOT_OF_THE_QUESTION = (
    "cursor",
    "page",
    "per_page",
    "count",
    "fields",
    "include",
    "format",
    "as_of",
)


class Cursor(NamedTuple):
    """The data version, and the sort keys of the last record seen."""

    version: int
    after: tuple[int | str | None, ...]


class BadCursor(Exception):
    """Says what is wrong with a cursor."""

    def mistake(self) -> Mistake:
        return Mistake("cursor", "invalid", str(self))


def question(path: str, given: tuple[tuple[str, str], ...]) -> str:
    """What a cursor belongs to, in few letters."""
    text = json.dumps([path, [pair for pair in given if pair[0] not in NOT_OF_THE_QUESTION]])
    return sha256(text.encode()).hexdigest()[:12]


def write_cursor(cursor: Cursor, asked: str) -> str:
    text = json.dumps([cursor.version, asked, *cursor.after], separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str, asked: str, keys: int) -> Cursor:
    """Raises BadCursor unless it was given out for the question `asked`, which sorts by `keys`."""
    try:
        parts: Any = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError) as error:
        raise BadCursor("is not a cursor that this service gave out") from error
    if not isinstance(parts, list) or len(parts) != keys + 2 or not _is_version(parts[0]):
        raise BadCursor("is not a cursor that this service gave out for this list")
    version, of, *after = parts
    if of != asked:
        raise BadCursor(
            "belongs to another question: keep its filters and its order, or start without it"
        )
    if not all(map(_is_key, after)) or not isinstance(after[-1], str):
        raise BadCursor("is not a cursor that this service gave out")
    return Cursor(version, tuple(after))


def _is_version(value: Any) -> bool:
    return type(value) is int and 0 < value <= LARGEST_VERSION


def _is_key(value: Any) -> bool:
    if isinstance(value, str):
        return value.isprintable()
    return value is None or (type(value) is int and abs(value) < 2**63)
