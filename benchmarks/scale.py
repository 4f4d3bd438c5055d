"""What each kind of request costs, against the number of figures.

    python -m benchmarks.scale [--rows N,N] [--rounds N] [--seconds S] [--only NAME,...] [--write]

Prints a table, keeps the raw numbers in build/benchmarks/scale.json and draws them into
build/benchmarks/scale.svg; `--write` puts the table into docs/performance.md and the drawing into
docs/scale.svg. Ten million figures take hours to load, and 130 GB of disk: name them where there is
both.
"""

import json
import math
import os
import subprocess
import sys
from argparse import Namespace
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import command
from benchmarks.arguments import at_least, one_of, parser_of, several, whole_if_written
from benchmarks.asking import Cost, read_whole
from benchmarks.databases import quipu_database, read_through
from benchmarks.environments import Missing, python_of
from benchmarks.folders import BUILD, HERE
from benchmarks.machine import in_words
from benchmarks.measure import Asked, Times, measure
from benchmarks.pages import PERFORMANCE, SCALE, keep
from benchmarks.process import CLIENT_CORE, Running, free_port, running
from benchmarks.questions import BY_NAME, QUESTIONS, Question, Sample, paths
from benchmarks.rounds import ratio, shown, spread
from benchmarks.subjects import Place, subjects

ROWS = (1_000, 100_000, 1_000_000)
# What the list may grow by from the smallest to the largest database.
CPU_GROWS, P99_GROWS = 1.5, 2.0
# The one that is to stay flat.
FLAT = "list"
NOTES = {"¹": "¹ One client: sixteen would wait too long.", "²": "² Some answers were errors."}
UNSURE = 0.3


def measure_all(
    rows: Sequence[int], rounds: int, times: Times, only: Sequence[str]
) -> list[dict[str, Any]]:
    """Each kind of question, on each database, in each round."""
    databases = {number: quipu_database(number) for number in rows}
    read_through(*databases.values())
    asked = [question for question in QUESTIONS if not only or question.name in only]
    found = []
    with TemporaryDirectory(prefix="quipu-bench-") as folder:
        for number in range(rounds):
            for size, question, cost in _round(databases, asked, Path(folder), times):
                print(f"  {number + 1} {size:,} {question}: {cost.cpu:.0f} µs", file=sys.stderr)
                one = {"rows": size, "question": question, "round": number}
                found.append({**one, "cost": cost._asdict()})
    return found


def _round(
    databases: Mapping[int, Path], asked: Sequence[Question], folder: Path, times: Times
) -> Iterator[tuple[int, str, Cost]]:
    """Each question on one database after the other: what is compared is near in time."""
    samples = {size: Sample(database) for size, database in databases.items()}
    # What has few forms would be answered from what is kept.
    for settings, some in (
        ({}, [question for question in asked if not question.few]),
        ({"QUIPU_CACHE_BYTES": "0"}, [question for question in asked if question.few]),
    ):
        if not some:
            continue
        with ExitStack() as stack:
            servers = {
                size: stack.enter_context(_serving(databases[size], sample, folder, settings))
                for size, sample in samples.items()
            }
            for question in some:
                for size, server in servers.items():
                    cost = _cost(server, question, samples[size], times, folder)
                    yield size, question.name, cost
    for sample in samples.values():
        sample.close()


def _serving(
    database: Path, sample: Sample, folder: Path, settings: Mapping[str, str]
) -> AbstractContextManager[Running]:
    (ready,) = paths(BY_NAME["item"], BY_NAME["item"].path, sample, "ready", 1)
    start = subjects()[0].start(Place(free_port(), database, database, folder))
    log = BUILD / "logs" / f"scale-{database.stem.split('-')[1]}.txt"
    port = int(start.command[-1])
    return running(start.command, port, ready, log, start.environment | settings)


def _cost(server: Running, question: Question, sample: Sample, times: Times, folder: Path) -> Cost:
    if question.whole:
        server.settle()
        return read_whole(server, question.path)
    made = partial(paths, question, question.path, sample)
    return measure(Asked(server, made, folder, question.unchanged), times)


Table = Mapping[str, Mapping[int, Sequence[Mapping[str, Any]]]]


