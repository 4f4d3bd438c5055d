"""The data as others describe data: `/datapackage.json`, `/catalog.jsonld`, `/iati.xml`, ..."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from flask import Blueprint

from api.bulk.files import FILES
from api.software import VERSION
from api.store.results import Release
from api.store.snapshot import Snapshot
from api.views.answer import Address, Asked, Told, answer
from api.views.asking import asks_nothing
from api.views.record import records_of
from api.views.service import Service
from api.views.tagging import constant
from api.wire.answer import Answer
from api.wire.problems import Problem
from api.wire.standards import Edition, dcat, iati, linkset
from api.wire.standards.datapackage import package
from schemas import BY_NAME, FIGURE, ORGANIZATION, PROGRAM, REGION, SOURCE
from schemas.batches import batches
from schemas.compact import dump, dump_for_pages, parse
from schemas.objects import Json
from schemas.parameters import AS_OF
from schemas.paths import values_at
from schemas.query import Ordering, Query
from schemas.resource import Resource

Write = Callable[[Snapshot, Release, Edition], Iterator[str]]
Can = Callable[[Snapshot, Release], None]
# So many programmes are written with what they name at hand.
AT_ONCE = 100
IN_PROGRAM = Query(sort=(Ordering("program", False), Ordering("id", False)))


def _always(_: Snapshot, __: Release) -> None:
    return


class Standard(NamedTuple):
    """The one form of a document in the words of others. `can` raises Problem for a release that
    the standard has no document for."""

    name: str
    write: Write
    can: Can = _always

    @property
    def media_type(self) -> str:
        return self.name

    def accepted(self, *, narrowed: bool) -> tuple[str, ...]:
        return (self.name,)


def standards_blueprint(service: Service) -> Blueprint:
    """The addresses of the standards: each a document that follows from the data version."""
    blueprint = Blueprint("standards", __name__)

    for path, standard in (
        ("/datapackage.json", Standard("application/json", _datapackage)),
        ("/catalog.jsonld", Standard(dcat.MEDIA_TYPE, _catalog)),
        (
            "/iati.xml",
            Standard(iati.MEDIA_TYPE, partial(_iati, service.iati_reporter), _has_programs),
        ),
    ):
        address = Address((AS_OF,), (standard,), choosing="")
        blueprint.add_url_rule(
            path,
            path.strip("/").replace(".", "_"),
            partial(answer, service, path, address, _told),
        )

    @blueprint.get(linkset.PATH)
    def api_catalog() -> Answer:
        asks_nothing()
        return constant(dump(linkset.api_catalog(service.links)), linkset.CONTENT_TYPE)

    return blueprint


def _told(asked: Asked) -> Told:
    release, standard = asked.release, asked.form
    standard.can(asked.snapshot, release)
    edition = Edition(release.version, release.released_at, VERSION, asked.links)
    parts = standard.write(asked.snapshot, release, edition)
    return Told(parts, standard.name, asked.own_links())


def _datapackage(snapshot: Snapshot, release: Release, edition: Edition) -> Iterator[str]:
    datasets = _records(snapshot, release, "datasets")
    sources = _records(snapshot, release, "sources")
    yield dump(package(edition, datasets, sources, terms=edition.links.below_root("/datasets")))


def _catalog(snapshot: Snapshot, release: Release, edition: Edition) -> Iterator[str]:
    releases = snapshot.dataset_releases(release.version)
    yield dump_for_pages(
        dcat.catalog(
            edition,
            _records(snapshot, release, "datasets"),
            {one.dataset: dcat.Held(one.first, one.last, one.resources) for one in releases},
            [dcat.Download(file.name, file.media_type, file.help) for file in FILES],
        )
    )


def _has_programs(snapshot: Snapshot, release: Release) -> None:
    """A document of IATI holds an activity or more: of none there is no document."""
    found = snapshot.count(PROGRAM, Query(), release.at)
    if not found or not found.number:
        detail = (
            f"data version {release.version} has no programmes, and a document of IATI has at "
            "least one activity"
        )
        raise Problem("not-found", detail)


def _iati(reporter: str, snapshot: Snapshot, release: Release, edition: Edition) -> Iterator[str]:
    lists = [
        codelist
        for codelist in _records(snapshot, release, "codelists")
        if codelist["concept"] == "metrics"
    ]
    metrics = iati.Metrics(
        {code["code"]: code["name"] for codelist in lists for code in codelist["codes"]},
        max((codelist["updated_at"] for codelist in lists), default=""),
    )
    figures = map(parse, snapshot.stream(FIGURE, IN_PROGRAM, release.at))
    programs = _programs(snapshot, release)
    yield from iati.activities(edition, reporter, metrics, programs, figures)


def _programs(snapshot: Snapshot, release: Release) -> Iterator[tuple[Json, iati.Named]]:
    """Every programme, with what it and a few others name: no more than that is held."""
    for some in batches(_records(snapshot, release, "programs"), AT_ONCE):
        ids = [program["id"] for program in some]
        organizations, regions, sources = (
            _named(snapshot, release, some, resource) for resource in (ORGANIZATION, REGION, SOURCE)
        )
        figures = snapshot.last_changes(FIGURE, "program", ids, release.version)
        named = iati.Named(organizations, regions, sources, figures)
        for program in some:
            yield program, named


def _named(
    snapshot: Snapshot, release: Release, programs: list[Json], resource: Resource
) -> dict[str, Json]:
    """{id: record} of the records of a resource that these programmes name."""
    paths = [
        place.path for place in PROGRAM.references.values() if place.field.target == resource.name
    ]
    ids = {id_ for one in programs for path in paths for id_ in values_at(one, path)}
    return records_of(snapshot, release, resource, ids)


def _records(snapshot: Snapshot, release: Release, name: str) -> Iterator[Json]:
    return map(parse, snapshot.stream(BY_NAME[name], Query(), release.at))
