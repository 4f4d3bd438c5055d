"""A server's processes are found, what they use is counted, and none of them is left."""

import os
import sys
import time
from pathlib import Path

import pytest

from benchmarks import process
from benchmarks.answer import ask
from benchmarks.process import DidNotStart, free_port, processes, running

SERVER = """
import http.server, os, sys, threading
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/work":
            sum(range(20_000_000))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
child = os.fork()
if not child:
    threading.Event().wait()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def test_the_cpu_of_a_server_is_counted_and_none_of_its_processes_is_left(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-c", SERVER, str(port)]
    with running(command, port, "/", tmp_path / "log", {}) as server:
        assert len(processes(server.group)) == 2
        # The kernel may share the processors between sessions, and priorities count within one.
        assert os.getsid(server.group) == os.getsid(0)
        before = server.cpu()
        own, resident = server.memory()
        assert ask(port, "/work").status == 200
        assert server.cpu() > before
        assert 0 < own < resident
        server.settle()
    assert processes(server.group) == []


def test_a_server_that_ends_is_told_of_with_what_it_said(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('no database'); raise SystemExit(1)"]
    with (
        pytest.raises(DidNotStart, match="no database"),
        running(command, free_port(), "/", tmp_path / "log", {}),
    ):
        pytest.fail("it did not start")


def test_time_is_told_from_the_start_of_the_process(tmp_path: Path) -> None:
    port = free_port()
    begun = time.perf_counter()
    with running([sys.executable, "-c", SERVER, str(port)], port, "/", tmp_path / "log", {}) as one:
        assert 0 < one.start <= time.perf_counter() - begun


def test_without_what_keeps_a_process_on_a_core_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process, "CORES", [0, 1])
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match=r"taskset is not installed \(util-linux\)"):
        process.on_client_core(["true"])