def by_question(result: Mapping[str, Any]) -> Table:
    """{question: {rows: costs, one a round}}, in the order of the questions."""
    found: dict[str, dict[int, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for one in sorted(result["measured"], key=lambda one: (one["round"], one["rows"])):
        found[one["question"]][one["rows"]].append(one["cost"])
    return {name: found[name] for name in BY_NAME if name in found}


def scale_page(result: Mapping[str, Any]) -> str:
    """What is printed: how it was measured, the table, what was to be reached."""
    rows = sorted(result["rows"])
    heads = " | ".join(f"{number:,}" for number in rows)
    lines = [
        f"`{result['command']}`; CPU µs each (of exports: of a thousand rows), medians of "
        f"{result['rounds']} rounds of {result['seconds']} s, after {result['warming']} of asking, "
        "one core for the server.",
        in_words(result["machine"]) + ".",
        "",
        f"| question | {heads} | grows by | p99 ms, {rows[0]:,} | p99 ms, {rows[-1]:,} |",
        f"| --- |{' --: |' * (len(rows) + 3)}",
    ]
    table = by_question(result)
    for name, costs in table.items():
        cells = [_cpu(costs[number]) for number in rows]
        cells.append(shown(_grown(costs, rows, "cpu")))
        cells += [_milliseconds(costs[number]) for number in (rows[0], rows[-1])]
        lines.append(f"| {BY_NAME[name].title} | {' | '.join(cells)} |")
    told = "\n".join(lines)
    notes = [note for mark, note in NOTES.items() if mark in told]
    if notes:
        lines += ["", " ".join(notes)]
    if FLAT in table and len(rows) > 1:
        lines += ["", *_targets(table[FLAT], rows)]
    return "\n".join(lines) + "\n"


def _cpu(costs: Sequence[Mapping[str, Any]]) -> str:
    values = [cost["cpu"] for cost in costs]
    marks = "²" * any(cost["errors"] for cost in costs)
    return f"{'≈ ' * (spread(values) > UNSURE)}{shown(median(values))}{marks}"


def _milliseconds(costs: Sequence[Mapping[str, Any]]) -> str:
    alone = "¹" * any(cost["clients"] == 1 for cost in costs)
    return shown(median(cost["p99"] for cost in costs) / 1000) + alone


def _grown(
    costs: Mapping[int, Sequence[Mapping[str, Any]]], rows: Sequence[int], what: str
) -> float:
    first, last = ([cost[what] for cost in costs[number]] for number in (rows[0], rows[-1]))
    return ratio(last, first).value if all(first) else math.inf


def _targets(
    costs: Mapping[int, Sequence[Mapping[str, Any]]], rows: Sequence[int]
) -> Iterator[str]:
    yield f"| to be reached, {rows[-1]:,} against {rows[0]:,} | at most | measured | |"
    yield "| --- | --: | --: | --- |"
    for title, what, wanted in (("CPU", "cpu", CPU_GROWS), ("p99", "p99", P99_GROWS)):
        grown = _grown(costs, rows, what)
        said = "yes" if grown <= wanted else "**no**"
        yield f"| {title} of '{BY_NAME[FLAT].title}' | {wanted} | {shown(grown)} | {said} |"


def draw(result: Mapping[str, Any], file: Path) -> None:
    """Draw the curves. Raises Missing where the library for it cannot be had."""
    curves = [
        {
            "title": BY_NAME[name].title,
            "whole": BY_NAME[name].whole,
            "rows": sorted(costs),
            "cpu": [median(cost["cpu"] for cost in costs[number]) for number in sorted(costs)],
        }
        for name, costs in by_question(result).items()
    ]
    subprocess.run(
        [str(python_of("tools")), str(HERE / "tools" / "chart.py"), str(file)],
        input=json.dumps(curves),
        text=True,
        check=True,
    )


def main() -> None:
    parser = parser_of("scale", __doc__)
    parser.add_argument("--rows", type=several(at_least(1)), default=ROWS, help="comma between")
    parser.add_argument("--rounds", type=at_least(1), default=3)
    parser.add_argument("--seconds", type=at_least(1), default=3)
    parser.add_argument("--warming", type=at_least(0), default=2, help="seconds of asking before")
    names = several(one_of(question.name for question in QUESTIONS))
    parser.add_argument("--only", type=names, default=[], help="these questions, comma between")
    parser.add_argument("--write", action="store_true", help="into docs/")
    options = parser.parse_args()
    whole_if_written(parser, options)
    result = command.run("scale", options, lambda: _measured(options))
    keep("scale", result)
    command.tell("scale", scale_page(result), *[PERFORMANCE] * options.write)
    try:
        draw(result, BUILD / "scale.svg")
        if options.write:
            draw(result, SCALE)
    except Missing as error:
        print(f"not drawn: {error}", file=sys.stderr)


def _measured(options: Namespace) -> dict[str, Any]:
    os.sched_setaffinity(0, {CLIENT_CORE})
    times = Times(options.warming, options.seconds)
    return {"measured": measure_all(options.rows, options.rounds, times, options.only)}


if __name__ == "__main__":
    main()
