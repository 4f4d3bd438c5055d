"""What a kind of question costs: for how long it is asked, by how many clients, in which turns."""

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.asking import CLIENTS, WARMING, Cost, NotEnoughPaths, ask_many, one_by_one, warm
from benchmarks.process import Running

# With fewer answers than this, what was begun and not finished would weigh too much: the question
# is asked again, for longer. One that takes so much CPU (µs) is asked by one client.
FEWEST, SLOW = 10 * CLIENTS, 10_000
SLOW_SECONDS = 4
# Paths made for each second of asking: more than most servers answer. The fastest get more.
PATHS_A_SECOND, MORE = 15_000, 4


class Times(NamedTuple):
    """For how many seconds a question is asked for nothing, and then measured."""

    warming: int
    measured: int


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
