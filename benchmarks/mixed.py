"""Everything at once: items and lists, exports, the slowest sums, walks that are checked, a load.

    python -m benchmarks.mixed [--rows N] [--workers N] [--write]

Sixteen clients ask for items and lists, one for exports, one for the slowest aggregates, one walks
by cursors and checks what it reads, while a load changes 100,000 rows. Nothing is bound to a core.
Prints a table and keeps the numbers in build/benchmarks/mixed.json; `--write` puts the table into
docs/performance.md.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

from benchmarks import command
from benchmarks.arguments import at_least, parser_of
from benchmarks.asking import CLIENTS, told_by_wrk, wrk
from benchmarks.clients import Client, Exports, Slow, Walks
from benchmarks.databases import (
    PART,
    VERSIONS,
    copy_of,
    newest_version,
    quipu_database,
    read_through,
)
from benchmarks.folders import BUILD, ROOT
from benchmarks.frame import Frame
from benchmarks.generate import SEED, part_records, write_records
from benchmarks.machine import in_words
from benchmarks.pages import PERFORMANCE, keep
from benchmarks.process import Running, free_port, running
from benchmarks.questions import BY_NAME, Sample, paths
from benchmarks.rounds import shown
from benchmarks.subjects import Place, subjects

# Seconds with the sixteen clients alone, and with the others beside them before the load begins.
ALONE, BEFORE = 5, 3
# Far more than it takes: wrk is told to end.
LONGEST = 3600
LONGEST_P99_MS = 20.0
PATHS = 100_000


def measure(rows: int, workers: int) -> dict[str, Any]:
    """The sixteen clients alone, then everything at once until the load is done."""
    source = quipu_database(rows)  # it makes the folder, too
    with TemporaryDirectory(prefix="quipu-bench-", dir=BUILD) as name:
        folder = Path(name)
        database = copy_of(source, folder / "quipu.db")
        read_through(database)
        changed = write_records(folder / "changed.ndjson", _changed(rows))
        sample = Sample(source)
        asked = _asked(sample, folder)
        start = subjects()[0].start(Place(free_port(), database, database, folder))
        command = [*start.command, "--workers", str(workers)]
        port = int(start.command[-1])
        (ready,) = paths(BY_NAME["item"], BY_NAME["item"].path, sample, "ready", 1)
        log = BUILD / "logs" / "mixed.txt"
        with running(command, port, ready, log, start.environment, pinned=False) as server:
            with _wrk(server, asked) as told:
                time.sleep(ALONE)
            alone = told.pop()
            clients = _clients(server, database, sample)
            with _wrk(server, asked) as told, _working(clients):
                time.sleep(BEFORE)
                load = _load(database, changed)
                time.sleep(BEFORE)
            own, resident = server.memory()
        clients[-1].check(database)
        sample.close()
        return {
            "alone": alone,
            "mixed": told.pop(),
            "load": load,
            "version": newest_version(database),
            "clients": [client.told() for client in clients],
            "memory": {"own": own, "resident": resident},
        }


def _changed(rows: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The first data set of figures in one more state, in which every one of them has changed."""
    frame = Frame(rows, SEED, VERSIONS + 1)
    return part_records(frame, 1, 0, min(PART, rows), sweeping=True)


def _asked(sample: Sample, folder: Path) -> Path:
    """Items and lists, in turn, hardly one of them twice."""
    each = [paths(BY_NAME[n], BY_NAME[n].path, sample, "mixed", PATHS) for n in ("item", "list")]
    file = folder / "paths.txt"
    mixed = [path for both in zip(*each, strict=True) for path in both]
    file.write_text("\n".join(mixed) + "\n", encoding="utf-8")
    return file


def _clients(server: Running, database: Path, sample: Sample) -> tuple[Exports, Slow, Walks]:
    slowest = BY_NAME.get("aggregates", BY_NAME["covers"])
    return (
        Exports(server.port, database, BY_NAME["ndjson"].path),
        Slow(server.port, paths(slowest, slowest.path, sample, "mixed", 10_000)),
        Walks(server.port),
    )


