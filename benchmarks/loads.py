"""What it costs to load many figures, and where the time goes.

    python -m benchmarks.loads [ROWS]      100,000 figures unless it says otherwise

They are loaded into a database without figures, then once more unchanged, then with every tenth
changed: each in a process of its own, by the way that `quipu load` takes; and each once more on a
copy, where the parts are measured, which takes time itself. Prints two tables.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import api.intake.lines
import api.store.load
import api.store.replace
import api.store.rows
from api.cli.database import now, seed
from api.intake.read import open_dataset
from api.store.engine import Database, open_writer
from api.store.load import load_dataset, prepare
from benchmarks.arguments import at_least, parser_of
from benchmarks.folders import BUILD
from benchmarks.frame import Frame
from benchmarks.generate import SEED, part_records, write_records
from schemas import FIGURE

FRAME, FIGURES, CHANGED = "frame.ndjson", "figures.ndjson", "changed.ndjson"
LOADS = (("first load", FIGURES), ("unchanged", FIGURES), ("every tenth changed", CHANGED))
# (what the part does, where its function is looked up, the function)
PARTS = (
    ("reading JSON", api.intake.lines, "read_json"),
    ("holding against codes and sources", api.store.replace.Passing, "see"),
    ("passing over what stands", api.store.replace.Replacing, "pass_over"),
    ("looking up what is stored", api.store.replace.Replacing, "_stored"),
    ("rendering", api.store.replace, "dump"),
    ("columns", api.store.rows, "row_of"),
    ("words", api.store.rows, "searchable"),
    ("inserting rows", api.store.rows, "_insert"),
    ("closing rows", api.store.replace.Replacing, "_close"),
    ("indexes made anew", api.store.replace, "create_indexes"),
    ("references", api.store.replace.Passing, "conclude"),
    ("conflicts", api.store.load, "mark_conflicts"),
    ("changes, claims, counts, totals", api.store.load, "renew_summaries"),
    ("hash of the release", api.store.load, "release_hash"),
)
# Of a resource, which makes both from its schema.
OF_SCHEMA = (("checking by the schema", "load"), ("dumping by the schema", "dump"))
REST = "everything else: the commit, and the measuring"


def make_files(folder: Path, number: int) -> None:
    """The data, unless they are there."""
    if (folder / CHANGED).exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    frame = Frame(number, SEED, 1)
    write_records(folder / FRAME, frame.records())
    write_records(folder / FIGURES, part_records(frame, 1, 0, number))
    changed = write_records(folder / "changed.part", _every_tenth_changed(frame, number))
    changed.rename(folder / CHANGED)


def _every_tenth_changed(frame: Frame, number: int) -> Iterator[tuple[str, Any]]:
    for place, (kind, record) in enumerate(part_records(frame, 1, 0, number)):
        if kind == "figures" and place % 10 == 0:
            label = {language: f"{text} (2)" for language, text in record["label"].items()}
            yield kind, {**record, "label": label}
        else:
            yield kind, record


def make_database(path: Path, frame: Path) -> None:
    """A database with all but the figures."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    db = open_writer(str(path), 1000)
    prepare(db)
    seed(db)
    assert not load_dataset(db, open_dataset(frame), now).findings
    db.conn.close()


def measure(database: Path, file: Path, *, in_parts: bool) -> dict[str, Any]:
    """Load a file in this process: seconds of CPU, and of each part, and the peak of memory."""
    spent: Counter[str] = Counter()
    if in_parts:
        _time_parts(spent)
    db = open_writer(str(database), 1000)
    began, cpu = time.monotonic(), time.process_time()
    outcome = load_dataset(db, open_dataset(file), now)
    cpu, seconds = time.process_time() - cpu, time.monotonic() - began
    _close(db)
    assert not outcome.findings
    counts = outcome.counts["figures"]
    return {
        "rows": sum(counts.values()),
        "counts": counts,
        "cpu": cpu,
        "seconds": seconds,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "parts": {**spent, REST: cpu - spent.total()},
    }


def _time_parts(spent: Counter[str]) -> None:
    for label, place, name in PARTS:
        setattr(place, name, _timed(getattr(place, name), label, spent))
    for label, name in OF_SCHEMA:
        # Made when it is first asked for, and kept there.
        vars(FIGURE)[name] = _timed(getattr(FIGURE, name), label, spent)


def _timed(function: Callable[..., Any], label: str, spent: Counter[str]) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        began = time.process_time()
        try:
            return function(*arguments, **named)
        finally:
            spent[label] += time.process_time() - began  # type: ignore[assignment]

    return timed


def _close(db: Database) -> None:
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.conn.close()


def tables(found: dict[str, dict[str, Any]], in_parts: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The lines of both tables."""
    yield "| load | rows a CPU second | CPU µs a row | seconds | peak MB |"
    yield "| --- | --: | --: | --: | --: |"
    for name, one in found.items():
        rate, each = one["rows"] / one["cpu"], one["cpu"] / one["rows"] * 1e6
        yield f"| {name} | {rate:,.0f} | {each:.0f} | {one['seconds']:.0f} | {one['peak']:.0f} |"
    yield ""
    yield f"| CPU µs a row | {' | '.join(in_parts)} |"
    yield f"| --- |{' --: |' * len(in_parts)}"
    for label in (*(part[0] for part in (PARTS[0], *OF_SCHEMA, *PARTS[1:])), REST):
        each = [one["parts"].get(label, 0) / one["rows"] * 1e6 for one in in_parts.values()]
        yield f"| {label} | {' | '.join(f'{value:.1f}' for value in each)} |"


def main() -> None:
    parser = parser_of("loads", __doc__)
    parser.add_argument("rows", type=at_least(1), nargs="?", default=100_000)
    parser.add_argument("--one", nargs=2, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--in-parts", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(*asked.one, in_parts=asked.in_parts)))
        return
    folder = BUILD / f"loads-{asked.rows}"
    make_files(folder, asked.rows)
    database, copy = folder / "quipu.db", folder / "copy.db"
    make_database(database, folder / FRAME)
    found, in_parts = {}, {}
    for name, file in LOADS:
        shutil.copy(database, copy)
        in_parts[name] = _in_a_process(copy, folder / file, "--in-parts")
        found[name] = _in_a_process(database, folder / file)
    copy.unlink()
    print("\n".join(tables(found, in_parts)))


def _in_a_process(database: Path, file: Path, *more: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.loads", *more, "--one", str(database), str(file)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


if __name__ == "__main__":
    main()
