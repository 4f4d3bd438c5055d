"""What it costs to send and to make files of many figures, and what others notice of it.

    python -m benchmarks.bulk [ROWS [FOLDER]]      1,000,000 rows; the database is kept in FOLDER

Prints a table. Needs Linux (/proc), and about 10 KB of disk a row.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import quantiles
from tempfile import mkdtemp
from urllib.request import Request, urlopen

from api.cli.database import seed
from api.store.engine import Database, open_writer, write_transaction
from api.store.load import prepare
from api.store.rows import Row, create_indexes, drop_indexes, insert_rows
from schemas import FIGURE

BATCH = 2000
TICKS = os.sysconf("SC_CLK_TCK")
FILES = ("figures.ndjson", "figures.csv", "figures.parquet", "quipu.sqlite", "quipu.zip")
ITEM = "/figures/procompite-financing?fields=value&include=source"


def make_database(path: Path, rows: int) -> None:
    """The seeded data and so many figures more, made of the seeded ones."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    db = open_writer(str(part), 1000)
    prepare(db)
    seed(db)
    db.conn.execute("PRAGMA synchronous=OFF")
    with write_transaction(db):
        drop_indexes(db.conn, FIGURE)
        _insert(db, rows)
        create_indexes(db.conn, FIGURE)
    db.conn.execute("PRAGMA journal_mode=DELETE")
    db.conn.close()
    part.rename(path)


def _insert(db: Database, rows: int) -> None:
    models = [json.loads(body) for (body,) in db.conn.execute(f"SELECT body FROM {FIGURE.name}")]
    version = db.conn.execute("SELECT MAX(version) + 1 FROM releases").fetchone()[0]
    (last,) = db.conn.execute(f"SELECT MAX(row) FROM {FIGURE.name}").fetchone()
    for start in range(0, rows, BATCH):
        some = []
        for number in range(start, min(rows, start + BATCH)):
            record = {
                **models[number % len(models)],
                "id": f"generated-{number:08d}",
                "value": number * 7919 % 10**9 / 100 if number % 3 else number,
                "version": version,
            }
            body = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
            some.append(Row(last + 1 + number, version, None, body, record))
        insert_rows(db.conn, FIGURE, some)
    db.conn.execute(
        "INSERT INTO releases SELECT MAX(version) + 1, '2030-01-01T00:00:00.000Z', "
        "'perumin-2021', '{}', MAX(hash), 'none' FROM releases"
    )


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

    def memory(self) -> int:
        """The worker's peak, in MB."""
        return _peak(self.worker)

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


def _peak(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    found = [line.split()[1] for line in text.splitlines() if line.startswith("VmHWM")]
    return int(found[0]) >> 10 if found else 0


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
    idle = server.memory()
    yield f"idle worker: {idle} MB"
    for _ in range(3):
        before = server.cpu()
        size = server.read("/figures?format=ndjson")
        spent = server.cpu() - before
        yield (
            f"stream ndjson: {rows / spent:,.0f} rows, {size / spent / 1e6:,.0f} MB a CPU second; "
            f"+{server.memory() - idle} MB"
        )
    yield f"an item, nothing else going on: {_waited(_times(server, 300))}"
    for name in FILES:
        yield _made(server, name, rows)
        before, start = server.cpu(), time.monotonic()
        size = server.read(f"/downloads/{name}")
        yield (
            f"    sent again: {size / 1e6:,.0f} MB in {time.monotonic() - start:.1f} s, "
            f"{server.cpu() - before:.2f} s of CPU; worker +{server.memory() - idle} MB"
        )


def _made(server: Server, name: str, rows: int) -> str:
    peak, times = [0], []

    def look() -> None:
        peak[0] = max([peak[0], *map(_peak, server.makers())])

    before, start = server.cpu(of_children=True), time.monotonic()
    with Beside(look, 0.01), Beside(lambda: times.extend(_times(server, 1)), 0.01):
        _begin(server, f"/downloads/{name}")
    spent, seconds = server.cpu(of_children=True) - before, time.monotonic() - start
    return (
        f"{name}: made in {seconds:.1f} s, {spent:.1f} s of CPU ({rows / spent:,.0f} rows a CPU "
        f"second), {peak[0]} MB; an item meanwhile: {_waited(times)}"
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


def main(rows: int, folder: Path) -> None:
    database = folder / f"bulk-{rows}.db"
    if not database.exists():
        print(f"making {database} ...", flush=True)
        make_database(database, rows)
    server = Server(database, Path(mkdtemp(dir=folder)))
    try:
        for line in measure(server, rows):
            print(line, flush=True)
    finally:
        server.process.terminate()
        server.process.communicate()


if __name__ == "__main__":
    given = sys.argv[1:]
    main(int(given[0]) if given else 1_000_000, Path(given[1] if given[1:] else mkdtemp()))
