"""Ways to ask a running server: by many clients, by one, for nothing, for a stream; and what that
cost."""

import http.client
import json
import subprocess
import time
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.answer import ask
from benchmarks.environments import debian
from benchmarks.folders import HERE
from benchmarks.process import Running, on_client_core

CLIENTS = 16
# One client alone, who waits for each answer, waits for so many of them at least.
FEWEST_ALONE = 3
# A stream is read until so many seconds of CPU have gone into it, or so many have gone by.
LEAST_CPU, LONGEST_READING = 0.2, 5.0
# Questions asked for nothing before, and seconds that they may take.
WARMING, LONGEST_WARMING = 200, 1.0


class Cost(NamedTuple):
    """What answering cost: per answer, but for `rows`, of a stream, per thousand rows.

    Times are in microseconds; `p50` and `p99` are what clients waited.
    """

    answers: int
    seconds: float
    cpu: float
    p50: float
    p99: float
    size: float
    errors: int
    clients: int

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


class NotEnoughPaths(Exception):
    """The paths were asked more than once, so that caches would have answered."""


def ask_many(
    server: Running,
    paths: list[str],
    seconds: float,
    folder: Path,
    *,
    unchanged: bool = False,
    clients: int = CLIENTS,
) -> Cost:
    """wrk asks the paths one after the other, from the other core. Raises NotEnoughPaths."""
    file = folder / "paths.txt"
    file.write_text("\n".join(paths) + "\n", encoding="utf-8")
    tag = [ask(server.port, paths[0]).header("etag")] if unchanged else []
    command = on_client_core([*wrk(server.port, file, clients, max(round(seconds), 1)), *tag])
    before = server.cpu()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    used = server.cpu() - before
    told = told_by_wrk(done.stdout)
    if told["requests"] > len(paths) > 1:
        raise NotEnoughPaths(f"{told['requests']} requests, {len(paths)} paths")
    answers = max(told["requests"], 1)
    return Cost(
        told["requests"],
        told["microseconds"] / 1e6,
        used / answers * 1e6,
        told["p50"],
        told["p99"],
        told["bytes"] / answers,
        sum(told["errors"].values()),
        clients,
    )


def wrk(port: int, file: Path, clients: int, seconds: int) -> list[str]:
    """The command that asks the paths of a file, one a line. Raises Missing."""
    how = ["-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "30s", "-s", str(HERE / "wrk.lua")]
    return [debian("wrk", "wrk"), *how, f"http://127.0.0.1:{port}", "--", str(file)]


def told_by_wrk(printed: str) -> dict[str, Any]:
    """What its clients have met, from what it printed."""
    told: dict[str, Any] = json.loads(printed.strip().splitlines()[-1])
    return told


def one_by_one(server: Running, paths: list[str], seconds: float) -> Cost:
    """One client asks, waits, and asks again, for so many seconds and a few answers at least."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    waited: list[float] = []
    size = errors = 0
    before, begun = server.cpu(), time.perf_counter()
    for path in cycle(paths):
        asked = time.perf_counter()
        connection.request("GET", path)
        response = connection.getresponse()
        size += len(response.read())
        errors += response.status != 200
        waited.append(time.perf_counter() - asked)
        if time.perf_counter() - begun > seconds and len(waited) >= FEWEST_ALONE:
            break
    used, took = server.cpu() - before, time.perf_counter() - begun
    connection.close()
    waited.sort()
    number = len(waited)
    p50, p99 = (waited[int((number - 1) * part)] * 1e6 for part in (0.5, 0.99))
    return Cost(number, took, used / number * 1e6, p50, p99, size / number, errors, 1)


def warm(server: Running, paths: list[str]) -> float:
    """Ask for nothing: what is done at the first request, and the system's cache of the file.

    The CPU of an answer, roughly, in microseconds.
    """
    late = time.monotonic() + LONGEST_WARMING
    before, answers = server.cpu(), 0
    for path in islice(cycle(paths), WARMING):
        ask(server.port, path)
        answers += 1
        if time.monotonic() > late:
            break
    return (server.cpu() - before) / answers * 1e6


def read_whole(server: Running, path: str) -> Cost:
    """One client reads a stream to its end; the cost is per thousand rows (lines).

    CPU is counted in ticks of 10 ms, so that a short stream is read until it has used several.
    """
    before, begun = server.cpu(), time.perf_counter()
    rows = size = errors = 0
    seconds = used = 0.0
    while used < LEAST_CPU and seconds < LONGEST_READING:
        lines, octets, status = _read_once(server.port, path)
        rows, size, errors = rows + lines, size + octets, errors + (status != 200)
        seconds, used = time.perf_counter() - begun, server.cpu() - before
    thousands = max(rows / 1000, 0.001)
    return Cost(
        max(round(thousands), 1),
        seconds,
        used / thousands * 1e6,
        seconds / thousands * 1e6,
        seconds / thousands * 1e6,
        size / thousands,
        errors,
        1,
    )


def _read_once(port: int, path: str) -> tuple[int, int, int]:
    """Read one answer: its lines, its octets, its status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("GET", path)
    response = connection.getresponse()
    rows = size = 0
    while chunk := response.read(1 << 20):
        rows += chunk.count(b"\n")
        size += len(chunk)
    connection.close()
    return rows, size, response.status
