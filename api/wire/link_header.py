"""The `Link` header (RFC 8288): what an answer is linked with, as headers say it."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

# What a proxy has room for beside the other headers of an answer, as they come: 4 KB for all.
LONGEST_HEADER = 3_000
# The links of an answer that have a registered relation, by their names there.
RELATIONS = {name: name for name in ("self", "first", "prev", "next", "collection")} | {
    "latest": "latest-version",
    "previous": "predecessor-version",
}


class Link(NamedTuple):
    """An address, what it is to the answer, and what is to be had there."""

    rel: str
    href: str
    type: str | None = None
    hreflang: str | None = None

    @property
    def attributes(self) -> dict[str, str]:
        """What is said about the address, in the order in which RFC 8288 has it."""
        found = {"rel": self.rel, "type": self.type, "hreflang": self.hreflang}
        return {name: value for name, value in found.items() if value}


def link_header(links: Mapping[str, str | None], more: Iterable[Link] = ()) -> str:
    """RFC 8288, with the relations as they are registered. Of a question so long that proxies and
    clients would refuse them all, where it goes on, and what else there is room for."""
    named = [
        f'<{target}>; rel="{RELATIONS[name]}"'
        for name, target in links.items()
        if target and name in RELATIONS
    ]
    header = ", ".join([*named, *map(_written, more)])
    return _shortened(named, links) if header[LONGEST_HEADER:] else header


def _shortened(named: list[str], links: Mapping[str, str | None]) -> str:
    kept: list[str] = []
    room = LONGEST_HEADER
    for link in sorted(named, key=lambda link: not link.endswith('rel="next"')):
        if len(link) <= room:
            kept.append(link)
            room -= len(link) + len(", ")
    # At least, which list it is that is asked so much of.
    return ", ".join(kept) or f'<{(links["self"] or "").partition("?")[0]}>; rel="collection"'


def _written(link: Link) -> str:
    return "; ".join((f"<{link.href}>", *(f'{k}="{v}"' for k, v in link.attributes.items())))
