"""The blueprint that serves any resource: its collection and its items."""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial

from flask import Blueprint, Request, Response

from api.store.query import sort_keys
from api.store.read import Snapshot
from api.store.results import Release
from api.views.envelope import Envelope, list_links, pagination, warnings
from api.views.facets import counted_facets
from api.views.misfits import refuse_misfits
from api.views.place import place_in_list
from api.views.service import (
    Service,
    begun,
    encoded,
    missing,
    not_modified,
    present,
    release_for,
    retire,
    stamp,
    tag_for,
    understand,
)
from api.wire.cursor import Cursor
from api.wire.feeds import feed_links, feed_of
from api.wire.formats import Format, Item, Page, item_formats, list_formats
from api.wire.formats.page import Revision
from api.wire.links import link_header
from api.wire.negotiate import choose_format
from schemas import BY_NAME
from schemas.evidence import LONGEST_HISTORY
from schemas.parameters import Parameter, list_parameters, shape_parameters
from schemas.paths import values_at
from schemas.query import Query
from schemas.resource import Resource

# A request that says which page it wants gets a page, in whatever format.
PAGING = ("page", "per_page", "cursor")


def collection_blueprint(resource: Resource, service: Service) -> Blueprint:
    """`/{resource}` and `/{resource}/{id}`."""
    blueprint = Blueprint(resource.name, __name__)
    for_lists, for_items = list_formats(resource), item_formats(resource)
    list_asks = list_parameters(resource, [format_.name for format_ in for_lists])
    item_asks = shape_parameters(resource, [format_.name for format_ in for_items])

    @blueprint.get(f"/{resource.name}")
    def list_records() -> Response:
        asked = present()
        query, format_ = _asked(asked, list_asks, for_lists)
        answer = _answer_list(resource, service, asked, query, format_)
        return retire(answer, [resource.deprecated, *query.deprecations])

    @blueprint.get(f"/{resource.name}/<id_>")
    def read_record(id_: str) -> Response:
        asked = present()
        query, format_ = _asked(asked, item_asks, for_items)
        answer = _answer_item(resource, service, asked, query, format_, id_)
        return retire(answer, [resource.deprecated, *query.deprecations])

    return blueprint


def _asked(
    request: Request, parameters: tuple[Parameter, ...], formats: tuple[Format, ...]
) -> tuple[Query, Format]:
    """The question and the format to answer it in."""
    query = understand(request, parameters)
    format_ = choose_format(formats, query.format, request.environ.get("HTTP_ACCEPT"))
    refuse_misfits(query, format_)
    return query.in_format(format_.name, formats[0].name), format_


def _answer_list(
    resource: Resource, service: Service, request: Request, query: Query, format_: Format
) -> Response:
    path = f"/{resource.name}"
    cursor = place_in_list(query, path, len(sort_keys(resource, query.sort)))
    with ExitStack() as stack:
        snapshot = stack.enter_context(service.store.snapshot())
        release = (
            release_for(snapshot, cursor.version, "cursor")
            if cursor
            else release_for(snapshot, query.as_of)
        )
        tag = tag_for(service, path, query, format_.name, release)
        unchanged = not_modified(request, tag, release)
        if unchanged:
            return unchanged
        if format_.whole and query.names.isdisjoint(PAGING):
            page = Page(
                resource,
                snapshot.stream(resource, query, release.at),
                query.fields,
                links=list_links(service.links, path, query, release, None),
            )
        else:
            page = _page(resource, service, query, snapshot, release, cursor, path)
        assert format_.write_page is not None  # noqa: S101 - list_formats has only those
        parts = format_.write_page(page)
        body = begun(request, parts) if format_.whole else b"".join(encoded(parts))
        response = Response(body, content_type=_content_type(format_, query))
        response.headers["Link"] = link_header(page.links)
        if format_.whole:
            name = f"{resource.name}-v{release.version}.{format_.name}"
            response.headers["Content-Disposition"] = f'inline; filename="{name}"'
        # The rows are read while the answer is being sent: the snapshot lasts as long.
        response.call_on_close(stack.pop_all().close)
        return stamp(response, tag, release)


def _content_type(format_: Format, query: Query) -> str:
    return format_.partial_type if query.fields and format_.partial_type else format_.content_type


def _page(
    resource: Resource,
    service: Service,
    query: Query,
    snapshot: Snapshot,
    release: Release,
    cursor: Cursor | None,
    path: str,
) -> Page:
    sizes = snapshot.sizes(resource, query, release.at)
    empty = sizes.found is not None and sizes.found.number == 0
    rows = (
        None
        if empty
        else snapshot.page(resource, query, release.at, cursor.after if cursor else None, sizes)
    )
    envelope = Envelope(path, query, release, sizes.found, rows)
    bodies = rows.bodies if rows else []
    return Page(
        resource,
        bodies,
        query.fields,
        pagination=pagination(envelope),
        links=list_links(service.links, path, query, release, envelope),
        meta={
            "version": release.version,
            "as_of": release.released_at,
            "facets": counted_facets(resource, service.links, query, snapshot, release),
            "warnings": warnings(query, snapshot, release) if empty else [],
        },
        included=_included(resource, query, snapshot, release, bodies),
    )


def _included(
    resource: Resource,
    query: Query,
    snapshot: Snapshot,
    release: Release,
    bodies: Sequence[str | bytes],
) -> dict[str, dict[str, str]] | None:
    """{resource: {id: body}} of the records that these name; each once."""
    if not query.include:
        return None
    records = [json.loads(body) for body in bodies]
    wanted: dict[str, dict[str, None]] = {}
    for name in query.include:
        place = resource.references[name]
        ids = wanted.setdefault(place.field.target, {})
        ids.update((id_, None) for record in records for id_ in values_at(record, place.path))
    return {
        target: snapshot.items(BY_NAME[target], list(ids), release.at)
        for target, ids in wanted.items()
    }


def _answer_item(
    resource: Resource,
    service: Service,
    request: Request,
    query: Query,
    format_: Format,
    id_: str,
) -> Response:
    path = f"/{resource.name}/{id_}"
    with service.store.snapshot() as snapshot:
        release = release_for(snapshot, query.as_of)
        tag = tag_for(service, path, query, format_.name, release)
        unchanged = not_modified(request, tag, release)
        if unchanged:
            return unchanged
        body = snapshot.items(resource, [id_], release.at).get(id_)
        if body is None:
            raise missing(resource, snapshot, release, id_)
        links = service.links.of_item(
            resource, json.loads(body), release.version, query.without("as_of")
        )
        included = _included(resource, query, snapshot, release, [body])
        revisions = _revisions(resource, snapshot, release, id_) if format_.tells_revisions else []
    feeds = feed_links(service.links, feed_of(resource, id_))
    links |= {name: link.href for name, link in feeds.items()}
    pinned = partial(service.links.pinned, release.version)
    item = Item(resource, body, query.fields, links, included, pinned, revisions)
    assert format_.write_item is not None  # noqa: S101 - item_formats has only those
    response = Response(format_.write_item(item), content_type=_content_type(format_, query))
    response.headers["Link"] = link_header(links, feeds.values())
    return stamp(response, tag, release)


def _revisions(
    resource: Resource, snapshot: Snapshot, release: Release, id_: str
) -> list[Revision]:
    """How a record came to be what it is, oldest first; of a long history the latest part."""
    changes, _ = snapshot.revisions(resource, id_, release.version, LONGEST_HISTORY)
    return [
        Revision(change.version, change.at, change.dataset, change.after)
        for change in reversed(changes)
        if change.after is not None
    ]
