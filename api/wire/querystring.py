"""Reading a query string strictly: what cannot be decoded is refused, not replaced."""

import re
from urllib.parse import unquote_to_bytes

from api.wire.problems import Problem

# About where servers stop reading by themselves.
LONGEST = 60_000
# Stands for itself: most of what is asked.
PLAIN = re.compile(rb"[A-Za-z0-9_.~,:/-]*").fullmatch


def query_pairs(raw: bytes) -> list[tuple[str, str]]:
    """(name, value) in order. Raises Problem for broken escapes, broken UTF-8 and endless text."""
    if len(raw) > LONGEST:
        raise Problem("uri-too-long", f"the query string is longer than {LONGEST} bytes")
    parts = [part.partition(b"=") for part in raw.split(b"&") if part]
    return [(_decoded(name), _decoded(value)) for name, _, value in parts]


def _decoded(part: bytes) -> str:
    if PLAIN(part):
        return part.decode()
    if re.search(rb"%(?![0-9A-Fa-f]{2})", part):
        raise Problem("malformed-request", "the query string has a '%' that escapes nothing")
    try:
        return unquote_to_bytes(part.replace(b"+", b" ")).decode()
    except UnicodeDecodeError as error:
        raise Problem("malformed-request", "the query string is not UTF-8") from error
