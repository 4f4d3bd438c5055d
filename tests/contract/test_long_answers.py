"""What lasts as long as its reader wants has places of its own: who finds none is told to wait."""

from collections.abc import Callable

import pytest
from flask import Flask

from api.views.long import MOST
from tests.contract.conformance import CheckedClient

LONG = ("/figures?format=ndjson", "/figures?format=csv", "/changes?format=ndjson",
        "/downloads/figures.csv", "/downloads/figures.ndjson")  # fmt: skip


@pytest.fixture
def places(app: Flask) -> Callable[[], Callable[[], None]]:
    """Takes a place, as an answer does; what is returned gives it back."""
    begin: Callable[[], Callable[[], None]] = app.extensions["quipu"].long.begin
    return begin


@pytest.mark.parametrize("path", LONG)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_more_than_there_are_places_for_are_told_to_wait(
    client: CheckedClient, places: Callable[[], Callable[[], None]], method: str, path: str
) -> None:
    held = [places() for _ in range(MOST)]
    refused = client.open(path, method=method)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    # A list is answered all the same, and a stream as soon as a place is free.
    assert client.get("/figures?per_page=1").status_code == 200
    held[0]()
    held[0]()
    for _ in range(2 * MOST):
        assert client.open(path, method=method).status_code == 200
    places()
    assert client.open(path, method=method).status_code == 503


def test_who_has_it_already_needs_no_place(
    client: CheckedClient, places: Callable[[], Callable[[], None]]
) -> None:
    for path in LONG:
        tag = client.get(path).headers["ETag"]
        held = [places() for _ in range(MOST)]
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
        for give_back in held:
            give_back()


def test_a_stream_that_fails_at_once_gives_its_place_back(client: CheckedClient) -> None:
    for _ in range(2 * MOST):
        assert (
            client.get("/downloads/figures.csv", headers={"Range": "bytes=9999999-"}).status_code
            == 416
        )
    assert client.get("/downloads/figures.csv").status_code == 200
