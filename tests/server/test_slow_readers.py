"""However many clients read slowly, whatever is answered in a moment is answered."""

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import pytest

from api.cli.database import now
from api.cli.server import BLOCKING_THREADS
from api.scheduling.places import MOST
from api.store.engine import open_writer
from api.store.load import load_dataset
from api.views.long import STREAMS
from tests.serving import PATIENCE, serving
from tests.store.generated import bundle_of, figure

STREAM = "/figures?format=ndjson"
# More than a system sends before any of it is read, which is 4 MB on Linux, as it comes.
FIGURES, NOTES = 4000, {"en": "x" * 1500, "es": "y" * 1500}


@pytest.fixture
def served(database: Path) -> Iterator[str]:
    db = open_writer(str(database), 1000)
    records = [figure(f"long-{n}", notes=NOTES) for n in range(FIGURES)]
    assert load_dataset(db, bundle_of(records), now).findings == []
    db.conn.close()
    with serving(database, "--port", "0") as server:
        yield server.wait_until_it_listens()


def get(address: str, path: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection(str(urlsplit(address).netloc), timeout=PATIENCE)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, response.headers, body


def slow_reader(address: str, path: str) -> socket.socket:
    """A client that has asked, has seen the answer begin, and reads no further."""
    parts = urlsplit(address)
    reader = socket.socket()
    # As small as the system lets it be: what it holds is sent before anybody reads.
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.settimeout(PATIENCE)
    reader.connect((parts.hostname, parts.port))
    reader.sendall(f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
    assert reader.recv(12) == b"HTTP/1.1 200"
    return reader


def test_there_are_more_threads_than_places_and_more_of_these_than_streams() -> None:
    assert STREAMS < MOST < BLOCKING_THREADS


def test_who_reads_slowly_keeps_nobody_from_a_list(served: str) -> None:
    with ExitStack() as readers:
        for _ in range(STREAMS):
            readers.enter_context(slow_reader(served, STREAM))
        status, _, body = get(served, "/figures?per_page=1")
        assert (status, len(json.loads(body)["results"])) == (200, 1)
        status, headers, body = get(served, STREAM)
        assert (status, headers["Content-Type"]) == (503, "application/problem+json")
        assert json.loads(body)["code"] == "unavailable"
        assert headers["Retry-After"]
    # The places of those that have gone are free, as soon as the server has seen that they went.
    until = monotonic() + PATIENCE
    while monotonic() < until:
        status, _, body = get(served, STREAM)
        if status == 200:
            break
    assert status == 200
    assert body.count(b'"id":"long-') == FIGURES
