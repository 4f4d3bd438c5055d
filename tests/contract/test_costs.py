"""What a request may cost, in what can be counted: calls, and dumps. Never in time.

The SQL statements of each kind of request are counted where the kind is tested.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from flask import Flask
from marshmallow import Schema
from werkzeug.test import create_environ, run_wsgi_app

from api.app import create_app
from api.settings import Settings
from schemas import RESOURCES
from tests.contract.test_time import change, load

LIST = "/figures?count=none&sort=value&value__gte=10"
# Of Python's own and of C's; on 3.11, which makes the most. Raise one only with a reason.
CALLS = [
    (f"{LIST}&per_page=2", 311),
    ("/figures?per_page=2", 299),
    ("/figures/procompite-financing", 217),
    ("/programs/procompite", 242),
    ("/aggregates?group_by=program&per_page=2", 797),
    ("/changes?per_page=2", 597),  # one release more: its hash is part of where to go on
]
# What a first answer needs nothing of: imported when it is first asked for, or never.
LATER = (
    "api.intake.lines", "api.intake.read", "api.spec", "api.store.seen", "api.wire.wording",
    "apispec", "babel", "dateutil", "flasgger", "flask_swagger_ui", "jsonschema", "pluggy",
    "pyarrow", "sqlite_utils", "yaml",
)  # fmt: skip
PATHS = [
    path
    for resource in RESOURCES
    for path in (f"/{resource.name}", f"/{resource.name}/{resource.example}")
]


@pytest.fixture
def untraced(settings: Settings) -> Iterator[Flask]:
    """The application as it is served: nobody listens to its statements."""
    app = create_app(settings)
    yield app
    app.extensions["quipu"].store.close()


def calls(app: Flask, path: str, **more: Any) -> int:
    """How many functions a request calls, once what is made but once is made.

    The least of three: now and then one looks which files are read, or garbage is looked for.
    """
    for _ in range(2):
        run_wsgi_app(app, create_environ(path, **more), buffered=True)
    return min(_calls(app, path, **more) for _ in range(3))


def _calls(app: Flask, path: str, **more: Any) -> int:
    found = 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal found
        found += event in ("call", "c_call")

    environ, told = create_environ(path, **more), []
    sys.setprofile(count)
    try:
        parts = app(environ, lambda *given: told.append(given))
    finally:
        sys.setprofile(None)
    assert isinstance(parts, list)  # a server has less work with it than with an iterator
    assert told[0][0] in ("200 OK", "304 NOT MODIFIED")
    return found


def test_a_start_imports_nothing_that_the_first_answer_does_not_need(database: Path) -> None:
    program = (
        "import sys; from api.wsgi import create; application = create(); "
        "environ = {'REQUEST_METHOD': 'GET', 'PATH_INFO': '/figures', 'QUERY_STRING': '', "
        "'SERVER_NAME': 'localhost', 'SERVER_PORT': '80', 'wsgi.url_scheme': 'http'}; told = []; "
        "parts = application(environ, lambda *given: told.append(given)); "
        "assert told[0][0] == '200 OK' and b''.join(parts); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "QUIPU_DATABASE": str(database)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert {"api.app", "flask", "marshmallow"} <= set(done.stdout.split())
    assert set(LATER).isdisjoint(done.stdout.split())


@pytest.mark.parametrize(("path", "most"), CALLS)
def test_a_request_takes_no_more_calls_than_it_may(untraced: Flask, path: str, most: int) -> None:
    assert calls(untraced, path) <= most


def test_a_record_more_takes_no_call_more(untraced: Flask) -> None:
    assert len({calls(untraced, f"{LIST}&per_page={size}") for size in (2, 4, 8)}) == 1


@pytest.mark.parametrize("path", PATHS)
def test_a_304_takes_fewer_calls_than_the_answer(untraced: Flask, path: str) -> None:
    headers = untraced.test_client().get(path).headers
    assert calls(untraced, path, headers={"If-None-Match": headers["ETag"]}) < calls(untraced, path)


def refuse_schemas(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a schema was used")

    for name in ("load", "dump", "loads", "dumps", "validate"):
        monkeypatch.setattr(Schema, name, refuse)
    # Nor by the way around it that loads take (decision 30).
    for resource in RESOURCES:
        for name in ("load", "dump"):
            monkeypatch.setitem(resource.__dict__, name, refuse)


@pytest.mark.parametrize("path", PATHS)
def test_no_record_passes_through_its_schema_to_be_read(
    untraced: Flask, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    refuse_schemas(monkeypatch)
    for asked in (path, f"{path}?fields=id"):
        assert untraced.test_client().get(asked).status_code == 200


def test_what_is_no_record_passes_through_no_schema_either(
    untraced: Flask, monkeypatch: pytest.MonkeyPatch, database: Path, dataset: Path
) -> None:
    change(dataset, "status: achieved", "status: achieved\n  rank: deprecated")
    load(database, dataset)
    refuse_schemas(monkeypatch)
    client = untraced.test_client()
    sums = client.get("/aggregates?group_by=program,region").get_json()
    assert sums["results"]
    assert [one["reason"] for one in sums["excluded"]["results"]] == ["deprecated"]
    (step,) = client.get("/changes?kind=changed").get_json()["results"]
    assert [difference["path"] for difference in step["differences"]] == ["rank"]
    assert client.get("/figures/nope").get_json()["errors"] == []
    assert client.get("/figures?colour=red").get_json()["errors"][0]["name"] == "colour"
