"""What makes an URI (RFC 3986), or an IRI, with letters of any script (RFC 3987)."""

import re
from ipaddress import AddressValueError, IPv6Address
from typing import NamedTuple
from unicodedata import normalize

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


class Fault(NamedTuple):
    """What an address holds that it cannot: which kind of fault, the text, and in which part."""

    kind: str
    text: str
    part: str = ""


def find_blank(text: str) -> Fault | None:
    """A blank in what begins as an address."""
    blank = BLANK.match(text)
    return Fault("character", blank[1]) if blank else None


def find_fault(text: str) -> Fault | None:
    """The first fault of what begins as an address of http or https, and has no blank."""
    if stray := STRAY.search(text):
        return Fault("character", stray[0])
    if broken := BROKEN_ESCAPE.search(text):
        return Fault("escape", broken[0])
    parts = PARTS.fullmatch(text)
    assert parts  # noqa: S101 - it begins so, and all that follows is taken
    for part, told in parts.groupdict(default="").items():
        if misplaced := MISPLACED[part].search(told):
            return Fault("place", misplaced[0], part)
    if not _is_host(parts["host"]):
        return Fault("host", parts["host"])
    return None


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
