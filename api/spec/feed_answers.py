"""The schemas of the feeds: their index, Atom, JSON Feed."""

from api.spec.answers import MOMENT, TEXT, TEXTS_BY_NAME, complete
from schemas.change import KINDS
from schemas.codes import LANGUAGES
from schemas.objects import Json

# Its required members are those of JSON Feed 1.1, and what every feed here has beside them.
JSON_FEED: Json = {
    "type": "object",
    "description": "JSON Feed 1.1. `_quipu` is the house's own extension.",
    "required": ["version", "title", "feed_url", "language", "authors", "items", "_quipu"],
    "properties": {
        "version": {"type": "string", "const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string"},
        "feed_url": {"type": "string"},
        "next_url": {"type": "string", "description": "What is older; missing at the beginning."},
        "language": {"type": "string", "enum": list(LANGUAGES)},
        "authors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string"}},
                "required": ["name"],
            },
        },
        "_quipu": {
            "type": "object",
            "properties": {
                "about": {"type": "string"},
                "id": {"type": "string", "description": "Names the feed for good: a tag URI."},
                "updated": MOMENT,
                "archive": {"type": "boolean", "description": "Whether it will never change."},
                "links": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            name: {"type": "string"} for name in ("href", "rel", "type", "hreflang")
                        },
                        "required": ["href", "rel"],
                    },
                },
            },
            "required": ["about", "id", "updated", "archive", "links"],
        },
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "id": {
                        "type": "string",
                        "description": "Names the change for good: a tag URI.",
                    },
                    "url": {
                        "type": "string",
                        "description": "The record since then; where it was deleted, before.",
                    },
                    "title": {"type": "string"},
                    "summary": {"type": "string"},
                    "content_text": {"type": "string"},
                    "date_published": MOMENT,
                    "language": {"type": "string", "enum": list(LANGUAGES)},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "_quipu": {
                        "type": "object",
                        "description": "As the change has it in `/changes`.",
                        "properties": {
                            "key": {"type": "string"},
                            "kind": {"type": "string", "enum": list(KINDS)},
                            "version": {"type": "integer", "minimum": 1},
                            "resource": {"type": "string"},
                            "id": {"type": "string"},
                        },
                        "required": ["key", "kind", "version", "resource", "id"],
                    },
                },
                "required": [
                    "id",
                    "url",
                    "title",
                    "summary",
                    "content_text",
                    "date_published",
                    "language",
                    "tags",
                    "_quipu",
                ],
            },
        },
    },
}


def feed_answers() -> Json:
    """The named schemas of what the feeds answer with."""
    return {
        "Feeds": complete(
            {
                "feeds": {
                    "type": "array",
                    "items": complete(
                        {
                            "name": TEXT,
                            "description": complete(dict.fromkeys(LANGUAGES, TEXT)),
                            "formats": {
                                "type": "object",
                                "description": "By its name, each format that it can be had in.",
                                "additionalProperties": complete(
                                    {
                                        "media_type": TEXT,
                                        "template": {
                                            "type": "string",
                                            "description": "Its addresses, RFC 6570.",
                                        },
                                        "example": TEXT,
                                    }
                                ),
                            },
                        }
                    ),
                },
                "links": TEXTS_BY_NAME,
            }
        ),
        "AtomFeed": {
            "type": "string",
            "description": "RFC 4287, with the archives of RFC 5005.",
        },
        "JsonFeed": JSON_FEED,
    }
