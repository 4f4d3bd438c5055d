"""Reading a query string strictly: what cannot be decoded is refused, not replaced."""

import re
from urllib.parse import unquote_to_bytes

from api.wire.problems import Problem

# About where servers stop reading by themselves.
LONGEST = 60_000
# Several times what anybody could ask for: no address has as many parameters, and a list may stand
# in one.
PAIRS = 500
# Stands for itself: most of what is asked.
PLAIN = re.compile(r"[A-Za-z0-9_.~,:/&=-]*").fullmatch


def query_pairs(text: str) -> list[tuple[str, str]]:
    """(name, value) in order, of a query string as WSGI has it: each character is an octet.

    Raises Problem for broken escapes, broken UTF-8, endless text and parameters without end.
    """
    if not text:
        return []
    length = len(text)
    if length > LONGEST:
        raise Problem("uri-too-long", f"the query string is longer than {LONGEST} bytes")
    if length > PAIRS and text.count("&") >= PAIRS:
        raise Problem("uri-too-long", f"the query string has more than {PAIRS} parameters")
    parts = [part.partition("=") for part in text.split("&") if part]
    if PLAIN(text):
        return [(name, value) for name, _, value in parts]
    return [(_decoded(name), _decoded(value)) for name, _, value in parts]


def _decoded(text: str) -> str:
    part = text.encode("latin-1")
    if re.search(rb"%(?![0-9A-Fa-f]{2})", part):
        raise Problem("malformed-request", "the query string has a '%' that escapes nothing")
    try:
        return unquote_to_bytes(part.replace(b"+", b" ")).decode()
    except UnicodeDecodeError as error:
        raise Problem("malformed-request", "the query string is not UTF-8") from error