@contextmanager
def _wrk(server: Running, asked: Path) -> Iterator[list[dict[str, Any]]]:
    """Sixteen clients for the length of the block; then what they have met is in the list."""
    told: list[dict[str, Any]] = []
    command = wrk(server.port, asked, CLIENTS, LONGEST)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield told
    finally:
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate()
    told.append(told_by_wrk(said))


@contextmanager
def _working(clients: Iterable[Client]) -> Iterator[None]:
    """The clients ask, each in a thread of its own, for the length of the block."""
    over = Event()
    threads = [Thread(target=client.work, args=(over,)) for client in clients]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _load(database: Path, file: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "api.cli", "--database", str(database), "load", "--json"]
    begun = time.perf_counter()
    done = subprocess.run(
        [*command, str(file)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    counts = json.loads(done.stdout)["counts"]["figures"]
    return {"seconds": time.perf_counter() - begun, "counts": counts}


def mixed_page(result: Mapping[str, Any]) -> str:
    """What is printed: how it was measured, who met what, what was to be reached."""
    load, counts = result["load"], result["load"]["counts"]
    moved = counts["created"] + counts["changed"] + counts["closed"]
    lines = [
        f"{result['rows']:,} figures; `{result['command']}`; {result['workers']} worker.",
        in_words(result["machine"]) + ".",
        "",
        "| who | answers | a second | p50 ms | p99 ms | slowest ms | errors |",
        "| --- | --: | --: | --: | --: | --: | --: |",
        _row("16 clients, items and lists, alone", result["alone"]),
        _row("16 clients, items and lists, beside all that follows", result["mixed"]),
        *(_row(client["title"], client) for client in result["clients"]),
        "",
        f"The load moved {moved:,} rows ({counts['changed']:,} of them changed) in "
        f"{shown(load['seconds'])} s; of its own the server held "
        f"{shown(result['memory']['own'])} MB.",
        "",
        "| to be reached | at most | measured | |",
        "| --- | --: | --: | --- |",
        *_targets(result),
    ]
    for client in result["clients"]:
        lines += [f"\nErrors: {number} times {what}" for what, number in client["errors"].items()]
        lines += [f"\nWrong: {client['title']}: {wrong}" for wrong in client["wrong"][:5]]
    return "\n".join(lines) + "\n"


def _row(title: str, told: Mapping[str, Any]) -> str:
    errors = sum(told["errors"].values())
    rate = told["requests"] / (told["microseconds"] / 1e6)
    times = " | ".join(shown(told[name] / 1000) for name in ("p50", "p99", "slowest"))
    return f"| {title} | {told['requests']:,} | {shown(rate)} | {times} | {errors} |"


def _targets(result: Mapping[str, Any]) -> Iterator[str]:
    everyone = (result["alone"], result["mixed"], *result["clients"])
    p99 = result["mixed"]["p99"] / 1000
    errors = sum(sum(told["errors"].values()) for told in everyone)
    torn = sum(len(client["wrong"]) for client in result["clients"])
    for title, most, found in (
        ("p99 of items and lists, ms", LONGEST_P99_MS, p99),
        ("errors", 0, errors),
        ("torn or wrong answers", 0, torn),
    ):
        yield f"| {title} | {most:g} | {shown(found)} | {'yes' if found <= most else '**no**'} |"


def main() -> None:
    parser = parser_of("mixed", __doc__)
    parser.add_argument("--rows", type=at_least(1), default=1_000_000)
    parser.add_argument("--workers", type=at_least(1), default=1)
    parser.add_argument("--write", action="store_true", help="into docs/")
    options = parser.parse_args()
    result = command.run("mixed", options, lambda: measure(options.rows, options.workers))
    keep("mixed", result)
    command.tell("mixed", mixed_page(result), *[PERFORMANCE] * options.write)
    if any(client["wrong"] for client in result["clients"]):
        sys.exit(1)


if __name__ == "__main__":
    main()
