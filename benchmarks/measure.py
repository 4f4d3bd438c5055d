"""Asking a running server one kind of question for a while, and what it cost."""

import http.client
import json
import subprocess
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.answer import ask
from benchmarks.environments import debian
from benchmarks.folders import HERE
from benchmarks.process import Running, on_client_core

CLIENTS = 16
# With fewer answers than this, what was begun and not finished would weigh too much: the question
# is asked again, for longer. One that takes so much CPU (µs) is asked by one client, who waits for
# each answer, and for so many of them at least.
FEWEST, SLOW = 10 * CLIENTS, 10_000
SLOW_SECONDS, FEWEST_ALONE = 4, 3
# A stream is read until so many seconds of CPU have gone into it, or so many have gone by.
LEAST_CPU, LONGEST_READING = 0.2, 5.0
# Questions asked for nothing before, and seconds that they may take.
WARMING, LONGEST_WARMING = 200, 1.0
# Paths made for each second of asking: more than most servers answer. The fastest get more.
PATHS_A_SECOND, MORE = 15_000, 4


class Times(NamedTuple):
    """For how many seconds a question is asked for nothing, and then measured."""

    warming: int
    measured: int


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


class Asked(NamedTuple):
    """A kind of question that a server is asked: `paths` makes so many of it from a seed. Who asks
    what is `unchanged` has the answer already; `folder` is for what is made meanwhile."""

    server: Running
    paths: Callable[[str, int], list[str]]
    folder: Path
    unchanged: bool


def measure(asked: Asked, times: Times) -> Cost:
    """What a kind of question costs.

    Sixteen clients ask as many different ones as can be answered in that time. They have asked
    others of the kind for a while before: what a server does only once for each part of its data,
    such as to have it mapped or read from the file, it does for minutes of its life and not for
    days. Where hardly any can be answered, they ask for longer; where that is because an answer
    takes so much, one client asks. In every round it is the same questions that are asked, and a
    server that was started anew.
    """
    asked.server.settle()
    warming, seconds = times
    if warm(asked.server, asked.paths("warming", WARMING)) >= SLOW:
        paths = asked.paths("measured", WARMING)
        return one_by_one(asked.server, paths, max(seconds, SLOW_SECONDS))
    if warming:
        _ask_others(asked, "warming", warming)
    return measure_again(asked, "measured", seconds)


def measure_again(asked: Asked, seed: str, seconds: int) -> Cost:
    """The same of a server that has been asked the kind of question already, and is not slow;
    `seed` is one by which it was not asked."""
    cost = _ask_others(asked, seed, seconds)
    if cost.answers >= FEWEST or seconds >= SLOW_SECONDS:
        return cost
    return _ask_others(asked, f"{seed}, longer", SLOW_SECONDS)


def _ask_others(asked: Asked, seed: str, seconds: int) -> Cost:
    """Ask what was not asked before, so that there is enough of it."""
    a_second = PATHS_A_SECOND
    while True:
        paths = asked.paths(f"{seed} {a_second}", seconds * a_second)
        asked.server.settle()
        try:
            return ask_many(asked.server, paths, seconds, asked.folder, unchanged=asked.unchanged)
        except NotEnoughPaths:
            a_second *= MORE


def together(costs: Sequence[Cost]) -> Cost:
    """What was measured in several turns as one: each answer counts as much as any other. What the
    slowest hundredth waited is that of the turn in the middle."""
    answers = sum(cost.answers for cost in costs)

    def mean(of: Callable[[Cost], float]) -> float:
        return sum(of(cost) * cost.answers for cost in costs) / max(answers, 1)

    return Cost(
        answers,
        sum(cost.seconds for cost in costs),
        mean(lambda cost: cost.cpu),
        median(cost.p50 for cost in costs),
        median(cost.p99 for cost in costs),
        mean(lambda cost: cost.size),
        sum(cost.errors for cost in costs),
        costs[0].clients,
    )


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
    command = [debian("wrk", "wrk"), "-t1", f"-c{clients}", f"-d{max(round(seconds), 1)}s"]
    script = ["-s", str(HERE / "wrk.lua"), "--timeout", "30s", f"http://127.0.0.1:{server.port}"]
    before = server.cpu()
    done = subprocess.run(
        on_client_core([*command, *script, "--", str(file), *tag]),
        capture_output=True,
        text=True,
        check=True,
    )
    used = server.cpu() - before
    told = json.loads(done.stdout.strip().splitlines()[-1])
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
