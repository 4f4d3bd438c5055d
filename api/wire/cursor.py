"""Cursors: a place in a list, pinned to a data version and to the question.

Opaque to clients. It carries no secret and needs no signature: whatever it says is checked, and
all that it can say is where to go on in a list that anyone may read.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any, NamedTuple

# What does not change which records come in which order.
NOT_OF_THE_QUESTION = (
    "cursor", "page", "per_page", "count", "fields", "include", "format", "as_of",
)  # fmt: skip


class Cursor(NamedTuple):
    """The data version, the question it belongs to, and the sort keys of the last record seen."""

    version: int
    asked: str
    after: tuple[int | str | None, ...]


class NoSuchPlace(Exception):
    """A cursor that is formed like one but leads nowhere."""


def question(path: str, given: tuple[tuple[str, str], ...]) -> str:
    """What a cursor belongs to, in few letters."""
    text = json.dumps([path, [pair for pair in given if pair[0] not in NOT_OF_THE_QUESTION]])
    return sha256(text.encode()).hexdigest()[:12]


def write_cursor(cursor: Cursor) -> str:
    keys = json.dumps(cursor.after, separators=(",", ":"))
    packed = urlsafe_b64encode(keys.encode()).decode().rstrip("=")
    return f"v{cursor.version}.{cursor.asked}.{packed}"


def read_cursor(text: str, keys: int) -> Cursor:
    """A cursor of the declared pattern, for a list that sorts by `keys`. Raises NoSuchPlace."""
    version, asked, packed = text.removeprefix("v").split(".")
    try:
        after: Any = json.loads(urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    except (ValueError, RecursionError) as error:
        raise NoSuchPlace from error
    if not isinstance(after, list) or len(after) != keys or not all(map(_is_key, after)):
        raise NoSuchPlace
    if not isinstance(after[-1], str):
        raise NoSuchPlace
    return Cursor(int(version), asked, tuple(after))


def _is_key(value: Any) -> bool:
    if isinstance(value, str):
        return value.isprintable()
    return value is None or (type(value) is int and abs(value) < 2**63)
