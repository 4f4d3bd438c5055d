"""Reading feeds as their readers do: feedparser for Atom, the plain JSON of JSON Feed."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import feedparser
from flask.testing import FlaskClient


class Read(NamedTuple):
    """What a reader makes of a document: its entries as {id: title}, and where it leads."""

    id: str
    title: str
    entries: dict[str, str]
    older: str | None
    text: bytes


def read(client: FlaskClient, address: str) -> Read:
    """A document of a feed, in whichever format it comes."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    if answer.mimetype == "application/feed+json":
        feed = json.loads(answer.get_data())
        entries = {item["id"]: item["title"] for item in feed["items"]}
        own = feed["_quipu"]["id"]
        return Read(own, feed["title"], entries, feed.get("next_url"), answer.get_data())
    parsed = feedparser.parse(answer.get_data())
    assert not parsed.bozo, parsed.bozo_exception
    older = [link.href for link in parsed.feed.links if link.rel == "prev-archive"]
    return Read(
        parsed.feed.id,
        parsed.feed.title,
        {entry.id: entry.title for entry in parsed.entries},
        older[0] if older else None,
        answer.get_data(),
    )


def walk(client: FlaskClient, address: str | None) -> Iterator[tuple[str, Read]]:
    """A feed's document, then every part of its archive, as RFC 5005 leads to them; each once."""
    seen: set[str] = set()
    while address:
        assert address not in seen, f"{address} leads back to itself"
        seen.add(address)
        found = read(client, address)
        yield address, found
        address = found.older


def key_of(id_: str) -> str:
    """The change's key that an entry's id is made of."""
    return id_.split(":changes/", 1)[1]


def told(client: FlaskClient, question: dict[str, str]) -> list[dict[str, Any]]:
    """Every change that `/changes` tells of, oldest first."""
    answer = client.get("/changes", query_string={**question, "format": "ndjson"})
    return [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]
