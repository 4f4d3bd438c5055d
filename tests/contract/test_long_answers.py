"""What lasts as long as its reader wants, or is read at length, needs a place: who finds none is
told to wait."""

import csv
import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client

from api.scheduling.places import MOST, Places
from api.store import engine, reader
from api.views.long import STREAMS
from api.wire import answer
from tests.contract.conformance import CheckedClient
from tests.contract.test_search import load
from tests.store.generated import figure

LONG = ("/figures?format=ndjson", "/figures?format=csv", "/changes?format=ndjson",
        "/downloads/figures.csv", "/downloads/figures.ndjson")  # fmt: skip


@pytest.fixture
def places(app: Flask) -> Callable[[], Callable[[], None]]:
    """Takes a place, as an answer does; what is returned gives it back."""
    begin: Callable[[], Callable[[], None]] = app.extensions["quipu"].long.begin
    return begin


@pytest.fixture
def taken(places: Callable[[], Callable[[], None]]) -> list[Callable[[], None]]:
    """No place is free; what gives each of them back."""
    return [places() for _ in range(STREAMS)]


@pytest.fixture
def everything_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer, "LITTLE", 0)


@pytest.mark.usefixtures("everything_is_long")
@pytest.mark.parametrize("path", LONG)
def test_more_than_there_are_places_for_are_told_to_wait(
    client: CheckedClient,
    places: Callable[[], Callable[[], None]],
    taken: list[Callable[[], None]],
    path: str,
) -> None:
    refused = client.get(path)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    # A list is answered all the same, and a stream as soon as a place is free.
    assert client.get("/figures?per_page=1").status_code == 200
    taken[0]()
    taken[0]()
    for _ in range(2 * STREAMS):
        assert client.get(path).status_code == 200
    places()
    assert client.get(path).status_code == 503


@pytest.mark.usefixtures("everything_is_long")
@pytest.mark.parametrize("path", LONG)
def test_what_lasts_has_one_of_the_places_of_all(
    app: Flask, client: CheckedClient, path: str
) -> None:
    places: Places = app.extensions["quipu"].store.places
    held = [places.take() for _ in range(MOST)]
    assert client.get(path).status_code == 503
    held[0]()
    for _ in range(2):
        assert client.get(path).status_code == 200


@pytest.mark.usefixtures("taken")
@pytest.mark.parametrize("path", LONG[:3])
def test_what_is_short_needs_no_place(client: CheckedClient, path: str) -> None:
    found = client.get(path)
    assert found.status_code == 200
    assert found.headers["Content-Length"] == str(len(found.get_data()))


@pytest.mark.parametrize("path", LONG[:3])
def test_in_parts_or_whole_it_is_the_same(
    app: Flask, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    client = Client(app)  # behind which nothing is kept
    sent_whole = client.get(path).get_data()
    monkeypatch.setattr(answer, "LITTLE", 0)
    in_parts = client.get(path)
    assert "Content-Length" not in in_parts.headers
    assert in_parts.get_data() == sent_whole


@pytest.mark.usefixtures("everything_is_long", "taken")
@pytest.mark.parametrize("path", LONG[:3])
def test_to_ask_for_the_head_of_a_stream_needs_no_place(client: CheckedClient, path: str) -> None:
    assert client.head(path).status_code == 200


def test_who_has_it_already_needs_no_place(
    client: CheckedClient, places: Callable[[], Callable[[], None]]
) -> None:
    for path in LONG:
        tag = client.get(path).headers["ETag"]
        held = [places() for _ in range(STREAMS)]
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
        for give_back in held:
            give_back()


def test_a_stream_that_fails_at_once_gives_its_place_back(client: CheckedClient) -> None:
    for _ in range(2 * STREAMS):
        assert (
            client.get("/downloads/figures.csv", headers={"Range": "bytes=9999999-"}).status_code
            == 416
        )
    assert client.get("/downloads/figures.csv").status_code == 200


@pytest.fixture
def nothing_is_brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is read takes longer than a moment: more steps than it takes to begin and to end."""
    monkeypatch.setattr(reader, "STEPS", 10)
    monkeypatch.setattr(reader, "LOOKS", 1)


@pytest.fixture
def held(app: Flask) -> Places:
    """There is one place for what takes longer than a moment."""
    store = app.extensions["quipu"].store
    store.places = Places(1)
    found: Places = store.places
    return found


@pytest.mark.usefixtures("nothing_is_brief")
@pytest.mark.parametrize(
    "path",
    [*LONG[:3], "/figures", "/figures?facets=status", "/figures/der-investment", "/aggregates",
     "/aggregates?format=csv", "/search?q=empleos", "/changes", "/releases", "/feeds/changes.atom"],
)  # fmt: skip
def test_what_is_read_at_length_needs_a_place(
    client: CheckedClient, held: Places, path: str
) -> None:
    give_back = held.take()
    refused = client.get(path)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert refused.headers["Cache-Control"] == "no-store"
    assert refused.get_json()["code"] == "unavailable"
    assert client.get("/livez").status_code == 200
    give_back()
    for _ in range(2):
        assert client.get(path).status_code == 200
    held.take()


@pytest.fixture
def failing(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of much that is read a few rows at a time, only the first ones can be read."""
    load(database, [figure(f"g-{n}") for n in range(1000)])
    read, times = reader._some, count()

    def some(*arguments: Any) -> Any:
        if next(times) > 3:
            raise engine.DatabaseError("database disk image is malformed")
        return read(*arguments)

    monkeypatch.setattr(reader, "_some", some)


@pytest.mark.usefixtures("everything_is_long", "failing")
@pytest.mark.parametrize("path", LONG[:3])
def test_a_stream_that_fails_half_way_can_be_told_from_a_whole_one(
    app: Flask, places: Callable[[], Callable[[], None]], path: str
) -> None:
    answer = Client(app).get(path)
    came: list[bytes] = []
    with pytest.raises(engine.Unavailable):
        came.extend(map(bytes, answer.iter_encoded()))
    answer.close()
    assert answer.status_code == 200
    last = b"".join(came).decode().splitlines()[-1]
    if "csv" in path:
        assert next(csv.reader([last]))[0].startswith("cut off")
    else:
        with pytest.raises(json.JSONDecodeError):
            json.loads(last)
    for give_back in [places() for _ in range(STREAMS)]:
        give_back()
