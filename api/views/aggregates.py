"""`/aggregates`: sums that add nothing which cannot be added, and say what they leave out."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import Blueprint

from api.store.reader import Timeout
from api.store.results import CellPage, Count
from api.views.answer import Address, Asked, Told, answer
from api.views.envelope import pagination, warnings
from api.views.facets import older
from api.views.service import Service
from api.wire.answer import Answer, begun, whole
from api.wire.formats import Format, Sums, sum_formats
from api.wire.problems import too_slow
from schemas import FIGURE
from schemas.aggregate import (
    DEFAULT_SORT,
    OF_THE_SUM,
    Cell,
    Excluded,
    aggregate_parameters,
    excluded_as_record,
)
from schemas.group import PARTED, Part, grouped_by
from schemas.parameters import PAGED_ROWS
from schemas.query import Ordering, Query

PATH = "/aggregates"
PAGING = ("page", "per_page")
Warning_ = dict[str, str | None]


def aggregates_blueprint(service: Service) -> Blueprint:
    """`/aggregates`."""
    blueprint = Blueprint("aggregates", __name__)
    formats = sum_formats()
    address = Address(aggregate_parameters([format_.name for format_ in formats]), formats)

    @blueprint.get(PATH)
    def list_aggregates() -> Answer:
        return answer(service, PATH, address, _sums)

    return blueprint


def _sums(asked: Asked) -> Told:
    query, release = asked.query, asked.release
    format_: Format = asked.form
    assert format_.write_sums is not None  # noqa: S101 - sum_formats has only those
    try:
        everything = format_.whole and query.names.isdisjoint(PAGING)
        sums = _whole(asked) if everything else _page(asked)
        parts = format_.write_sums(sums)
        body = begun(parts) if format_.whole else whole(parts)
    except Timeout as error:
        raise too_slow(ADVICE + older(release)) from error
    name = f"aggregates-v{release.version}.{format_.name}"
    headers = (("Content-Disposition", f'inline; filename="{name}"'),) if format_.whole else ()
    return Told(body, format_.content_type, sums.links, headers=headers)


ADVICE = (
    "adding up all the figures that are found takes longer than it may; narrow them with a filter, "
    "such as 'program', 'metric', 'source' or 'dataset', or group by less"
)


def _groups(query: Query) -> tuple[str, ...]:
    return grouped_by(query.group_by, across_status=query.across_status)


def _sort(query: Query) -> tuple[Ordering, ...]:
    return query.sort if "sort" in query.names else (DEFAULT_SORT,)


def _whole(asked: Asked) -> Sums:
    query = asked.query
    groups = _groups(query)
    cells = asked.snapshot.stream_cells(query, asked.release.at, groups, _sort(query))
    return Sums(groups, _linked(asked, cells), links=asked.list_links())


def _page(asked: Asked) -> Sums:
    query, snapshot, release = asked.query, asked.snapshot, asked.release
    groups = _groups(query)
    page = snapshot.cells(query, release.at, groups, _sort(query))
    excluded, number = snapshot.excluded(query, release.at)
    return Sums(
        groups,
        _linked(asked, page.cells),
        pagination=pagination(query, Count(page.number, exact=True), None),
        links={**asked.list_links(), **_pages(asked, page.number)},
        meta={
            "version": release.version,
            "as_of": release.released_at,
            "group_by": [_explained(name, query) for name in groups],
            "warnings": _warnings(asked, page),
        },
        excluded={
            "count": number,
            "more": number > len(excluded),
            "results": [_left_out(asked, one) for one in excluded],
            "links": {"figures": _figures(asked, ("counted", "false"))},
        },
    )


def _linked(asked: Asked, cells: Iterable[Cell]) -> Iterator[tuple[Cell, Mapping[str, str]]]:
    """Each cell with where to read the figures that it is made of."""
    for cell in cells:
        name = ",".join([_part(group, value).text for group, value in cell.group.items()])
        yield cell, {"figures": _figures(asked, ("cell", name))}


def _part(group: str, value: Any) -> Part:
    """A part of a cell's name."""
    if isinstance(value, tuple):
        return Part(group, value)
    return Part(group, () if value is None else (str(value),))


def _figures(asked: Asked, which: tuple[str, str]) -> str:
    """The address of some of the figures that the question finds."""
    pairs = sorted([*asked.query.without(*OF_THE_SUM), which])
    return asked.links.collection(FIGURE, [*pairs, ("as_of", str(asked.release.version))])


def _left_out(asked: Asked, one: Excluded) -> dict[str, Any]:
    pin = [("as_of", str(asked.release.version))]
    links = {"self": asked.links.item(FIGURE, one.id, pin)}
    return {**excluded_as_record(one), "links": links}


def _explained(name: str, query: Query) -> dict[str, Any]:
    asked = name in query.group_by
    return {"name": name, "asked": asked, "reason": None if asked else PARTED[name]}


def _warnings(asked: Asked, page: CellPage) -> list[Warning_]:
    query = asked.query
    found = warnings(query, asked.snapshot, asked.release, empty=page.number == 0)
    if not page.each_counted_once:
        return found
    message = (
        f"{page.each_counted_once} of the figures hold for each of several regions, and are "
        "counted once; grouped by region, they are counted in each"
    )
    suggestion = None if len(query.group_by) > 1 else ",".join([*query.group_by, "region"])
    told: Warning_ = {
        "name": "group_by",
        "code": "each_counted_once",
        "message": message,
        "suggestion": suggestion,
    }
    return [*found, told]


def _pages(asked: Asked, number: int) -> dict[str, str | None]:
    query, pin = asked.query, ("as_of", str(asked.release.version))
    kept = query.without("as_of", "page")
    here, last = query.page or 1, min(number, PAGED_ROWS)

    def to(page: int) -> str:
        return asked.links.to(PATH, [*sorted([*kept, ("page", str(page))]), pin])

    further = here * query.per_page < last and (here + 1) * query.per_page <= PAGED_ROWS
    return {
        "first": asked.links.to(PATH, [*kept, pin]),
        "prev": to(here - 1) if here > 1 else None,
        "next": to(here + 1) if further else None,
    }
