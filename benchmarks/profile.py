"""Where the time of one kind of question goes: py-spy looks at the server while it answers.

    python -m benchmarks.profile QUESTION [--rows N] [--seconds S] [--write]

Prints the share of each part of the program, and of the functions that take most: `own` is the
function itself with what it calls in C, `all` what it calls too. The stacks are kept in
build/benchmarks/profile-QUESTION.txt, for any viewer of collapsed stacks; `--write` puts what was
printed into docs/performance.md.
"""

import re
import subprocess
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import command
from benchmarks.arguments import at_least, parser_of
from benchmarks.asking import ask_many
from benchmarks.databases import quipu_database
from benchmarks.environments import python_of
from benchmarks.folders import BUILD
from benchmarks.machine import in_words
from benchmarks.measure import PATHS_A_SECOND
from benchmarks.pages import PERFORMANCE
from benchmarks.process import free_port, on_client_core, processes, running
from benchmarks.questions import BY_NAME, QUESTIONS, Sample, paths
from benchmarks.subjects import Place, subjects

SHOWN = 20
WAITING = ("Condition.wait", "wait (threading")
# The parts of the program, by the beginning of a frame's file; what is none of these is 'other'.
PARTS = ("api/views", "api/wire", "api/store", "api", "schemas", "flask", "werkzeug", "granian")


def record(name: str, rows: int, seconds: int) -> Path:
    """Collapsed stacks of a server that answers a kind of question; the file."""
    question, database = BY_NAME[name], quipu_database(rows)
    file = BUILD / f"profile-{name}.txt"
    spy = str(python_of("tools").with_name("py-spy"))
    with TemporaryDirectory(prefix="quipu-bench-") as folder:
        sample = Sample(database)
        start = subjects()[0].start(Place(free_port(), database, database, Path(folder)))
        port = int(start.command[-1])
        (ready,) = paths(question, question.path, sample, "ready", 1)
        log = BUILD / "logs" / "profile.txt"
        with running(start.command, port, ready, log, start.environment) as server:
            # The worker is the child that answers: the last of the group.
            worker = max(processes(server.group), key=lambda one: int(one.name)).name
            command = [
                spy,
                "record",
                "--format",
                "raw",
                "--function",
                "--rate",
                "250",
                "--nonblocking",
            ]
            options = ["--duration", str(seconds), "--output", str(file), "--pid", worker]
            # Before py-spy begins: of a million figures they take longer than it looks.
            asked = paths(question, question.path, sample, "profile", seconds * PATHS_A_SECOND)
            # On the client's core: what it takes there, the server does not lack.
            spying = subprocess.Popen(on_client_core([*command, *options]), stderr=subprocess.PIPE)
            # One client: with more, threads would be seen waiting for each other.
            unchanged = question.unchanged
            ask_many(server, asked, seconds + 1, Path(folder), unchanged=unchanged, clients=1)
            _, said = spying.communicate()
        sample.close()
    if spying.returncode:
        sys.exit(f"py-spy: {said.decode()}")
    return file


def stacks(file: Path) -> Iterator[tuple[list[str], int]]:
    """(frames, outermost first; samples) of the threads that work."""
    for line in file.read_text(encoding="utf-8").splitlines():
        frames, _, count = line.rpartition(" ")
        found = [frame for frame in frames.split(";") if frame]
        if found and not found[-1].startswith(WAITING):
            yield found, int(count)


def part_of(frame: str) -> str:
    """The part of the program that a frame, 'function (file)', is of."""
    file = frame.rpartition(" (")[2].rstrip(")")
    file = re.sub(r"^.*site-packages/|^.*/(?=(?:api|schemas)/)", "", file)
    return next((part for part in PARTS if file.startswith(f"{part}/")), "other")


def shares(
    found: Iterable[tuple[list[str], int]],
) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Samples by part of the program, by function itself, and by function with what it calls."""
    parts: Counter[str] = Counter()
    own: Counter[str] = Counter()
    all_: Counter[str] = Counter()
    for frames, count in found:
        parts[_responsible(frames)] += count
        own[frames[-1]] += count
        for frame in set(frames):
            all_[frame] += count
    return parts, own, all_


def _responsible(frames: list[str]) -> str:
    """The innermost part that is on the stack: of a standard library's function, who called it."""
    known = (part_of(frame) for frame in reversed(frames))
    return next((part for part in known if part != "other"), "other")


def main() -> None:
    parser = parser_of("profile", __doc__)
    parser.add_argument("question", choices=[q.name for q in QUESTIONS if not q.whole])
    parser.add_argument("--rows", type=at_least(1), default=100_000)
    parser.add_argument("--seconds", type=at_least(1), default=10)
    parser.add_argument("--write", action="store_true", help="into docs/")
    options = parser.parse_args()
    result = command.run("profile", options, lambda: _measured(options))
    if not result["stacks"]:
        sys.exit("py-spy saw nothing of the server's work: look longer, with --seconds.")
    title = BY_NAME[options.question].title
    text = profile_page(result["stacks"], title, options.rows, result["machine"])
    command.tell("profile", text, *[PERFORMANCE] * options.write)


def _measured(options: Namespace) -> dict[str, Any]:
    return {"stacks": list(stacks(record(options.question, options.rows, options.seconds)))}


def profile_page(
    found: list[tuple[list[str], int]], title: str, rows: int, here: Mapping[str, Any]
) -> str:
    """What is printed: the parts of the program, and the functions that take most."""
    parts, own, all_ = shares(found)
    total = parts.total()
    lines = [
        f"'{title}' of {rows:,} figures, {total:,} samples. {in_words(here)}.",
        "",
        "| part | share |",
        "| --- | --: |",
        *(f"| {part} | {count / total:.1%} |" for part, count in parts.most_common()),
        "",
        "| own | all | function |",
        "| --: | --: | --- |",
    ]
    for frame, count in own.most_common(SHOWN):
        lines.append(f"| {count / total:.1%} | {all_[frame] / total:.1%} | `{frame}` |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
