"""Cursors: a place in a list, pinned to a data version and to the question; and places in history.

A data version is told by its number and the beginning of its hash: where a copy of the database was
put back and something else loaded, another version has the same number.

Opaque to clients. It carries no secret and needs no signature: whatever it says is checked, and
all that it can say is where to go on in a list that anyone may read.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any, NamedTuple

# What does not change which records come in which order.
NOT_OF_THE_QUESTION = frozenset(
    (
        "cursor", "page", "per_page", "count", "fields", "include", "format", "as_of", "facets",
        "facet_size",
    )
)  # fmt: skip


# What no text that is stored holds: control characters, and halves of surrogate pairs.
NO_TEXT = re.compile(r"[\u0000-\u001f\u007f\ud800-\udfff]")
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
    return f"v{cursor.version}-{cursor.state}.{cursor.asked}.{_packed(cursor.after)}"


def read_cursor(text: str, keys: int) -> Cursor:
    """A cursor of the declared pattern, for a list that sorts by `keys`. Raises NoSuchPlace."""
    release, asked, packed = text.removeprefix("v").split(".")
    version, _, state = release.partition("-")
    after = _unpacked(packed)
    if not isinstance(after, list) or len(after) != keys or not all(map(_is_key, after)):
        raise NoSuchPlace
    if not isinstance(after[-1], str):
        raise NoSuchPlace
    return Cursor(int(version), state, asked, tuple(after))


def write_since(
    version: int, hash_: str, id_: str | None = None, resource: str | None = None
) -> str:
    """A place in the history: the end of a version, or after a change of it. `hash_` is that of
    its release; empty for the beginning, which has none."""
    place = write_archive(version if id_ is None else version - 1, id_, resource)
    release, point, packed = place.partition(".")
    return f"{release}-{hash_[:STATE]}{point}{packed}" if hash_ else place


def read_since(text: str) -> tuple[int, str | None, str | None, str]:
    """(version, id, resource, beginning of the version's hash) of a place of the declared pattern;
    the last is empty for who made it of a number. Raises NoSuchPlace."""
    release, point, packed = text.partition(".")
    number, _, state = release.partition("-")
    version, id_, resource = read_archive(f"{number}{point}{packed}")
    return version if id_ is None else version + 1, id_, resource, state


def write_archive(version: int, id_: str | None = None, resource: str | None = None) -> str:
    """A part of the archive: the changes of a version, or those of them before one."""
    return f"v{version}" if id_ is None else f"v{version}.{_packed([id_, resource])}"


def read_archive(text: str) -> tuple[int, str | None, str | None]:
    """(version, id, resource) of a part of the declared pattern. Raises NoSuchPlace."""
    version, _, packed = text.removeprefix("v").partition(".")
    if not packed:
        return int(version), None, None
    after = _unpacked(packed)
    if not isinstance(after, list) or len(after) != 2:
        raise NoSuchPlace
    if not all(isinstance(value, str) and _is_key(value) for value in after):
        raise NoSuchPlace
    return int(version), after[0], after[1]


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
