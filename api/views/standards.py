"""The data as others describe data: `/datapackage.json`, `/catalog.jsonld`, `/iati.xml`, ..."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

from flask import Blueprint, Response, request

from api.bulk.files import FILES
from api.store.read import Snapshot
from api.store.results import Release
from api.views.service import (
    Service,
    begun,
    not_modified,
    release_for,
    stamp,
    tag_for,
    understand,
)
from api.wire.formats.page import dump
from api.wire.links import link_header
from api.wire.standards import Edition, dcat, iati, linkset
from api.wire.standards.datapackage import package
from schemas import BY_NAME, FIGURE, PROGRAM
from schemas.parameters import AS_OF
from schemas.query import Ordering, Query

Write = Callable[[Snapshot, Release, Edition], Iterator[str]]
IN_PROGRAM = Query(sort=(Ordering("program", False), Ordering("id", False)))


def standards_blueprint(service: Service) -> Blueprint:
    """The addresses of the standards: each a document that follows from the data version."""
    blueprint = Blueprint("standards", __name__)

    for path, content_type, write in (
        ("/datapackage.json", "application/json", _datapackage),
        ("/catalog.jsonld", dcat.MEDIA_TYPE, _catalog),
        ("/iati.xml", iati.MEDIA_TYPE, partial(_iati, service.iati_reporter)),
    ):
        blueprint.add_url_rule(
            path,
            path.strip("/").replace(".", "_"),
            partial(_answer, service, path, content_type, write),
        )

    @blueprint.get(linkset.PATH)
    def api_catalog() -> Response:
        understand(request, ())
        return Response(dump(linkset.api_catalog(service.links)), content_type=linkset.CONTENT_TYPE)

    return blueprint


def _answer(service: Service, path: str, content_type: str, write: Write) -> Response:
    query = understand(request, (AS_OF,))
    with ExitStack() as stack:
        snapshot = stack.enter_context(service.store.snapshot())
        release = release_for(snapshot, query.as_of)
        tag = tag_for(service, path, query, content_type, release)
        unchanged = not_modified(request, tag, release)
        if unchanged:
            return unchanged
        edition = Edition(release.version, release.released_at, service.software, service.links)
        response = Response(
            begun(request, write(snapshot, release, edition)), content_type=content_type
        )
        links = {
            "self": service.links.to(path, edition.pin),
            "latest": service.links.to(path),
        }
        response.headers["Link"] = link_header(dict(links))
        response.call_on_close(stack.pop_all().close)
        return stamp(response, tag, release)


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
