"""`/changes`: everything that came, changed or went, in order; to be read on from where one was."""

from collections.abc import Iterable, Iterator, Mapping

from flask import Blueprint

from api.store.changes import Mark, Span
from api.store.results import Release
from api.store.snapshot import Snapshot
from api.views.answer import Address, Asked, Told, answer, named_release
from api.views.envelope import warnings
from api.views.place import refuse_other_data
from api.views.service import Service
from api.wire.answer import Answer, whole
from api.wire.cursor import STATE, Cursor, NoSuchPlace, Since, read_since, write_since
from api.wire.feeds import feed_asked, feed_links
from api.wire.formats import Format, History, history_formats
from api.wire.links import Links
from api.wire.problems import refuse
from schemas.change import Change, change_parameters
from schemas.query import Query
from schemas.reading import CONTRADICTION, Mistake

PATH = "/changes"
BEGINNING = Since(0)


def changes_blueprint(service: Service) -> Blueprint:
    """`/changes`."""
    blueprint = Blueprint("changes", __name__)
    formats = history_formats()
    address = Address(change_parameters([format_.name for format_ in formats]), formats)

    @blueprint.get(PATH)
    def list_changes() -> Answer:
        return answer(service, PATH, address, _changes, _release)

    return blueprint


def _release(snapshot: Snapshot, query: Query, cursor: Cursor | None) -> Release:
    """The release that is asked for. Raises Problem too for a place that is not in it."""
    release = named_release(snapshot, query, cursor)
    since = _since(query)
    if since.version > release.newest:
        message = f"is later than the newest data version, {release.newest}"
        suggestion = f"v{release.newest}"
        raise refuse([Mistake("since", "no_such_version", message, suggestion)], "not-found")
    if since.version > release.version:
        message = f"is later than data version {release.version}, which 'as_of' asks for"
        raise refuse([Mistake("since", CONTRADICTION, message)])
    if since.state:
        refuse_other_data("since", since.state, _of_version(snapshot, release, since.version))
    return release


def _of_version(snapshot: Snapshot, release: Release, version: int) -> Release:
    """The release of a version up to that of another one."""
    return (version != release.version and snapshot.release(version)) or release


def _changes(asked: Asked) -> Told:
    query, snapshot, release = asked.query, asked.snapshot, asked.release
    format_: Format = asked.form
    assert format_.write_history is not None  # noqa: S101 - history_formats has only those
    since = _since(query)
    span = Span(Mark(since.version, since.id, since.resource), Mark(release.version))
    if format_.whole and "per_page" not in query.names:
        changes: Iterable[Change] = snapshot.stream_changes(query, span)
        on = _after(snapshot, release, None)
        history = _history(asked, changes, on, more=False)
    else:
        found = snapshot.changes(query, span, query.per_page + 1)
        page, more = found[: query.per_page], len(found) > query.per_page
        on = _after(snapshot, release, page[-1] if more else None)
        history = _history(asked, page, on, more=more)
        told = warnings(query, snapshot, release, empty=not page)
        history = history._replace(meta={**history.meta, "warnings": told})
    parts = format_.write_history(history)
    body = parts if format_.whole else whole(parts)
    feeds = feed_links(asked.links, feed_asked(query))
    return Told(body, format_.content_type, history.links, feeds.values())


def _since(query: Query) -> Since:
    """Where the question wants to go on. Raises Problem for what is no place."""
    if query.since is None:
        return BEGINNING
    try:
        return read_since(query.since)
    except NoSuchPlace as error:
        message = "is no place in the history; take it as an answer gave it"
        raise refuse([Mistake("since", "no_such_place", message)], "not-found") from error


def _history(asked: Asked, changes: Iterable[Change], on: str, *, more: bool) -> History:
    """The changes with what is said about them: where to go `on` above all."""
    links, query, release = asked.links, asked.query, asked.release
    pin = ("as_of", str(release.version))
    plain = query.without("as_of")
    further = [*query.without("as_of", "since"), ("since", on)]
    return History(
        _linked(links, changes),
        pagination={"per_page": query.per_page, "more": more, "since": on},
        links={
            "self": links.to(PATH, [*plain, pin]),
            "latest": links.to(PATH, plain),
            "next": links.to(PATH, [*further, pin]) if more else None,
            "poll": links.to(PATH, further),
            "release": links.release(release.version),
        },
        meta={"version": release.version, "as_of": release.released_at},
    )


def _after(snapshot: Snapshot, release: Release, last: Change | None) -> str:
    """Where to go on after a change, or after all that there are."""
    if last is None:
        return write_since(release.version, release.hash[:STATE])
    held = _of_version(snapshot, release, last.version)
    return write_since(last.version, held.hash[:STATE], last.id, last.resource)


def _linked(
    links: Links, changes: Iterable[Change]
) -> Iterator[tuple[Change, Mapping[str, str | None]]]:
    """Each change with where to read the record before and after it."""
    for change in changes:
        before, after = links.change(change)
        release = links.release(change.version)
        yield change, {"before": before, "after": after, "release": release}
