"""What a measurement without wrk counts: answers, what they took, errors."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.asking import FEWEST_ALONE, Cost, one_by_one, read_whole
from benchmarks.measure import together
from benchmarks.process import Running, free_port, running

SERVER = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        if self.path == "/work":
            sum(range(5_000_000))
        body = b"a row\\n" * 3000
        self.send_response(503 if self.path == "/busy" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    port = free_port()
    command = [sys.executable, "-c", SERVER, str(port)]
    with running(command, port, "/", tmp_path / "log", {}, pinned=False) as server:
        yield server


def test_one_client_waits_for_a_few_answers_however_long_they_take(server: Running) -> None:
    cost = one_by_one(server, ["/work", "/"], 0)
    assert cost.answers == FEWEST_ALONE
    assert cost.clients == 1
    assert cost.cpu > 0
    assert cost.size == 18_000
    assert 0 < cost.p50 <= cost.p99
    assert cost.errors == 0


def test_turns_are_one_measurement_in_which_each_answer_counts_as_much() -> None:
    few, many = (
        Cost(100, 1.0, 50.0, 4.0, 9.0, 10.0, 1, 16),
        Cost(300, 1.5, 10.0, 2.0, 3.0, 20.0, 2, 16),
    )
    assert together([few]) == few
    both = together([few, many])
    assert both == Cost(400, 2.5, 20.0, 3.0, 6.0, 17.5, 3, 16)
    assert both.rate == 160


def test_an_answer_that_is_an_error_is_counted_as_one(server: Running) -> None:
    assert one_by_one(server, ["/busy"], 0).errors == FEWEST_ALONE
    assert read_whole(server, "/busy").errors > 0


def test_a_stream_costs_by_the_thousand_rows(server: Running) -> None:
    cost = read_whole(server, "/")
    assert cost.answers % 3 == 0
    assert cost.size == 6000
    assert cost.cpu > 0
    assert cost.errors == 0
