"""Which feed tells of the same changes, and where it is in each of its formats."""

from api.wire.formats import feed_formats
from api.wire.link_header import Link
from api.wire.links import Links
from schemas.feed import BY_RESOURCE, FEEDS, Feed
from schemas.query import Query
from schemas.resource import Resource


def feed_asked(query: Query) -> tuple[Feed, str | None] | None:
    """The feed of what is asked of the changes: of all or of one record; None for the rest."""
    if not query.conditions:
        return FEEDS[0], None
    first, *others = query.conditions
    for feed in FEEDS:
        if feed.filter == first.name and len(first.values) == 1 and not others:
            return feed, str(first.values[0])
    return None


def feed_of(resource: Resource, id_: str) -> tuple[Feed, str | None] | None:
    """The feed that is about a record, if there is one."""
    feed = BY_RESOURCE.get(resource)
    return (feed, id_) if feed else None


def feed_links(links: Links, found: tuple[Feed, str | None] | None) -> dict[str, Link]:
    """A feed in each of its formats, by a name for the links of an answer."""
    if found is None:
        return {}
    feed, id_ = found
    return {
        f"feed.{format_.extension}": Link(
            "alternate", links.feed(feed, format_.extension, id_), format_.media_type
        )
        for format_ in feed_formats()
    }
