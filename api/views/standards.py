"""The data as others describe data: `/datapackage.json`, `/catalog.jsonld`, `/iati.xml`, ..."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from flask import Blueprint

from api.bulk.files import FILES
from api.store.read import Snapshot
from api.store.results import Release
from api.views.answer import Address, Asked, Told, answer
from api.views.service import Service, present, understand
from api.wire.answer import Answer, begun
from api.wire.formats.page import dump
from api.wire.standards import Edition, dcat, iati, linkset
from api.wire.standards.datapackage import package
from schemas import BY_NAME, FIGURE, PROGRAM
from schemas.parameters import AS_OF
from schemas.query import Ordering, Query

Write = Callable[[Snapshot, Release, Edition], Iterator[str]]
IN_PROGRAM = Query(sort=(Ordering("program", False), Ordering("id", False)))


class Standard(NamedTuple):
    """The one form of a document in the words of others."""

    name: str
    write: Write

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
        ("/iati.xml", Standard(iati.MEDIA_TYPE, partial(_iati, service.iati_reporter))),
    ):
        address = Address((AS_OF,), (standard,), choosing="")
        blueprint.add_url_rule(
            path,
            path.strip("/").replace(".", "_"),
            partial(answer, service, path, address, partial(_told, service.software)),
        )

    @blueprint.get(linkset.PATH)
    def api_catalog() -> Answer:
        understand(present().environ, ())
        document = dump(linkset.api_catalog(service.links))
        return Answer(document.encode(), [("Content-Type", linkset.CONTENT_TYPE)])

    return blueprint


def _told(software: str, asked: Asked) -> Told:
    release, standard = asked.release, asked.form
    edition = Edition(release.version, release.released_at, software, asked.links)
    parts = standard.write(asked.snapshot, release, edition)
    return Told(begun(asked.environ, parts), standard.name, asked.own_links())


def _datapackage(snapshot: Snapshot, release: Release, edition: Edition) -> Iterator[str]:
    datasets = _records(snapshot, release, "datasets")
    sources = _records(snapshot, release, "sources")
    yield dump(package(edition, datasets, sources, terms=edition.links.below_root("/datasets")))


def _catalog(snapshot: Snapshot, release: Release, edition: Edition) -> Iterator[str]:
    releases = snapshot.dataset_releases(release.version)
    yield dump(
        dcat.catalog(
            edition,
            _records(snapshot, release, "datasets"),
            {one.dataset: dcat.Held(one.first, one.last, one.resources) for one in releases},
            [dcat.Download(file.name, file.media_type, file.help) for file in FILES],
        )
    )


def _iati(reporter: str, snapshot: Snapshot, release: Release, edition: Edition) -> Iterator[str]:
    def by_id(name: str) -> dict[str, dict[str, Any]]:
        return {record["id"]: record for record in _records(snapshot, release, name)}

    codes = {
        (codelist["concept"], code["code"]): code["name"]
        for codelist in _records(snapshot, release, "codelists")
        for code in codelist["codes"]
    }
    yield from iati.activities(
        edition,
        reporter,
        iati.Named(by_id("organizations"), by_id("regions"), by_id("sources"), codes),
        snapshot.stream(PROGRAM, Query(), release.at),
        snapshot.stream(FIGURE, IN_PROGRAM, release.at),
    )


def _records(snapshot: Snapshot, release: Release, name: str) -> Iterator[dict[str, Any]]:
    return map(json.loads, snapshot.stream(BY_NAME[name], Query(), release.at))
