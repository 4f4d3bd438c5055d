"""What it costs to send and to make files of many figures, and what others notice of it.

    python -m benchmarks.bulk [ROWS]      1,000,000 figures

Prints a table. Memory is what is a process's own, looked at every few milliseconds: pages of the
mapped database are the system's cache. Needs Linux (/proc), and about 10 KB of disk a figure.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from urllib.request import Request, urlopen

from benchmarks.arguments import at_least, parser_of
from benchmarks.databases import quipu_database
from benchmarks.folders import BUILD
from benchmarks.process import memory_of

TICKS = os.sysconf("SC_CLK_TCK")
FILES = ("figures.ndjson", "figures.csv", "figures.parquet", "quipu.sqlite", "quipu.zip")
SECONDS_BETWEEN_LOOKS = 0.005
# What comes from one of these files as soon as it is there.
STREAMS = {"figures.ndjson": "/figures?format=ndjson", "figures.csv": "/figures?format=csv"}
ITEM = "/figures/procompite-financing?fields=value&include=source"


class Server:
    """`quipu serve` of a database, with a spool of its own."""

    def __init__(self, database: Path, spool: Path) -> None:
        settings = {"QUIPU_DATABASE": str(database), "QUIPU_SPOOL": str(spool)}
        command = [sys.executable, "-m", "api.cli", "serve", "--port", "0"]
        self.process = subprocess.Popen(
            command,
            env={**os.environ, **settings, "QUIPU_SPOOL_MB": "100000"},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr is not None
        line = next(line for line in self.process.stderr if "listens on" in line)
        self.address = line.split("listens on ")[1].split()[0]
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        self.worker = int(Path(children).read_text(encoding="utf-8").split()[0])

    def cpu(self, *, of_children: bool = False) -> float:
        """Seconds of the processor: the worker's, or those of the makers that have ended."""
        fields = Path(f"/proc/{self.worker}/stat").read_text(encoding="utf-8").rpartition(")")[2]
        first = 13 if of_children else 11
        return sum(map(int, fields.split()[first : first + 2])) / TICKS

    def workers(self) -> list[int]:
        return [self.worker]

    def makers(self) -> list[int]:
        path = Path(f"/proc/{self.worker}/task")
        found: list[int] = []
        for task in path.iterdir():
            try:
                text = (task / "children").read_text(encoding="utf-8")
            except FileNotFoundError:
                continue
            found += map(int, text.split())
        return found

    def read(self, path: str) -> int:
        """The length of an answer."""
        length = 0
        with urlopen(self.address + path) as answer:  # noqa: S310 - an address of our own
            while data := answer.read(1 << 20):
                length += len(data)
        return length


class Peak:
    """The most that is their own of some processes, in MB, while the block lasts."""

    def __init__(self, processes: Callable[[], list[int]]) -> None:
        self._processes, self.most = processes, 0.0
        self._looking = Beside(self._look, SECONDS_BETWEEN_LOOKS)

    def _look(self) -> None:
        for process in self._processes():
            own, _ = memory_of(Path(f"/proc/{process}"))
            self.most = max(self.most, own)

    def __enter__(self) -> "Peak":
        self._look()
        self._looking.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._looking.__exit__()


class Beside:
    """Something done again and again in a thread, for as long as the block lasts."""

    def __init__(self, do: Callable[[], None], pause: float) -> None:
        self._do, self._pause, self._end = do, pause, threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._end.wait(self._pause):
            self._do()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()


def measure(server: Server, rows: int) -> Iterator[str]:
    server.read("/figures?per_page=100")
    with Peak(server.workers) as peak:
        idle = peak.most
    yield f"idle worker: {idle:.0f} MB"
    for _ in range(3):
        yield f"streamed: {_sent(server, STREAMS['figures.ndjson'], rows, idle)}"
    yield f"an item, nothing else going on: {_waited(_times(server, 300))}"
    for name in FILES:
        yield _made(server, name, rows)
        yield f"    sent again: {_sent(server, f'/downloads/{name}', rows, idle)}"
        if name in STREAMS:
            yield f"    as {STREAMS[name]}: {_sent(server, STREAMS[name], rows, idle)}"


def _sent(server: Server, path: str, rows: int, idle: float) -> str:
    before, start = server.cpu(), time.monotonic()
    with Peak(server.workers) as peak:
        size = server.read(path)
    seconds, spent = time.monotonic() - start, max(server.cpu() - before, 1 / TICKS)
    return (
        f"{size / 1e6:,.0f} MB in {seconds:.1f} s, {spent:.2f} s of CPU ({rows / spent:,.0f} rows "
        f"a CPU second), {peak.most:.1f} MB, +{peak.most - idle:.1f}"
    )


def _made(server: Server, name: str, rows: int) -> str:
    times: list[float] = []
    before, start = server.cpu(of_children=True), time.monotonic()
    with Peak(server.makers) as peak, Beside(lambda: times.extend(_times(server, 1)), 0.01):
        _begin(server, f"/downloads/{name}")
    spent = max(server.cpu(of_children=True) - before, 1 / TICKS)
    seconds = time.monotonic() - start
    return (
        f"{name}: made in {seconds:.1f} s, {spent:.1f} s of CPU ({rows / spent:,.0f} rows a CPU "
        f"second), {peak.most:.0f} MB; an item meanwhile: {_waited(times)}"
    )


def _begin(server: Server, path: str) -> None:
    """Ask for the first bytes of a file: that has it made."""
    request = Request(server.address + path, headers={"Range": "bytes=0-1"})  # noqa: S310
    with urlopen(request) as answer:  # noqa: S310
        answer.read()


def _times(server: Server, number: int) -> list[float]:
    found = []
    for _ in range(number):
        start = time.monotonic()
        server.read(ITEM)
        found.append((time.monotonic() - start) * 1000)
    return found


def _waited(times: list[float]) -> str:
    if len(times) < 2:
        return "too short to tell"
    cuts = quantiles(times, n=100)
    return f"p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms"


def main() -> None:
    parser = parser_of("bulk", __doc__)
    parser.add_argument("rows", type=at_least(1), nargs="?", default=1_000_000, help="figures")
    rows = parser.parse_args().rows
    database = quipu_database(rows)
    with TemporaryDirectory(prefix="quipu-bench-", dir=BUILD) as spool:
        server = Server(database, Path(spool))
        try:
            for line in measure(server, rows):
                print(line, flush=True)
        finally:
            server.process.terminate()
            server.process.communicate()


if __name__ == "__main__":
    main()
