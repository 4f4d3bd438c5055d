"""`quipu serve` as a process: it answers once it says so, and ends when it is told to."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from api.scheduling.threads import AT_A_TIME
from tests.processor import seconds_at_a_time
from tests.serving import PATIENCE, Server, members, serving

Start = Callable[..., Server]


@pytest.fixture
def start(database: Path) -> Iterator[Start]:
    """Starts servers of the test's own database."""
    with ExitStack() as started:

        def begin(*arguments: str, stderr: int | IO[str] = subprocess.PIPE) -> Server:
            return started.enter_context(serving(database, *arguments, stderr=stderr))

        yield begin


def status(address: str) -> int:
    with urlopen(f"{address}/figures") as answer:  # noqa: S310 - our own server
        found: int = answer.status
        return found


def the_worker(server: Server) -> int:
    """The one worker of a server."""
    (worker,) = set(members(server.process.pid)) - {server.process.pid}
    return worker


@pytest.mark.parametrize("workers", [1, 2])
def test_it_answers_as_soon_as_it_says_that_it_listens(start: Start, workers: int) -> None:
    server = start("--port", "0", "--workers", str(workers))
    address = server.wait_until_it_listens()
    assert not address.endswith(":0")
    assert status(address) == 200
    server.process.send_signal(signal.SIGTERM)
    code, rest = server.ends()
    assert code == 0
    assert "/apidocs/" in rest
    assert "Traceback" not in rest


def test_it_says_nothing_of_what_is_as_it_is_meant_to_be(start: Start) -> None:
    """On one or two processors the server's own word for it would be a warning."""
    server = start("--port", "0")
    server.wait_until_it_listens()
    assert not [line for line in server.said if "WARNING" in line]


def test_what_is_kept_is_sent_as_it_was_and_known_without_a_body(start: Start) -> None:
    address = urlsplit(start("--port", "0").wait_until_it_listens())
    connection = HTTPConnection(address.hostname or "", address.port)

    def ask(method: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection.request(method, "/figures?per_page=2", headers=headers)
        answer = connection.getresponse()
        own = ("date", "x-request-id")
        said = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, {n: v for n, v in said.items() if n not in own}, answer.read()

    first = ask("GET")
    _, headers, body = first
    assert (first[0], headers["content-length"]) == (200, str(len(body)))
    for _ in range(2):
        assert ask("GET") == first
        assert ask("HEAD") == (200, headers, b"")
        code, few, nothing = ask("GET", **{"If-None-Match": headers["etag"]})
        assert (code, few["etag"], nothing) == (304, headers["etag"], b"")
        assert ask("GET", **{"If-Match": '"other"'})[0] == 412
    connection.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda n: n.name)
@pytest.mark.parametrize("seconds", [0, 0.02, 0.1, 0.3, 0.6, 1.0])
def test_it_ends_at_any_moment_after_it_said_that_it_listens(
    start: Start, number: signal.Signals, seconds: float
) -> None:
    server = start("--port", "0")
    server.wait_until_it_listens()
    time.sleep(seconds)
    server.process.send_signal(number)
    code, rest = server.ends()
    assert code == 0
    assert "Traceback" not in rest


@pytest.mark.parametrize("seconds", [0.2, 0.4, 0.5, 0.6, 0.7, 0.8])
def test_a_signal_while_it_starts_ends_it_too(start: Start, seconds: float) -> None:
    server = start("--port", "0", "--workers", "2")
    time.sleep(seconds)
    server.process.send_signal(signal.SIGTERM)
    code, rest = server.ends()
    # Before the server is there, the signal ends the process as it ends any.
    assert code in (0, -signal.SIGTERM)
    assert "Traceback" not in rest


@pytest.mark.parametrize("seconds", [0, 0.3])
def test_a_ctrl_c_reaches_all_processes_and_ends_them_in_peace(
    start: Start, seconds: float
) -> None:
    server = start("--port", "0", "--workers", "2")
    server.wait_until_it_listens()
    time.sleep(seconds)
    os.killpg(server.process.pid, signal.SIGINT)
    code, rest = server.ends()
    assert code == 0
    # Nothing had to be killed, nothing broke: the address of the documentation is the last word.
    assert rest.count("\n") == 1


