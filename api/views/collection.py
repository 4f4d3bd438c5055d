"""The blueprint that serves any resource: its collection and its items."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from flask import Blueprint

from api.bulk.files import BY_FILE_NAME
from api.bulk.held import Held, read_parts
from api.bulk.making import Maker
from api.store.order import sort_keys
from api.store.results import Release
from api.store.snapshot import Snapshot
from api.views.answer import Address, Asked, Told, answer
from api.views.envelope import next_cursor, page_links, pagination, warnings
from api.views.facets import counted_facets
from api.views.misfits import refuse_misfits
from api.views.record import record_of
from api.views.service import Service
from api.wire.answer import Answer, whole
from api.wire.body import Body
from api.wire.feeds import feed_links, feed_of
from api.wire.formats import Format, Item, Page, item_formats, list_formats
from api.wire.formats.page import Revision
from schemas import BY_NAME
from schemas.compact import parse
from schemas.evidence import LONGEST_HISTORY
from schemas.parameters import list_parameters, shape_parameters
from schemas.paths import values_at
from schemas.query import Query
from schemas.resource import Resource

# A request that says which page it wants gets a page, in whatever format.
PAGING = ("page", "per_page", "cursor")
# One that says no more than these is about all that a file of `/downloads` holds, in its order.
OF_ALL = {"format", "as_of"}


def collection_blueprint(resource: Resource, service: Service) -> Blueprint:
    """`/{resource}` and `/{resource}/{id}`."""
    blueprint = Blueprint(resource.name, __name__)
    path = f"/{resource.name}"
    for_lists, for_items = list_formats(resource), item_formats(resource)
    lists = Address(
        list_parameters(resource, [format_.name for format_ in for_lists]),
        for_lists,
        keys=lambda query: len(sort_keys(resource, query.sort)),
        fits=refuse_misfits,
        deprecated=resource.deprecated,
    )
    items = Address(
        shape_parameters(resource, [format_.name for format_ in for_items]),
        for_items,
        fits=refuse_misfits,
        deprecated=resource.deprecated,
    )
    compose = partial(_list, resource, service)

    @blueprint.get(path)
    def list_records() -> Answer:
        return answer(service, path, lists, compose)

    @blueprint.get(f"{path}/<id_>")
    def read_record(id_: str) -> Answer:
        return answer(service, f"{path}/{id_}", items, lambda asked: _item(resource, asked, id_))

    return blueprint


def _list(resource: Resource, service: Service, asked: Asked) -> Told:
    query, release = asked.query, asked.release
    format_: Format = asked.form
    assert format_.write_page is not None  # noqa: S101 - list_formats has only those
    if not format_.whole:
        page = _page(resource, asked)
        return Told(whole(format_.write_page(page)), _content_type(format_, query), page.links)
    page = (
        _everything(resource, asked) if query.names.isdisjoint(PAGING) else _page(resource, asked)
    )
    parts: Iterable[Body] = format_.write_page(page)
    held = _at_hand(resource, service.maker, asked)
    name = f"{resource.name}-v{release.version}.{format_.name}"
    return Told(
        _from_file(held, service.store.turns.pace().rest, parts) if held else parts,
        _content_type(format_, query),
        page.links,
        headers=(("Content-Disposition", f'inline; filename="{name}"'),),
    )


def _at_hand(resource: Resource, maker: Maker, asked: Asked) -> Held | None:
    """The file of what is asked for, where that is all of a release and the file was made."""
    file = BY_FILE_NAME.get(f"{resource.name}.{asked.form.name}")
    return maker.find(file, asked.release) if file and asked.query.names <= OF_ALL else None


def _from_file(held: Held, rest: Callable[[], None], otherwise: Iterable[Body]) -> Iterator[Body]:
    """A file's parts; what it was made of, if it cannot be opened: it may have been removed since
    it was found, to make room for another."""
    try:
        content = held.path.open("rb")
    except OSError:
        yield from otherwise
    else:
        yield from read_parts(content, held.size, rest)


def _content_type(format_: Format, query: Query) -> str:
    return format_.partial_type if query.fields and format_.partial_type else format_.content_type


def _everything(resource: Resource, asked: Asked) -> Page:
    """All records, as they are read."""
    query, release = asked.query, asked.release
    return Page(
        resource,
        asked.snapshot.stream(resource, query, release.at),
        query.fields,
        links=asked.list_links(),
    )


def _page(resource: Resource, asked: Asked) -> Page:
    query, snapshot, release, cursor = asked.query, asked.snapshot, asked.release, asked.cursor
    at = release.at
    sizes = snapshot.sizes(resource, query, at, release.hash)
    empty = sizes.found is not None and sizes.found.number == 0
    rows = (
        None
        if empty
        else snapshot.page(resource, query, at, cursor.after if cursor else None, sizes)
    )
    bodies = rows.bodies if rows else []
    following = next_cursor(asked, rows.last) if rows and rows.more else None
    return Page(
        resource,
        bodies,
        query.fields,
        pagination=pagination(query, sizes.found, following),
        links=page_links(asked, following),
        meta={
            "version": release.version,
            "as_of": release.released_at,
            "facets": counted_facets(resource, asked) if query.facets else {},
            "warnings": warnings(query, snapshot, release, empty=empty),
        },
        included=_included(resource, asked, bodies) if query.include else None,
    )


def _included(
    resource: Resource, asked: Asked, bodies: Sequence[str | bytes]
) -> dict[str, dict[str, str]]:
    """{resource: {id: body}} of the records that these name; each once."""
    records = [parse(body) for body in bodies]
    wanted: dict[str, dict[str, None]] = {}
    for name in asked.query.include:
        place = resource.references[name]
        ids = wanted.setdefault(place.field.target, {})
        ids.update((id_, None) for record in records for id_ in values_at(record, place.path))
    return {
        target: asked.snapshot.items(BY_NAME[target], list(ids), asked.release.at)
        for target, ids in wanted.items()
    }


def _item(resource: Resource, asked: Asked, id_: str) -> Told:
    query, snapshot, release = asked.query, asked.snapshot, asked.release
    format_: Format = asked.form
    body, record = record_of(asked, resource, id_)
    links = asked.links.of_item(resource, record, release.version, query.without("as_of"))
    feeds = feed_links(asked.links, feed_of(resource, id_))
    links |= {name: link.href for name, link in feeds.items()}
    item = Item(
        resource,
        body,
        query.fields,
        links,
        _included(resource, asked, [body]) if query.include else None,
        partial(asked.links.pinned, release.version),
        _revisions(resource, snapshot, release, id_) if format_.tells_revisions else [],
    )
    assert format_.write_item is not None  # noqa: S101 - item_formats has only those
    text = format_.write_item(item)
    return Told(text.encode(), _content_type(format_, query), links, feeds.values())


def _revisions(
    resource: Resource, snapshot: Snapshot, release: Release, id_: str
) -> list[Revision]:
    """How a record came to be what it is, oldest first; of a long history the latest part."""
    changes, _ = snapshot.revisions(resource, id_, release.version, LONGEST_HISTORY)
    return [
        Revision(change.version, change.at, change.dataset, change.after, change.before)
        for change in reversed(changes)
    ]
