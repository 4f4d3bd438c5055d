"""Cursors: a place in a list, pinned to a data version and to the question; and places in history.

A data version is told by its number and the beginning of its hash: where a copy of the database was
put back and something else loaded, another version has the same number.

Opaque to clients. It carries no secret and needs no signature: whatever it says is checked, and
all that it can say is where to go on in a list that anyone may read.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any, NamedTuple

from schemas.fields.text import NO_TEXT

# What does not change which records come in which order.
NOT_OF_THE_QUESTION = frozenset(
    (
        "cursor", "page", "per_page", "count", "fields", "include", "format", "as_of", "facets",
        "facet_size",
    )
)  # fmt: skip


COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
SPACED = json.JSONEncoder()


# So much of a hash tells two versions of one number apart.
STATE = 8


class Cursor(NamedTuple):
    """The data version, the beginning of its hash (empty in cursors of old), the question that it
    belongs to, and the sort keys of the last record seen."""

    version: int
    state: str
    asked: str
    after: tuple[int | str | None, ...]


class NoSuchPlace(Exception):
    """A cursor that is formed like one but leads nowhere."""


def question(path: str, given: tuple[tuple[str, str], ...]) -> str:
    """What a cursor belongs to, in few letters."""
    asked = [path, [pair for pair in given if pair[0] not in NOT_OF_THE_QUESTION]]
    return sha256(SPACED.encode(asked).encode()).hexdigest()[:12]


def write_cursor(cursor: Cursor) -> str:
    packed = _packed([cursor.state, *cursor.after])
    return f"v{cursor.version}.{cursor.asked}.{packed}"


def read_cursor(text: str, keys: int) -> Cursor:
    """A cursor of the declared pattern, for a list that sorts by `keys`. Raises NoSuchPlace."""
    version, asked, packed = text.removeprefix("v").split(".")
    after = _unpacked(packed)
    if not isinstance(after, list) or not all(map(_is_key, after)):
        raise NoSuchPlace
    # One of old does not say which data it is of.
    state = after.pop(0) if len(after) == keys + 1 else ""
    if len(after) != keys or not isinstance(after[-1], str) or not _is_state(state):
        raise NoSuchPlace
    return Cursor(int(version), state, asked, tuple(after))


class Since(NamedTuple):
    """A place in the history: the end of a version, or after a change of it. `state` is the
    beginning of the hash of that version; empty for who made the place of a number."""

    version: int
    id: str | None = None
    resource: str | None = None
    state: str = ""


def write_since(
    version: int, state: str, id_: str | None = None, resource: str | None = None
) -> str:
    """A place in the history, of what a `Since` has."""
    if id_ is None:
        return f"v{version}.{_packed([state])}" if state else f"v{version}"
    return f"v{version - 1}.{_packed([id_, resource, state])}"


def read_since(text: str) -> Since:
    """A place of the declared pattern. Raises NoSuchPlace."""
    version, names = _place(text)
    match names:
        case []:
            return Since(version)
        case [state] if state and _is_state(state):
            return Since(version, state=state)
        case [id_, resource, *states] if len(states) <= 1 and all(map(_is_state, states)):
            return Since(version + 1, id_, resource, *states)
    raise NoSuchPlace


def write_archive(version: int, id_: str | None = None, resource: str | None = None) -> str:
    """A part of the archive: the changes of a version, or those of them before one."""
    return f"v{version}" if id_ is None else f"v{version}.{_packed([id_, resource])}"


def read_archive(text: str) -> tuple[int, str | None, str | None]:
    """(version, id, resource) of a part of the declared pattern. Raises NoSuchPlace."""
    version, names = _place(text)
    match names:
        case []:
            return version, None, None
        case [id_, resource]:
            return version, id_, resource
    raise NoSuchPlace


def _place(text: str) -> tuple[int, list[str]]:
    """The version, and the names behind the point, if there is one."""
    version, _, packed = text.removeprefix("v").partition(".")
    names = _unpacked(packed) if packed else []
    if not isinstance(names, list) or not all(
        isinstance(one, str) and _is_key(one) for one in names
    ):
        raise NoSuchPlace
    return int(version), names


def _is_state(one: Any) -> bool:
    """Whether it is the beginning of a hash, or empty: fewer letters are those of many hashes."""
    return isinstance(one, str) and len(one) in (0, STATE)


def _packed(value: Any) -> str:
    return urlsafe_b64encode(COMPACT.encode(value).encode()).decode().rstrip("=")


def _unpacked(text: str) -> Any:
    try:
        return json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError) as error:
        raise NoSuchPlace from error


def _is_key(value: Any) -> bool:
    if isinstance(value, str):
        return not NO_TEXT.search(value)
    return value is None or (type(value) is int and abs(value) < 2**63)
