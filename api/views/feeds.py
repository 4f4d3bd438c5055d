"""`/feeds`: the history for feed readers, newest first; of everything, of a programme, of a region.

A feed's own address has the newest changes, whatever versions they came with. From there
`prev-archive` leads back through the archive (RFC 5005), part by part. What a version brought
never changes, so neither does a part.
"""

from typing import Any

from flask import Blueprint

from api.store.changes import Mark
from api.store.results import Release
from api.store.snapshot import Snapshot
from api.views.answer import Address, Asked, Told, answer
from api.views.asking import asks_nothing, release_for
from api.views.service import Service
from api.views.tagging import constant
from api.wire.answer import Answer
from api.wire.cursor import Cursor, NoSuchPlace, read_archive
from api.wire.formats import Format, feed_formats
from api.wire.links import Links, feed_path
from api.wire.problems import refuse
from schemas.codes import LANGUAGES
from schemas.compact import dump
from schemas.feed import FEED_PARAMETERS, FEEDS, Feed
from schemas.query import Query
from schemas.reading import Mistake


def feeds_blueprint(service: Service) -> Blueprint:
    """`/feeds` and every feed in each of its formats."""
    blueprint = Blueprint("feeds", __name__)

    @blueprint.get("/feeds")
    def list_feeds() -> Answer:
        asks_nothing()
        return constant(dump(index(service.links)), "application/json")

    for feed in FEEDS:
        for format_ in feed_formats():
            _serve(blueprint, service, feed, format_)
    return blueprint


def _serve(blueprint: Blueprint, service: Service, feed: Feed, format_: Format) -> None:
    # The address has an extension, which says all about the form.
    address = Address(FEED_PARAMETERS, (format_,), choosing="")

    def read_feed(id_: str | None = None) -> Answer:
        path = feed_path(feed, format_.extension, id_)
        return answer(service, path, address, lambda asked: _channel(asked, feed, id_), _release)

    rule = feed_path(feed, format_.extension, "<id_>" if feed.resource else None)
    blueprint.add_url_rule(rule, f"{feed.name}_{format_.name}", read_feed)


def _release(snapshot: Snapshot, query: Query, _: Cursor | None) -> Release:
    """Of the newest data, or of what the part of the archive is of."""
    part = _part(query)
    return release_for(snapshot, part.version if part else None, "archive")


def _channel(asked: Asked, feed: Feed, id_: str | None) -> Told:
    # Whoever asks for no feed needs none of its words.
    from api.views.channel import AskedFeed, read_channel  # noqa: PLC0415

    format_: Format = asked.form
    assert format_.write_feed is not None  # noqa: S101 - feed_formats has only those
    query = asked.query
    wanted = AskedFeed(feed, format_, id_, query.lang or LANGUAGES[0], _part(query))
    channel = read_channel(asked.snapshot, asked.links, wanted, asked.release)
    body = format_.write_feed(channel).encode()
    return Told(body, format_.content_type, {}, channel.links)


def _part(query: Query) -> Mark | None:
    """Where the part of the archive begins that is asked for. Raises Problem for none."""
    if query.archive is None:
        return None
    try:
        return Mark(*read_archive(query.archive))
    except NoSuchPlace as error:
        message = "is no part of the archive; take it as a feed gave it"
        raise refuse([Mistake("archive", "no_such_place", message)], "not-found") from error


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
