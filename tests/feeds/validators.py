"""Holding feeds against their standards, with validators that are not ours: lxml, jsonschema."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
HERE = Path(__file__).parent
# RFC 4151: who coins it, since when, and a name.
TAG = re.compile(
    r"tag:(?:[A-Za-z0-9._-]+@)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?,[0-9]{4}(?:-[0-9]{2}){0,2}:"
    r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*"
)


@cache
def grammar() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(HERE / "atom.rng"))


@cache
def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((HERE / "jsonfeed.schema.json").read_text("utf-8")))


def parsed(text: bytes) -> Any:
    """The root of an XML document that asks for nothing from outside."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(text, parser)


def atom_faults(text: bytes) -> list[str]:
    """What of an Atom document is not as RFC 4287 and RFC 5005 have it; nothing if all is."""
    try:
        root = parsed(text)
    except etree.XMLSyntaxError as error:
        return [f"is no XML: {error}"]
    return [*grammatical_faults(root), *further_faults(root)]


def grammatical_faults(root: Any) -> list[str]:
    validator = grammar()
    return [] if validator.validate(root) else [e.message for e in validator.error_log]


def further_faults(root: Any) -> Iterator[str]:
    """The rules that no grammar can say."""
    entries = root.findall(f"{ATOM}entry")
    # RFC 4287, 4.1.1
    if root.find(f"{ATOM}author") is None and not all(
        entry.find(f"{ATOM}author") is not None for entry in entries
    ):
        yield "nobody is its author"
    for element in (root, *entries):
        alternates = Counter(
            (link.get("type"), link.get("hreflang"))
            for link in element.findall(f"{ATOM}link")
            if link.get("rel", "alternate") == "alternate"
        )
        yield from (f"two alternates are {kind}" for kind, n in alternates.items() if n > 1)
        # 4.1.2
        if element is not root and not alternates and element.find(f"{ATOM}content") is None:
            yield "an entry says nothing and leads nowhere"
    ids = Counter(element.findtext(f"{ATOM}id") for element in entries)
    yield from (f"two entries have the id {id_}" for id_, n in ids.items() if n > 1)
    for element in (root, *entries):
        if not TAG.fullmatch(element.findtext(f"{ATOM}id") or ""):
            yield f"{element.findtext(f'{ATOM}id')} is no tag URI"
    yield from archive_faults(root)


def archive_faults(root: Any) -> Iterator[str]:
    """RFC 5005, 4; and that a feed says where it is."""
    links = Counter(link.get("rel", "alternate") for link in root.findall(f"{ATOM}link"))
    for relation in ("self", "current", "prev-archive", "next-archive"):
        if links[relation] > 1:
            yield f"it has several {relation}"
    if not links["self"]:
        yield "it does not say where it is"
    archived = root.find(f"{HISTORY}archive") is not None
    if archived and not links["current"]:
        yield "an archive does not lead to its feed"
    if not archived and links["current"]:
        yield "it is no archive, and leads to another feed as its own"


def json_feed_faults(value: Any) -> list[str]:
    """What of a feed is not as JSON Feed 1.1 has it; nothing if all is."""
    found = [f"{error.json_path}: {error.message}" for error in schema().iter_errors(value)]
    ids = Counter(item.get("id") for item in value.get("items", ()) if isinstance(item, dict))
    return found + [f"two items have the id {id_}" for id_, n in ids.items() if n > 1]
