"""Addresses of the web: an URI (RFC 3986), or an IRI, with letters of any script (RFC 3987).

What is neither breaks the formats of others that it is written into: RDF, XML, Markdown.
"""

import re
from ipaddress import AddressValueError, IPv6Address
from typing import Any
from unicodedata import normalize
from urllib.parse import quote

from schemas.fields.text import Text

# Beyond ASCII: what an IRI may hold anywhere, and what is for private use, in a query alone.
PLANES = "".join(f"{chr(n << 16)}-{chr((n << 16) + 0xFFFD)}" for n in range(1, 14))
LETTERS = f"\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef{PLANES}\U000e1000-\U000efffd"
PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
# Marks that turn the direction of writing: they are not seen, and an IRI has none (RFC 3987, 4.1).
TURNING = "\u200e\u200f\u202a-\u202e"
STRAY = re.compile(rf"[^A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%{LETTERS}{PRIVATE}-]|[{TURNING}]")
# A blank of any kind, in what begins as an address does: it is told by itself.
BLANK = re.compile(r"https?://.*?([^\S\x00-\x1f\x7f])")
BROKEN_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2}).{0,2}")
PARTS = re.compile(
    r"https?://(?:(?P<user>[^/?#@]*)@)?(?P<host>[^/?#]*)(?P<path>[^?#]*)"
    r"(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?"
)
# What each part cannot hold, of what an address can.
MISPLACED = {
    "user": re.compile(rf"[\[\]{PRIVATE}]"),
    "host": re.compile(f"[{PRIVATE}]"),
    "path": re.compile(rf"[\[\]{PRIVATE}]"),
    "query": re.compile(r"[\[\]]"),
    "fragment": re.compile(rf"[\[\]#{PRIVATE}]"),
}
HOST = re.compile(r"(\[[^\[\]]*\]|[^:\[\]@]+)(?::([0-9]*))?")
NO_NAME = frozenset("/?#@:")
IP_OF_THE_FUTURE = re.compile(r"v[0-9A-Fa-f]+\.[A-Za-z0-9._~!$&'()*+,;=:-]+")


class Url(Text):
    """An absolute https or http address."""

    pattern = r"^https?://[^\s\u0000-\u001F\u007F]+$"
    default_error_messages = {
        "pattern": "must be an address that begins with https:// or http://",
        "character": "holds {character!r}, which an address cannot: write it as {escaped}",
        "escape": "holds {part!r}: after '%' come two hexadecimal digits; a '%' itself is '%25'",
        "host": "has no host that can be read: {part!r}",
        "place": "holds {character!r} in its {part}, where it cannot stand: write it as {escaped}",
    }

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        # The pattern would only say how an address begins.
        if isinstance(value, str) and (blank := BLANK.match(value)):
            raise self._misplaced("character", blank[1])
        text = super()._deserialize(value, *args, **kwargs)
        if stray := STRAY.search(text):
            raise self._misplaced("character", stray[0])
        if broken := BROKEN_ESCAPE.search(text):
            raise self.make_error("escape", part=broken[0])
        parts = PARTS.fullmatch(text)
        assert parts  # noqa: S101 - the pattern says how it begins, and all that follows is taken
        for part, told in parts.groupdict(default="").items():
            if misplaced := MISPLACED[part].search(told):
                raise self._misplaced("place", misplaced[0], part=part)
        if not _is_host(parts["host"]):
            raise self.make_error("host", part=parts["host"])
        return text

    def _misplaced(self, key: str, character: str, **more: str) -> Exception:
        return self.make_error(key, character=character, escaped=quote(character, safe=""), **more)


def _is_host(text: str) -> bool:
    """Whether it is a name or an IP address, with a port or without."""
    found = HOST.fullmatch(text)
    if found is None:
        return False
    name = found[1]
    if not name.startswith("["):
        # Letters that readers take for a sign of the address itself: a full-width slash.
        return NO_NAME.isdisjoint(normalize("NFKC", name))
    inner = name[1:-1]
    if IP_OF_THE_FUTURE.fullmatch(inner):
        return True
    try:
        return not IPv6Address(inner).scope_id
    except AddressValueError:
        return False
