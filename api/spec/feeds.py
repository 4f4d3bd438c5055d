"""The operations of the document that read the feeds."""

from typing import Any

from api.spec.answers import ref
from api.spec.operations import EVERYWHERE, plain
from api.spec.parameters import parameter, path_parameter
from api.spec.responses import CACHE_HEADERS, LINK_HEADER, not_modified, problems
from api.spec.schemas import property_of
from api.wire.formats import Format, feed_formats
from api.wire.links import feed_path
from schemas.feed import FEED_PARAMETERS, FEEDS, Feed

Json = dict[str, Any]
DESCRIPTION = (
    "{help} The newest changes, in words, for feed readers; `prev-archive` (in JSON Feed "
    "`next_url`) leads back to everything older. A part of the archive never changes. An entry has "
    "the same `id` in every feed, format and language."
)


def feed_paths() -> Json:
    """`/feeds` and each feed in each of its formats."""
    paths: Json = {
        "/feeds": plain(
            "list_feeds",
            "The feeds, with the templates of their addresses",
            "Feeds",
            kept="until the program changes",
            tag="feeds",
        )
    }
    for feed in FEEDS:
        for format_ in feed_formats():
            path = feed_path(feed, format_.extension, "{id}" if feed.resource else None)
            paths[path] = {"get": _operation(feed, format_)}
    return paths


def operation_id(feed: Feed, format_: Format) -> str:
    subject = feed.resource.singular if feed.resource else feed.name
    return f"get_{subject}_feed_as_{format_.extension}"


def _operation(feed: Feed, format_: Format) -> Json:
    subject = []
    if feed.resource:
        key = property_of(feed.resource.instance.fields["id"])
        text = f"The {feed.resource.singular}'s id"
        subject.append(path_parameter("id", text, key, feed.resource.example))
    what = f"the changes of one {feed.resource.singular}" if feed.resource else "all changes"
    return {
        "operationId": operation_id(feed, format_),
        "tags": ["feeds"],
        "summary": f"Follow {what} ({format_.name})",
        "description": DESCRIPTION.format(help=feed.help.en),
        "x-stability": "stable",
        "parameters": [*subject, *(parameter(one) for one in FEED_PARAMETERS)],
        "responses": {
            "200": {
                "description": "The newest changes, or a part of the archive.",
                "headers": {**CACHE_HEADERS, **LINK_HEADER},
                "content": {format_.media_type: {"schema": ref(format_.body)}},
            },
            **not_modified(),
            **problems(*EVERYWHERE, 404),
        },
    }
