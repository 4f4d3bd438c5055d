"""The operations of the document that read the feeds."""

from api.spec.document import LINKED_HEADERS, bodies_of, document_operation
from api.spec.parameters import path_parameter
from api.spec.responses import TAG_HEADERS
from api.spec.schemas import property_of
from api.spec.service import plain
from api.wire.formats import Format, feed_formats
from api.wire.links import feed_path
from schemas.feed import FEED_PARAMETERS, FEEDS, Feed
from schemas.objects import Json

TAG = "feeds"
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
            {"application/json": "Feeds"},
            headers=TAG_HEADERS,
            tag=TAG,
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
    return document_operation(
        operation_id(feed, format_),
        TAG,
        f"Follow {what} ({format_.name})",
        DESCRIPTION.format(help=feed.help.en),
        bodies_of([format_]),
        FEED_PARAMETERS,
        answer="The newest changes, or a part of the archive.",
        headers=LINKED_HEADERS,
        paths=subject,
        statuses=(404,),
    )
