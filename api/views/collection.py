"""The blueprint that serves any resource: its collection and its items."""

import json
from contextlib import ExitStack

from flask import Blueprint, Response, request

from api.store.query import sort_keys
from api.store.read import Release, Snapshot
from api.views.envelope import Envelope, list_links, pagination, warnings
from api.views.facets import counted_facets, refuse_facets
from api.views.service import (
    Service,
    begun,
    not_modified,
    release_for,
    retire,
    stamp,
    tag_for,
    understand,
)
from api.wire.cursor import Cursor, NoSuchPlace, question, read_cursor
from api.wire.formats import Format, Item, Page, item_formats, list_formats
from api.wire.links import link_header
from api.wire.negotiate import choose_format
from api.wire.problems import Problem, refuse
from schemas import BY_NAME
from schemas.parameters import Parameter, list_parameters, shape_parameters
from schemas.paths import values_at
from schemas.query import CONTRADICTION, Mistake, Query
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
        query, format_ = _asked(list_asks, for_lists)
        refuse_facets(query, format_)
        answer = _answer_list(resource, service, query, format_)
        return retire(answer, [resource.deprecated, *query.deprecations])

    @blueprint.get(f"/{resource.name}/<id_>")
    def read_record(id_: str) -> Response:
        query, format_ = _asked(item_asks, for_items)
        answer = _answer_item(resource, service, query, format_, id_)
        return retire(answer, [resource.deprecated, *query.deprecations])

    return blueprint


def _asked(parameters: tuple[Parameter, ...], formats: tuple[Format, ...]) -> tuple[Query, Format]:
    """The question and the format to answer it in."""
    query = understand(request, parameters)
    format_ = choose_format(formats, query.format, request.headers.get("Accept"))
    return query.in_format(format_.name, formats[0].name), format_


def _answer_list(resource: Resource, service: Service, query: Query, format_: Format) -> Response:
    path = f"/{resource.name}"
    cursor = _cursor(resource, query, path)
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
        response = Response(
            begun(request, format_.write_page(page)), content_type=_content_type(format_, query)
        )
        response.headers["Link"] = link_header(dict(page.links))
        if format_.whole:
            name = f"{resource.name}-v{release.version}.{format_.name}"
            response.headers["Content-Disposition"] = f'inline; filename="{name}"'
        else:
            response.make_sequence()
        # The rows are read while the answer is being sent: the snapshot lasts as long.
        response.call_on_close(stack.pop_all().close)
        return stamp(response, tag, release)


def _content_type(format_: Format, query: Query) -> str:
    return format_.partial_type if query.fields and format_.partial_type else format_.content_type


def _cursor(resource: Resource, query: Query, path: str) -> Cursor | None:
    """Where the question wants to go on. Raises Problem for a cursor of another question."""
    if query.cursor is None:
        return None
    asked = question(path, query.given)
    if f".{asked}." not in query.cursor:
        message = "belongs to another question: keep its filters and its order, or start without it"
        raise refuse([Mistake("cursor", CONTRADICTION, message)])
    try:
        cursor = read_cursor(query.cursor, len(sort_keys(resource, query.sort)))
    except NoSuchPlace as error:
        message = "leads to no place in this list; start without it"
        raise refuse([Mistake("cursor", "no_such_place", message)], "not-found") from error
    if query.as_of is not None and query.as_of != cursor.version:
        message = f"belongs to data version {cursor.version}, not to {query.as_of}"
        raise refuse([Mistake("cursor", CONTRADICTION, message)])
    return cursor


def _page(
    resource: Resource,
    service: Service,
    query: Query,
    snapshot: Snapshot,
    release: Release,
    cursor: Cursor | None,
    path: str,
) -> Page:
    count = snapshot.count(resource, query, release.at)
    empty = count is not None and count.number == 0
    rows = (
        None
        if empty
        else snapshot.page(resource, query, release.at, cursor.after if cursor else None)
    )
    envelope = Envelope(path, query, release, count, rows)
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
            "warnings": warnings(query, snapshot) if empty else [],
        },
        included=_included(resource, query, snapshot, release, bodies),
    )


def _included(
    resource: Resource, query: Query, snapshot: Snapshot, release: Release, bodies: list[str]
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
    resource: Resource, service: Service, query: Query, format_: Format, id_: str
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
            raise _missing(resource, snapshot, release, id_)
        links = service.links.of_item(
            resource, json.loads(body), release.version, query.without("as_of")
        )
        included = _included(resource, query, snapshot, release, [body])
    item = Item(resource, body, query.fields, links, included)
    assert format_.write_item is not None  # noqa: S101 - item_formats has only those
    response = Response(format_.write_item(item), content_type=_content_type(format_, query))
    response.headers["Link"] = link_header(dict(links))
    return stamp(response, tag, release)


def _missing(resource: Resource, snapshot: Snapshot, release: Release, id_: str) -> Problem:
    withdrawn = snapshot.last_version(resource, id_)
    if withdrawn is not None and withdrawn <= release.version:
        detail = (
            f"the {resource.singular} {id_!r} was withdrawn in data version {withdrawn}; "
            f"read it with as_of={withdrawn - 1}"
        )
    else:
        detail = f"there is no {resource.singular} {id_!r} in data version {release.version}"
    return Problem("not-found", detail)
