"""From the history to a channel: which changes a feed tells of, in which words, and what is older.

A part of the archive is what one data version brought of a feed, newest first, cut where a part is
full. The rest begins before the last change of the part: a mark, not a number, so it stays.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from api.store.changes import Mark, Span
from api.store.results import Release
from api.store.snapshot import Snapshot
from api.wire.cursor import write_archive
from api.wire.formats import Channel, Entry, Format, feed_formats
from api.wire.link_header import Link
from api.wire.links import Links, Pairs
from api.wire.names import Names, Wanted, wanted_by
from api.wire.problems import Problem
from api.wire.wording import wording
from api.wire.words import Words
from schemas import BY_NAME
from schemas.change import Change
from schemas.codes import LANGUAGES
from schemas.compact import parse
from schemas.feed import Feed

# How many changes a feed tells of at once. Another number would cut the archive elsewhere.
ENTRIES = 50
BEGINNING = Mark(0)


class AskedFeed(NamedTuple):
    """A feed, in a format and a language; `part` is where the part of the archive begins."""

    feed: Feed
    format_: Format
    id: str | None
    language: str
    part: Mark | None = None

    def address(
        self, links: Links, *, format_: Format | None = None, archive: str | None, language: str
    ) -> str:
        """Where this feed is, in a format and a language, or a part of its archive."""
        pairs = []
        if archive:
            pairs.append(("archive", archive))
        if language != LANGUAGES[0]:
            pairs.append(("lang", language))
        extension = (format_ or self.format_).extension
        return links.feed(self.feed, extension, self.id, pairs)


class Part(NamedTuple):
    """Some changes, newest first, and the part of the archive that goes on with what is older."""

    changes: Sequence[Change]
    older: str | None


def read_channel(snapshot: Snapshot, links: Links, asked: AskedFeed, release: Release) -> Channel:
    """The feed as it is at a release. Raises Problem when what it is about never was there."""
    title = _title(snapshot, asked, release)
    part = _read(snapshot, asked, release)
    names = _names(snapshot, part.changes)
    subject = f"/{asked.id}" if asked.id else ""
    return Channel(
        id=links.tag(f"feeds/{asked.feed.name}{subject}/{asked.language}"),
        title=title,
        language=asked.language,
        updated=part.changes[0].at if part.changes else release.released_at,
        archive=asked.part is not None,
        links=tuple(_links(links, asked, part.older)),
        entries=[_entry(links, change, names, asked.language) for change in part.changes],
    )


def _title(snapshot: Snapshot, asked: AskedFeed, release: Release) -> str:
    resource, id_ = asked.feed.resource, asked.id
    title = f"Quipu – {asked.feed.title.of(asked.language)}"
    if resource is None or id_ is None:
        return title
    body = snapshot.last_known(resource, id_, release.version)
    if body is None:
        detail = f"there is no {resource.singular} {id_!r} up to data version {release.version}"
        raise Problem("not-found", detail)
    words = Words(asked.language, Names(), release.version)
    return title.format(words.named(resource.name, parse(body)))


def _read(snapshot: Snapshot, asked: AskedFeed, release: Release) -> Part:
    until = asked.part or Mark(release.version)
    found = snapshot.changes(
        asked.feed.query(asked.id), Span(BEGINNING, until), ENTRIES + 1, newest_first=True
    )
    changes = found[:ENTRIES]
    if asked.part:
        changes = [change for change in changes if change.version == until.version]
    following = found[len(changes)] if len(found) > len(changes) else None
    return Part(changes, _older(changes, following))


def _older(changes: Sequence[Change], following: Change | None) -> str | None:
    """The part of the archive that holds the change that follows."""
    if following is None:
        return None
    last = changes[-1] if changes else None
    if last and changes[0].version == following.version:
        # A full part of one version: the rest of it begins here.
        return write_archive(last.version, last.id, last.resource)
    return write_archive(following.version)


def _names(snapshot: Snapshot, changes: Sequence[Change]) -> Names:
    """What the changes name, as it was called then: one statement for each kind of record."""
    names = Names()
    if changes:
        span = changes[-1].version - 1, changes[0].version
        wanted = wanted_by(changes)
        _add_records(snapshot, names, wanted, span)
        _add_records(snapshot, names, names.wanted_with(), span)
        names.add_codelists(snapshot.codelists(list(wanted.concepts), *span))
    return names


def _add_records(snapshot: Snapshot, names: Names, wanted: Wanted, span: tuple[int, int]) -> None:
    for resource, ids in wanted.records.items():
        unknown = [id_ for id_ in ids if not names.has(resource, id_)]
        names.add_records(resource, snapshot.versions(BY_NAME[resource], unknown, *span))


def _entry(links: Links, change: Change, names: Names, language: str) -> Entry:
    before, after = links.change(change)
    return Entry(
        id=links.tag(f"changes/{change.key}"),
        url=str(after or before),
        change=change,
        wording=wording(change, names, language),
    )


def _links(links: Links, asked: AskedFeed, older: str | None) -> Iterator[Link]:
    """Itself, the same in other formats and languages, where it comes from, and what is older."""
    part, language = asked.part, asked.language
    archive = write_archive(*part) if part else None
    media_type = asked.format_.media_type
    yield Link("self", asked.address(links, archive=archive, language=language), media_type)
    for other in feed_formats():
        if other is not asked.format_:
            address = asked.address(links, format_=other, archive=archive, language=language)
            yield Link("alternate", address, other.media_type, language)
    for tongue in LANGUAGES:
        if tongue != language:
            address = asked.address(links, archive=archive, language=tongue)
            yield Link("alternate", address, media_type, tongue)
    asks: Pairs = [(asked.feed.filter, asked.id)] if asked.feed.filter and asked.id else []
    yield Link("via", links.to("/changes", asks), "application/json")
    yield Link("help", links.to("/feeds"), "application/json")
    if part:
        address = asked.address(links, archive=None, language=language)
        yield Link("current", address, media_type)
    if older:
        address = asked.address(links, archive=older, language=language)
        yield Link("prev-archive", address, media_type)