def test_who_tells_a_worker_to_end_tells_the_server(start: Start) -> None:
    """As does whoever tells all processes at once: a worker may be the first to hear of it."""
    server = start("--port", "0")
    server.wait_until_it_listens()
    os.kill(the_worker(server), signal.SIGTERM)
    code, rest = server.ends()
    assert (code, rest.count("\n")) == (0, 1)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell nobody")
@pytest.mark.parametrize("workers", ["1", "3"])
def test_workers_end_with_a_parent_that_is_killed(start: Start, workers: str) -> None:
    """They would hold the port, and nobody could start the service again."""
    server = start("--port", "0", "--workers", workers)
    address = server.wait_until_it_listens()
    server.process.kill()
    server.process.wait(PATIENCE)
    enough = time.monotonic() + PATIENCE
    while members(server.process.pid):
        assert time.monotonic() < enough
        time.sleep(0.05)
    again = start("--port", address.rpartition(":")[2])
    assert again.wait_until_it_listens() == address


def test_a_worker_that_is_told_by_two_before_it_listens_ends_all_the_same(start: Start) -> None:
    """As when all processes are told at once (systemd): it hears once of what it was told twice."""
    server = start("--port", "0")
    while len(members(server.process.pid)) < 2:
        assert server.process.poll() is None
    worker = the_worker(server)
    os.kill(worker, signal.SIGSTOP)
    os.kill(worker, signal.SIGTERM)
    server.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)  # for the server to tell it
    os.kill(worker, signal.SIGCONT)
    code, rest = server.ends()
    assert code == 0
    assert "refused" not in rest


def test_signals_upon_signals_end_it_too(start: Start) -> None:
    # The handler of one may find that of another in the middle, and wait for it for ever.
    server = start("--port", "0")
    server.wait_until_it_listens()
    enough = time.monotonic() + 0.3
    while time.monotonic() < enough:
        for number in (signal.SIGTERM, signal.SIGINT):
            server.process.send_signal(number)
    code, rest = server.ends()
    assert code == 0
    assert "Traceback" not in rest


def test_one_thread_of_each_process_waits_for_the_end_and_no_other_hears_of_it(
    start: Start,
) -> None:
    # Python's own handlers are run by the main thread, which a signal may find a moment before it
    # begins to wait: about one worker in two hundred that was ended while it started never ended.
    server = start("--port", "0")
    server.wait_until_it_listens()
    for process in members(server.process.pid):
        threads = list(Path(f"/proc/{process}/task").iterdir())
        hearing = [thread.name for thread in threads if hears(thread)]
        assert len(hearing) == 1
        assert hearing != [str(process)]


def hears(thread: Path) -> bool:
    """Whether a thread would be given SIGTERM."""
    status = (thread / "status").read_text(encoding="utf-8")
    (held_back,) = (int(line.split()[1], 16) for line in status.splitlines() if "SigBlk" in line)
    return not held_back >> signal.SIGTERM - 1 & 1


def test_it_ends_though_a_client_does_not_read_on(start: Start) -> None:
    server = start("--port", "0")
    host, port = server.wait_until_it_listens().removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(b"GET /figures?format=ndjson HTTP/1.1\r\nHost: localhost\r\n\r\n")
        client.recv(1)
        server.process.send_signal(signal.SIGTERM)
        code, _ = server.ends()
    assert code == 0


def test_a_worker_that_dies_ends_the_server_with_a_word(start: Start) -> None:
    server = start("--port", "0")
    server.wait_until_it_listens()
    os.kill(the_worker(server), signal.SIGKILL)
    code, rest = server.ends()
    assert code == 1
    assert "Unexpected exit from worker-1" in rest


def test_it_listens_on_ipv6(start: Start) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError as error:
        pytest.skip(f"this machine has no IPv6: {error}")
    server = start("--host", "::1", "--port", "0")
    address = server.wait_until_it_listens()
    assert address.startswith("http://[::1]:")
    assert status(address) == 200


def test_a_host_may_be_a_name(start: Start) -> None:
    server = start("--host", "localhost", "--port", "0")
    address = server.wait_until_it_listens()
    assert address.startswith("http://localhost:")
    assert status(address) == 200


