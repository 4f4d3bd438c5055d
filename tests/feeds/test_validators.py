"""The checks of the feeds can fail: each rule is broken once, and the check must say so."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from lxml import etree

from tests.contract.conformance import CheckedClient
from tests.feeds.validators import ATOM, HISTORY, atom_faults, json_feed_faults, parsed

XHTML = "{http://www.w3.org/1999/xhtml}"
Fault = Callable[[Any], object]


@pytest.fixture
def archive(client: CheckedClient) -> Any:
    return parsed(client.get("/feeds/changes.atom?archive=v3").get_data())


@pytest.fixture
def feed(client: CheckedClient) -> Any:
    return client.get("/feeds/changes.json?archive=v3").get_json()


def one(root: Any, path: str) -> Any:
    found = root.find(path.replace("a:", ATOM).replace("fh:", HISTORY).replace("x:", XHTML))
    assert found is not None
    return found


def drop(path: str) -> Fault:
    def fault(root: Any) -> None:
        element = one(root, path)
        element.getparent().remove(element)

    return fault


def double(path: str) -> Fault:
    return lambda root: one(root, path).addnext(deepcopy(one(root, path)))


def text(path: str, value: str) -> Fault:
    return lambda root: setattr(one(root, path), "text", value)


def attribute(path: str, name: str, value: str | None) -> Fault:
    def fault(root: Any) -> None:
        if value is None:
            del one(root, path).attrib[name]
        else:
            one(root, path).set(name, value)

    return fault


def add(path: str, tag: str) -> Fault:
    return lambda root: etree.SubElement(one(root, path) if path else root, tag)


def rename(path: str, tag: str) -> Fault:
    return lambda root: setattr(one(root, path), "tag", tag)


ATOM_FAULTS: dict[str, tuple[Fault, str]] = {
    "no id": (drop("a:id"), "id"),
    "two ids": (double("a:id"), "id"),
    "no title": (drop("a:title"), "feed"),
    "an empty title": (text("a:title", " "), "title"),
    "no moment": (drop("a:updated"), "updated"),
    "two moments": (double("a:updated"), "updated"),
    "a day for a moment": (text("a:updated", "2021-04-28"), "updated"),
    "a moment without zone": (text("a:updated", "2021-04-28T00:00:00"), "updated"),
    "a moment in small letters": (text("a:updated", "2021-04-28t00:00:00z"), "updated"),
    "a moment of no calendar": (text("a:updated", "2021-02-30T00:00:00Z"), "updated"),
    "a relative id": (text("a:id", "feeds/changes"), "id"),
    "an id that is no tag": (text("a:id", "urn:x:1"), "is no tag URI"),
    "an id with a port": (text("a:id", "tag:h:80,2021:x"), "is no tag URI"),
    "no author": (drop("a:author"), "nobody is its author"),
    "an author without name": (drop("a:author/a:name"), "author"),
    "an unknown element": (add("", f"{ATOM}guid"), "guid"),
    "an element of no namespace": (add("", "note"), "note"),
    "a link to nowhere": (attribute("a:link", "href", None), "link"),
    "a link with a strange relation": (attribute("a:link", "rel", "Some Thing"), "link"),
    "a link with no media type": (attribute("a:link", "type", "atom"), "link"),
    "a link in no language": (attribute("a:link", "hreflang", "e n"), "link"),
    "a link that holds something": (text("a:link", "x"), "link"),
    "an unknown attribute": (attribute("a:link", "media", "x"), "link"),
    "two alternates alike": (double("a:link[@rel='alternate']"), "two alternates"),
    "no self": (drop("a:link[@rel='self']"), "does not say where it is"),
    "two of prev-archive": (double("a:link[@rel='prev-archive']"), "several prev-archive"),
    "an archive without current": (drop("a:link[@rel='current']"), "does not lead to its feed"),
    "a feed with current": (drop("fh:archive"), "as its own"),
    "an archive twice": (double("fh:archive"), "archive"),
    "an archive with content": (text("fh:archive", "x"), "archive"),
    "an unknown part of history": (add("", f"{HISTORY}past"), "past"),
    "no language": (
        attribute(".", "{http://www.w3.org/XML/1998/namespace}lang", "x y"),
        "feed",
    ),
    "an entry without id": (drop("a:entry/a:id"), "entry"),
    "an entry without title": (drop("a:entry/a:title"), "entry"),
    "an entry without moment": (drop("a:entry/a:updated"), "entry"),
    "an entry twice": (double("a:entry"), "two entries have the id"),
    "an entry with two summaries": (double("a:entry/a:summary"), "entry"),
    "an entry with two contents": (double("a:entry/a:content"), "entry"),
    "a day of publication": (text("a:entry/a:published", "2021-04-28"), "entry"),
    "a category without term": (attribute("a:entry/a:category", "term", None), "entry"),
    "content of no kind": (attribute("a:entry/a:content", "type", "markdown"), "entry"),
    "content that is not wrapped": (rename("a:entry/a:content/x:div", f"{XHTML}p"), "entry"),
    "content of another tongue": (rename("a:entry/a:content/x:div/x:p", "{urn:other}p"), "entry"),
    "an entry within an entry": (add("a:entry", f"{ATOM}entry"), "entry"),
}


@pytest.mark.parametrize("name", ATOM_FAULTS)
def test_each_fault_of_an_atom_document_is_noticed(archive: Any, name: str) -> None:
    fault, said = ATOM_FAULTS[name]
    assert atom_faults(etree.tostring(archive)) == []
    fault(archive)
    found = atom_faults(etree.tostring(archive))
    assert any(said in sentence for sentence in found), found


def test_an_entry_that_says_nothing_and_leads_nowhere_is_noticed(archive: Any) -> None:
    for path in ("a:entry/a:content", "a:entry/a:link"):
        drop(path)(archive)
    assert "an entry says nothing and leads nowhere" in atom_faults(etree.tostring(archive))


@pytest.mark.parametrize(
    "text", [b"", b"<feed", b"<feed>&nbsp;</feed>", b"<feed>\x00</feed>", "<a>\ufffe</a>".encode()]
)
def test_what_is_no_xml_is_noticed(text: bytes) -> None:
    (fault,) = atom_faults(text)
    assert fault.startswith("is no XML")


def without(*path: Any) -> Fault:
    def fault(value: Any) -> None:
        for step in path[:-1]:
            value = value[step]
        del value[path[-1]]

    return fault


def given(wrong: object, *path: Any) -> Fault:
    def fault(value: Any) -> None:
        for step in path[:-1]:
            value = value[step]
        value[path[-1]] = wrong

    return fault


JSON_FAULTS: dict[str, tuple[Fault, str]] = {
    "no version": (without("version"), "$: 'version'"),
    "another version": (given("https://jsonfeed.org/version/1", "version"), "$.version"),
    "no title": (without("title"), "$: 'title'"),
    "an empty title": (given("", "title"), "$.title"),
    "no items": (without("items"), "$: 'items'"),
    "items by their ids": (given({}, "items"), "$.items"),
    "an unknown member": (given(1, "updated"), "$: "),
    "an extension that is no object": (given(1, "_quipu"), "_quipu"),
    "an address with blanks": (given("/a b", "feed_url"), "$.feed_url"),
    "no language": (given("e n", "language"), "$.language"),
    "authors by their names": (given(["Quipu"], "authors"), "$.authors"),
    "an author of nothing": (given([{}], "authors"), "$.authors"),
    "an item without id": (without("items", 0, "id"), "$.items[0]"),
    "an item with a number as id": (given(7, "items", 0, "id"), "$.items[0].id"),
    "an item without content": (without("items", 0, "content_text"), "$.items[0]"),
    "an item with a day": (given("2021-04-28", "items", 0, "date_published"), "date_published"),
    "an item with one tag": (given("figures", "items", 0, "tags"), "$.items[0].tags"),
    "an item with an unknown member": (given(1, "items", 0, "key"), "$.items[0]"),
    "an item twice": (lambda feed: feed["items"].append(feed["items"][0]), "two items have"),
    "an older part at no address": (given(None, "next_url"), "$.next_url"),
}


@pytest.mark.parametrize("name", JSON_FAULTS)
def test_each_fault_of_a_json_feed_is_noticed(feed: Any, name: str) -> None:
    fault, said = JSON_FAULTS[name]
    assert json_feed_faults(feed) == []
    fault(feed)
    found = json_feed_faults(json.loads(json.dumps(feed)))
    assert any(said in sentence for sentence in found), found
