"""Quipu, its peers and the limits, side by side in one run.

    python -m benchmarks.peers [--rows N] [--rounds N] [--turns N] [--seconds S] [--only NAME,...]
                               [--write]

Prints one table and keeps the raw numbers in build/benchmarks/peers-N.json; `--write` puts the
table into README.md and docs/performance.md.
"""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from benchmarks import command
from benchmarks.agreement import Wrong, check
from benchmarks.arguments import at_least, one_of, parser_of, several, whole_if_written
from benchmarks.asking import Cost
from benchmarks.databases import plain_database, quipu_database, read_through
from benchmarks.environments import Missing, compile_own
from benchmarks.folders import BUILD
from benchmarks.measure import Asked, Times, measure, measure_again, together
from benchmarks.pages import PERFORMANCE, README, keep
from benchmarks.process import CLIENT_CORE, DidNotStart, Running, free_port, running
from benchmarks.questions import BY_NAME, Sample, paths
from benchmarks.subjects import Place, Subject, subjects
from benchmarks.table import peers_page

# In the order of the table.
ASKED = ("again", "unchanged", "item", "list", "counted", "exact")


class Measured(NamedTuple):
    """One kind of question put to one server, in one round."""

    subject: str
    question: str
    round: int
    cost: Cost
    start: float
    own: float
    resident: float


def compare(
    rows: int, rounds: int, turns: int, times: Times, only: Sequence[str]
) -> tuple[list[Measured], dict[str, str]]:
    """Everything measured, and {subject: why it was left out}."""
    database, plain = quipu_database(rows), plain_database(rows)
    read_through(database, plain)
    measured: list[Measured] = []
    missing: dict[str, str] = {}
    with TemporaryDirectory(prefix="quipu-bench-") as name:
        sample = Sample(database)
        place = Place(0, database, plain, Path(name))
        for number in range(rounds):
            chosen = [
                subject
                for subject in subjects()
                if subject.name not in missing and (not only or subject.name in {*only, "quipu"})
            ]
            measured += _round(chosen, place, sample, number, turns, times, missing)
        sample.close()
    return measured, missing


class Started(NamedTuple):
    """A server that is running, and what it can be asked: {question: template of its paths}."""

    subject: Subject
    server: Running
    asked: dict[str, str]
    log: Path


def _round(
    chosen: Sequence[Subject],
    place: Place,
    sample: Sample,
    number: int,
    turns: int,
    times: Times,
    missing: dict[str, str],
) -> Iterator[Measured]:
    """All servers, started anew. Each question is put to one after the other, in several turns, so
    that what is compared is near in time; whoever is not asked does nothing."""
    with ExitStack() as all_:
        started = []
        for subject in chosen:
            try:
                one = all_.enter_context(_started(subject, place, sample))
            except (Missing, DidNotStart) as error:
                missing[subject.name] = str(error).strip()
                print(f"left out: {subject.name}: {error}", file=sys.stderr)
                continue
            if number == 0:
                # Of Quipu's answers some are kept, which others read when they start.
                check(subject, one.server, sample, place, one.asked)
            started.append(one)
        found = []
        for name in ASKED:
            asked = [one for one in started if name in one.asked]
            costs = _costs(asked, name, place, sample, turns, times)
            for one, cost in zip(asked, costs, strict=True):
                print(
                    f"  {number + 1} {one.subject.name} {name}: {cost.cpu:.0f} µs", file=sys.stderr
                )
                found.append((one, name, cost))
        memory = {one.subject.name: one.server.memory() for one in started}
    for one, name, cost in found:
        subject = one.subject.name
        yield Measured(subject, name, number, cost, one.server.start, *memory[subject])


@contextmanager
def _started(subject: Subject, place: Place, sample: Sample) -> Iterator[Started]:
    place = place._replace(port=free_port())
    start = subject.start(place)
    asked = {name: subject.paths.get(name, BY_NAME[name].path) for name in _names(subject)}
    first = next(iter(asked))
    (ready,) = paths(BY_NAME[first], asked[first], sample, "ready", 1)
    log = BUILD / "logs" / f"{subject.name}.txt"
    with running(start.command, place.port, ready, log, start.environment) as server:
        yield Started(subject, server, asked, log)


def _costs(
    asked: Sequence[Started], name: str, place: Place, sample: Sample, turns: int, times: Times
) -> list[Cost]:
    """What a question costs that is put to several servers, of each in their order: one turn after
    the other, and every other one from the last to the first. Who is slow has a long one. Raises
    Wrong."""
    question = BY_NAME[name]
    costs: list[list[Cost]] = [[] for _ in asked]
    for turn in range(turns):
        there = list(zip(asked, costs, strict=True))
        for one, so_far in there if turn % 2 == 0 else reversed(there):
            made = partial(paths, question, one.asked[name], sample)
            put = Asked(one.server, made, place.kept, question.unchanged)
            if not so_far:
                cost = measure(put, times)
            elif so_far[0].clients == 1:
                continue
            else:
                cost = measure_again(put, f"measured {turn}", times.measured)
            if cost.errors:
                told = f"answered {name} with {cost.errors} errors: see {one.log}"
                raise Wrong(f"{one.subject.name} {told}")
            so_far.append(cost)
    return [together(each) for each in costs]


def _names(subject: Subject) -> list[str]:
    return [name for name in ASKED if subject.kind == "quipu" or name in subject.paths]


def main() -> None:
    parser = parser_of("peers", __doc__)
    parser.add_argument("--rows", type=at_least(1), default=1_000_000)
    parser.add_argument("--rounds", type=at_least(1), default=5)
    parser.add_argument("--turns", type=at_least(1), default=5, help="of each server in a round")
    parser.add_argument("--seconds", type=at_least(1), default=1, help="of each turn")
    parser.add_argument("--warming", type=at_least(0), default=2, help="seconds of asking before")
    names = several(one_of(subject.name for subject in subjects()))
    servers = "these servers (and Quipu), comma between"
    parser.add_argument("--only", type=names, default=[], help=servers)
    parser.add_argument("--write", action="store_true", help="into README.md and docs/")
    options = parser.parse_args()
    whole_if_written(parser, options)
    result = command.run("peers", options, lambda: _measured(options))
    keep(f"peers-{options.rows}", result)
    command.tell("peers", peers_page(result), *[README, PERFORMANCE] * options.write)


def _measured(options: Namespace) -> dict[str, Any]:
    os.sched_setaffinity(0, {CLIENT_CORE})
    compile_own()
    times = Times(options.warming, options.seconds)
    measured, missing = compare(options.rows, options.rounds, options.turns, times, options.only)
    return {"missing": missing, "measured": [_as_json(one) for one in measured]}


def _as_json(one: Measured) -> dict[str, Any]:
    return {**one._asdict(), "cost": one.cost._asdict()}


if __name__ == "__main__":
    main()