def test_the_fixture_is_served_from_a_database_of_its_own(start: Start, database: Path) -> None:
    before = database.read_bytes()
    server = start("--fixture", "--port", "0")
    address = server.wait_until_it_listens()
    with urlopen(f"{address}/figures/history-changed") as answer:  # noqa: S310 - our own server
        assert answer.headers["Quipu-Data-Version"] == "6"
    (used,) = re.findall(r"database: (.*)\)", "".join(server.said))
    assert Path(used).exists()
    server.process.send_signal(signal.SIGTERM)
    assert server.ends()[0] == 0
    assert not Path(used).parent.exists()
    assert database.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(start: Start, database: Path) -> None:
    database.write_bytes(b"not a database" * 1000)
    code, said = start("--port", "0").ends()
    assert code == 1
    assert "not a database" in said
    assert "Traceback" not in said


def test_it_goes_on_when_nobody_reads_what_it_says(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    reader, writer = os.pipe()
    with os.fdopen(writer, "w") as said:
        server = start("--port", str(port), stderr=said)
    os.close(reader)
    for _ in range(200):
        time.sleep(0.1)
        try:
            assert status(f"http://127.0.0.1:{port}") == 200
            break
        except OSError:
            continue
    else:
        pytest.fail("it never answered")
    assert status(f"http://127.0.0.1:{port}") == 200
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(PATIENCE)
    assert members(server.process.pid) == []


# What GNU's C library reserves, for each thread that has its memory from a place of its own.
ARENA = 64 << 20


def test_its_threads_have_their_memory_from_one_place(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MALLOC_ARENA_MAX", raising=False)
    server = start("--port", "0")
    address = server.wait_until_it_listens()
    for _ in range(3):
        assert status(address) == 200
    for process in members(server.process.pid):
        maps = Path(f"/proc/{process}/maps").read_text(encoding="ascii", errors="replace")
        parts = [line.split() for line in maps.splitlines()]
        ranges = [tuple(int(edge, 16) for edge in part[0].split("-")) for part in parts]
        begins = {begin for begin, _ in ranges if begin % ARENA == 0}
        ends = {end for (_, end), part in zip(ranges, parts, strict=True) if part[1] == "---p"}
        assert not [begin for begin in begins if begin + ARENA in ends]


def shares(server: Server) -> set[tuple[int, float | None]]:
    """How the threads of a server share the processors with others, and how long each has one at a
    time, in seconds."""
    threads = [
        int(task.name)
        for process in members(server.process.pid)
        for task in Path(f"/proc/{process}/task").iterdir()
    ]
    return {(os.sched_getscheduler(thread), seconds_at_a_time(thread)) for thread in threads}


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has such threads")
def test_on_one_processor_whoever_answers_goes_on_when_it_wakes_whoever_sends(
    start: Start,
) -> None:
    there_are = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(there_are)})
    try:
        server = start("--port", "0")
    finally:
        os.sched_setaffinity(0, there_are)
    assert status(server.wait_until_it_listens()) == 200
    assert shares(server) == {(os.SCHED_BATCH, seconds_at_a_time() and AT_A_TIME)}


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has such threads")
def test_on_more_processors_whoever_is_woken_runs_at_once(start: Start) -> None:
    if len(os.sched_getaffinity(0)) == 1:
        pytest.skip("there is one processor")
    server = start("--port", "0")
    assert status(server.wait_until_it_listens()) == 200
    assert shares(server) == {(os.SCHED_OTHER, seconds_at_a_time())}


# Whoever has handed over an answer notes it, and does nothing any more.
NOTES_WHEN = """
from threading import Event
import api.wsgi
from api.cli import main
from api.wire.served import Served

made = api.wsgi.create

def answered():
    with open({notes!r}, "a") as notes:
        notes.write("handed over\\n")
    Event().wait()

api.wsgi.create = lambda: Served(made().answer, answered)
main()
"""


def test_an_answer_is_handed_over_before_its_thread_rests(database: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    program = NOTES_WHEN.format(notes=str(notes))
    with serving(database, "--port", "0", program=("-c", program)) as server:
        address = server.wait_until_it_listens()
        with urlopen(f"{address}/programs") as answer:  # noqa: S310 - our own server
            assert b"procompite" in answer.read()
        # The server asks itself once, before it says that it listens.
        until = time.monotonic() + PATIENCE
        while notes.read_text().count("handed over") < 2:
            assert time.monotonic() < until
