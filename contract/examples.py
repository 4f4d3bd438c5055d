"""Records the examples of the document: one real answer for each response that it describes.

    python -m contract.examples        writes api/spec/examples.json; then run `quipu openapi`

The data are the seeded ones, the clock and the request's id are fixed: the answers are the same
on every machine.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from unittest.mock import PropertyMock, patch

from flask import Flask

from api.app import create_app
from api.bulk.files import BY_FILE_NAME
from api.bulk.making import Busy, NoRoom
from api.cli.database import seed
from api.settings import Settings
from api.spec.examples import RECORDED
from api.spec.feeds import operation_id
from api.store.engine import open_writer
from api.store.load import prepare
from api.store.reader import Timeout
from api.wire.citations import STYLES
from api.wire.formats import (
    Format,
    dictionary_formats,
    feed_formats,
    history_formats,
    item_formats,
    list_formats,
    sum_formats,
)
from api.wire.formats.as_annotation import ANNOTATION
from api.wire.formats.page import Extra
from api.wire.links import feed_path
from schemas import FIGURE, RESOURCES
from schemas.feed import FEEDS
from schemas.resource import Resource

FILE = Path(__file__).parents[1] / "api" / "spec" / RECORDED
MOMENT = datetime(2030, 1, 1, tzinfo=UTC)
REQUEST_ID = {"X-Request-Id": "example"}
JSON = "application/json"
PROBLEM = "application/problem+json"
# Parts of the feeds' archives that are short.
SHORT = {"changes": "v2", "programs": "v4", "regions": "v3"}


class Request(NamedTuple):
    """A request whose answer is an example. `state` is how the service is when it is asked."""

    name: str
    operation: str
    status: int
    media_type: str
    address: str
    method: str = "GET"
    accept: str | None = None
    range: str | None = None
    if_match: str | None = None
    body: bytes = b""
    state: str = "sound"

    @property
    def line(self) -> str:
        """The request in one line; what is too long is cut."""
        shown = self.address if len(self.address) < 200 else f"{self.address[:40]}..."
        accept = f" (Accept: {self.accept})" if self.accept else ""
        range_ = f" (Range: {self.range})" if self.range else ""
        wanted = f" (If-Match: {self.if_match})" if self.if_match else ""
        body = f" ({len(self.body)} bytes of body)" if self.body else ""
        state = "" if self.state == "sound" else f" ({self.state})"
        return f"{self.method} {shown}{accept}{range_}{wanted}{body}{state}"


def requests() -> Iterator[Request]:
    """One for each response of the document that has a body."""
    for resource in RESOURCES:
        lists, items = f"list_{resource.name}", f"get_{resource.singular}"
        item = f"/{resource.name}/{resource.example}"
        for format_ in list_formats(resource):
            yield from _shapes(lists, f"/{resource.name}?per_page=1", format_, resource)
        for format_ in item_formats(resource):
            yield from _shapes(items, item, format_, resource)
    for format_ in history_formats():
        address = f"/changes?since=v3&per_page=1{_asked(format_)}"
        yield Request("changes", "list_changes", 200, format_.media_type, address)
    yield Request("feeds", "list_feeds", 200, JSON, "/feeds")
    for feed in FEEDS:
        for format_ in feed_formats():
            path = feed_path(feed, format_.extension, feed.example)
            address = f"{path}?archive={SHORT[feed.name]}"
            operation = operation_id(feed, format_)
            yield Request(feed.name, operation, 200, format_.media_type, address)
    for format_ in dictionary_formats():
        address = f"/dictionary?resource=datasets{_asked(format_)}"
        yield Request("datasets", "get_dictionary", 200, format_.media_type, address)
    yield Request("releases", "list_releases", 200, JSON, "/releases?per_page=1")
    yield Request("release", "get_release", 200, JSON, "/releases/4")
    yield Request("search", "search", 200, JSON, "/search?q=apurimac")
    yield from _aspects(f"/figures/{FIGURE.example}")
    yield Request("downloads", "list_downloads", 200, JSON, "/downloads")
    for name in (
        "datasets.csv",
        "datasets.ndjson",
        "regions.geojson",
        "csv-metadata.json",
        "datasette.json",
    ):
        file = BY_FILE_NAME[name]
        yield Request(name, "get_download", 200, file.media_type, f"/downloads/{name}")
    for name, path, media_type in (
        ("datapackage", "/datapackage.json", JSON),
        ("catalog", "/catalog.jsonld", "application/ld+json"),
        ("iati", "/iati.xml", "application/xml"),
        ("api_catalog", "/.well-known/api-catalog", "application/linkset+json"),
    ):
        yield Request(name, f"get_{name}", 200, media_type, path)
    for format_ in sum_formats():
        address = f"/aggregates?group_by=program&measure=money&per_page=1{_asked(format_)}"
        yield Request("aggregates", "list_aggregates", 200, format_.media_type, address)
    yield Request("index", "get_index", 200, JSON, "/")
    yield Request("alive", "get_liveness", 200, JSON, "/livez")
    yield Request("ready", "get_readiness", 200, JSON, "/readyz")
    yield Request("problems", "list_problems", 200, JSON, "/problems")
    yield Request("problem", "get_problem", 200, JSON, "/problems/not-found")
    yield from PROBLEMS


def _shapes(operation: str, address: str, format_: Format, resource: Resource) -> Iterator[Request]:
    joint = "&" if "?" in address else "?"
    asked = _asked(format_)
    plain = address + (asked if "?" in address else asked.replace("&", "?"))
    yield Request(resource.name, operation, 200, format_.media_type, plain)
    if format_.partial_type:
        some = f"{address}{joint}fields={','.join(resource.members[:2])}"
        yield Request(resource.name, operation, 200, format_.partial_type, some)


def _aspects(figure: str) -> Iterator[Request]:
    """What is asked of one figure, in each of its forms."""
    yield Request("claims", "list_claims", 200, JSON, f"{figure}/claims")
    yield Request("evidence", "get_evidence", 200, JSON, f"{figure}/evidence")
    annotation = f"{figure}/evidence?format={ANNOTATION.name}"
    yield Request("annotation", "get_evidence", 200, ANNOTATION.media_type, annotation)
    for style in STYLES:
        address = f"{figure}/cite?style={style.name}"
        yield Request(style.name, "cite_figure", 200, style.media_type, address)


def _asked(format_: Format) -> str:
    return "" if format_.name == "json" else f"&format={format_.name}"


def _problem(name: str, status: int, address: str, **more: Any) -> Request:
    return Request(name, "", status, PROBLEM, address, **more)


PROBLEMS = (
    _problem("invalid-parameter", 400, "/figures?regoin=PE-PIU"),
    _problem("malformed-request", 400, "/figures?program=100%"),
    _problem("not-found", 404, "/figures/no-such-figure"),
    _problem("method-not-allowed", 405, "/figures", method="POST"),
    _problem("not-acceptable", 406, "/figures", accept="application/xml"),
    _problem("conflicting-parameters", 409, "/figures?page=101&per_page=100"),
    _problem("precondition-failed", 412, "/figures", if_match='"another"'),
    _problem("payload-too-large", 413, "/figures", method="POST", body=b" " * 100_000),
    _problem("uri-too-long", 414, f"/figures?q={'a' * 60_000}"),
    _problem("range-not-satisfiable", 416, "/downloads/datasets.csv", range="bytes=1000000-"),
    _problem("internal-error", 500, "/figures", state="when the service has a defect"),
    _problem("not-installed", 501, "/downloads/figures.parquet", state="when an extra is missing"),
    _problem("being-made", 503, "/downloads/quipu.zip", state="when others are being made"),
    _problem("no-room", 503, "/downloads/quipu.zip", state="when the disk is full"),
    _problem("query-too-slow", 503, "/figures", state="when it takes too long"),
    _problem("unavailable", 503, "/figures", state="when there is no database"),
)


def record() -> list[dict[str, Any]]:
    """Ask each request of a service with the seeded data. Raises AssertionError for surprises."""
    with TemporaryDirectory() as folder:
        settings = Settings(
            database=str(Path(folder) / "quipu.db"), spool=str(Path(folder) / "spool")
        )
        db = open_writer(settings.database, 1000)
        prepare(db)
        outcomes = seed(db, clock=lambda: MOMENT)
        db.conn.close()
        assert not [finding for outcome in outcomes for finding in outcome.findings]
        return [_answer(settings, request) for request in requests()]


def _answer(settings: Settings, request: Request) -> dict[str, Any]:
    asked = {"Accept": request.accept, "Range": request.range, "If-Match": request.if_match}
    headers = {**REQUEST_ID, **{name: value for name, value in asked.items() if value}}
    with _service(settings, request.state) as app:
        answer = app.test_client().open(
            request.address, method=request.method, headers=headers, data=request.body
        )
    found = (answer.status_code, answer.mimetype)
    assert found == (request.status, request.media_type), f"{request.line}: {found}"
    text = answer.get_data(as_text=True)
    is_json = request.media_type.endswith("json") and "ndjson" not in request.media_type
    return {
        "operation": request.operation,
        "status": str(request.status),
        "media_type": request.media_type,
        "name": request.name,
        "request": request.line,
        "value": json.loads(text) if is_json else text,
    }


@contextmanager
def _service(settings: Settings, state: str) -> Iterator[Flask]:
    """The application in a state of health."""
    if state == "when there is no database":
        settings = replace(settings, database=f"{settings.database}.missing")
    app = create_app(settings)
    store = app.extensions["quipu"].store
    failures = {"when the service has a defect": RuntimeError, "when it takes too long": Timeout}
    if state in failures:
        app.logger.disabled = True

        def fail(**_: Any) -> None:
            raise failures[state]

        object.__setattr__(store, "snapshot", fail)
    making = {"when others are being made": Busy, "when the disk is full": NoRoom}
    if state in making:
        app.logger.disabled = True

        def give_up(*_: Any, **__: Any) -> None:
            raise making[state]

        object.__setattr__(app.extensions["quipu"].maker, "make", give_up)
    installed = PropertyMock(return_value=state != "when an extra is missing")
    try:
        with patch.object(Extra, "is_installed", installed):
            yield app
    finally:
        app.logger.disabled = False
        store.close()


def text(examples: list[dict[str, Any]]) -> str:
    """The file's content."""
    return json.dumps(examples, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(record()), encoding="utf-8")
    print(f"{FILE.name} written; now run `quipu openapi`", file=sys.stderr)
