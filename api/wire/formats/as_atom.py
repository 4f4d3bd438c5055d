"""Atom (RFC 4287), with archives (RFC 5005)."""

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from api.wire.formats.page import Channel, Entry, Format
from api.wire.markup import xml_text

if TYPE_CHECKING:
    from api.wire.wording import Section

ATOM = "http://www.w3.org/2005/Atom"
HISTORY = "http://purl.org/syndication/history/1.0"
XHTML = "http://www.w3.org/1999/xhtml"
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'


def write_feed(channel: Channel) -> str:
    feed = Element("feed", {"xmlns": ATOM, "xmlns:fh": HISTORY, "xml:lang": channel.language})
    _text(feed, "id", channel.id)
    _text(feed, "title", channel.title)
    _text(feed, "updated", channel.updated)
    _text(SubElement(feed, "author"), "name", "Quipu")
    if channel.archive:
        SubElement(feed, "fh:archive")
    for link in channel.links:
        SubElement(feed, "link", {**link.attributes, "href": link.href})
    for entry in channel.entries:
        _entry(feed, entry)
    return DECLARATION + xml_text(feed) + "\n"


def _entry(feed: Element, told: Entry) -> None:
    change, wording = told.change, told.wording
    entry = SubElement(feed, "entry")
    _text(entry, "id", told.id)
    _text(entry, "title", wording.title)
    _text(entry, "published", change.at)
    _text(entry, "updated", change.at)
    # Without a media type: readers follow a link that may lead to a page, and none to JSON.
    SubElement(entry, "link", {"rel": "alternate", "href": told.url})
    SubElement(entry, "category", {"term": change.resource})
    SubElement(entry, "category", {"term": change.kind})
    _text(entry, "summary", wording.summary)
    content = SubElement(SubElement(entry, "content", {"type": "xhtml"}), "div", {"xmlns": XHTML})
    for section in wording.sections:
        _section(content, section)


def _section(content: Element, section: "Section") -> None:
    _text(content, "p", section.heading)
    lines = SubElement(content, "ul")
    for line in section.lines:
        _text(lines, "li", line)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


ATOM_FEED = Format(
    "atom",
    "application/atom+xml",
    "Atom",
    body="AtomFeed",
    write_feed=write_feed,
    extension="atom",
)
