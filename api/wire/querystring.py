"""Reading a query string strictly: what cannot be decoded is refused, not replaced."""

import re
from urllib.parse import unquote_to_bytes

from api.wire.problems import Problem

# About where servers stop reading by themselves.
LONGEST = 60_000


def query_pairs(raw: bytes) -> list[tuple[str, str]]:
    """(name, value) in order. Raises Problem for broken escapes, broken UTF-8 and endless text."""
    if len(raw) > LONGEST:
        raise Problem("uri-too-long", f"the query string is longer than {LONGEST} bytes")
    pairs = []
    for part in raw.split(b"&"):
        if part:
            name, _, value = part.partition(b"=")
            pairs.append((_decoded(name), _decoded(value)))
    return pairs


def _decoded(part: bytes) -> str:
    if re.search(rb"%(?![0-9A-Fa-f]{2})", part):
        raise Problem("malformed-request", "the query string has a '%' that escapes nothing")
    try:
        return unquote_to_bytes(part.replace(b"+", b" ")).decode()
    except UnicodeDecodeError as error:
        raise Problem("malformed-request", "the query string is not UTF-8") from error
