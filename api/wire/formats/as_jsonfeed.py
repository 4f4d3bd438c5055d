"""JSON Feed 1.1."""

from typing import Any

from api.wire.formats.page import Channel, Entry, Format
from schemas.compact import dump

VERSION = "https://jsonfeed.org/version/1.1"


def write_feed(channel: Channel) -> str:
    older = channel.link("prev-archive")
    return dump(
        {
            "version": VERSION,
            "title": channel.title,
            "feed_url": channel.link("self"),
            **({"next_url": older} if older else {}),
            "language": channel.language,
            "authors": [{"name": "Quipu"}],
            "_quipu": {
                "about": channel.link("help"),
                "id": channel.id,
                "updated": channel.updated,
                "archive": channel.archive,
                "links": [{"href": link.href, **link.attributes} for link in channel.links],
            },
            "items": [_item(entry, channel.language) for entry in channel.entries],
        }
    )


def _item(entry: Entry, language: str) -> dict[str, Any]:
    change, wording = entry.change, entry.wording
    lines = [
        line
        for section in wording.sections
        for line in (section.heading, *(f"- {line}" for line in section.lines))
    ]
    return {
        "id": entry.id,
        "url": entry.url,
        "title": wording.title,
        "summary": wording.summary,
        "content_text": "\n".join(lines),
        "date_published": change.at,
        "language": language,
        "tags": [change.resource, change.kind],
        "_quipu": {
            "key": change.key,
            "kind": change.kind,
            "version": change.version,
            "resource": change.resource,
            "id": change.id,
        },
    }


JSON_FEED = Format(
    "jsonfeed",
    "application/feed+json",
    "JSON Feed",
    body="JsonFeed",
    write_feed=write_feed,
    extension="json",
)
