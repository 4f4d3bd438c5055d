"""`/feeds`: the history for feed readers, newest first; of everything, of a programme, of a region.

A feed's own address has the newest changes, whatever versions they came with. From there
`prev-archive` leads back through the archive (RFC 5005), part by part. What a version brought
never changes, so neither does a part.
"""

from typing import Any

from flask import Blueprint, Response, request

from api.store.changes import Mark
from api.views.channel import Asked, read_channel
from api.views.service import (
    Service,
    constant,
    not_modified,
    release_for,
    stamp,
    tag_for,
    understand,
)
from api.wire.cursor import NoSuchPlace, read_archive
from api.wire.formats import Format, feed_formats
from api.wire.formats.page import dump
from api.wire.links import Links, feed_path, link_header
from api.wire.problems import refuse
from schemas.codes import LANGUAGES
from schemas.feed import FEED_PARAMETERS, FEEDS, Feed
from schemas.query import Mistake, Query


def feeds_blueprint(service: Service) -> Blueprint:
    """`/feeds` and every feed in each of its formats."""
    blueprint = Blueprint("feeds", __name__)

    @blueprint.get("/feeds")
    def list_feeds() -> Response:
        understand(request, ())
        return constant(request, dump(index(service.links)), "application/json")

    for feed in FEEDS:
        for format_ in feed_formats():
            _serve(blueprint, service, feed, format_)
    return blueprint


def _serve(blueprint: Blueprint, service: Service, feed: Feed, format_: Format) -> None:

    def read_feed(id_: str | None = None) -> Response:
        query = understand(request, FEED_PARAMETERS)
        asked = Asked(feed, format_, id_, query.lang or LANGUAGES[0], _part(query))
        return _answer(service, query, asked)

    rule = feed_path(feed, format_.extension, "<id_>" if feed.resource else None)
    blueprint.add_url_rule(rule, f"{feed.name}_{format_.name}", read_feed)


def _part(query: Query) -> Mark | None:
    """Where the part of the archive begins that is asked for. Raises Problem for none."""
    if query.archive is None:
        return None
    try:
        return Mark(*read_archive(query.archive))
    except NoSuchPlace as error:
        message = "is no part of the archive; take it as a feed gave it"
        raise refuse([Mistake("archive", "no_such_place", message)], "not-found") from error


def _answer(service: Service, query: Query, asked: Asked) -> Response:
    path = feed_path(asked.feed, asked.format_.extension, asked.id)
    with service.store.snapshot() as snapshot:
        release = release_for(snapshot, asked.part.version if asked.part else None, "archive")
        tag = tag_for(service, path, query, asked.format_.name, release)
        unchanged = not_modified(request, tag, release)
        if unchanged:
            return unchanged
        channel = read_channel(snapshot, service.links, asked, release)
    assert asked.format_.write_feed is not None  # noqa: S101 - feed_formats has only those
    response = Response(asked.format_.write_feed(channel), content_type=asked.format_.content_type)
    response.headers["Link"] = link_header({}, channel.links)
    return stamp(response, tag, release)


def index(links: Links) -> dict[str, Any]:
    """Every feed, with the templates (RFC 6570) of its addresses."""
    return {
        "feeds": [
            {
                "name": feed.name,
                "description": feed.help.as_map,
                "formats": {
                    format_.name: {
                        "media_type": format_.media_type,
                        "template": links.feed_template(feed, format_.extension),
                        "example": links.feed(feed, format_.extension, feed.example),
                    }
                    for format_ in feed_formats()
                },
            }
            for feed in FEEDS
        ],
        "links": {"self": links.to("/feeds"), "changes": links.to("/changes")},
    }
