"""Writes generated data for `quipu load`: the same bytes for the same arguments.

    python -m benchmarks.generate N FOLDER [--seed S] [--versions V] [--part-size P]

One file is one data set in one state, named so that the files load in the order of their names:
`1-000-frame.ndjson` is what the figures refer to, `1-001-figures.ndjson` are N figures, or the
first P of them. Later states are `2-...`, `3-...`: of the frame, and of the first part of the
figures. Everything is streamed, so N may be anything.
"""

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.figures import figures
from benchmarks.frame import DEPENDS_ON, ID, Frame, Record, described

SEED = 29337


def write(
    folder: Path,
    number: int,
    *,
    seed: int = SEED,
    versions: int = 1,
    part_size: int | None = None,
) -> list[Path]:
    """Write `number` figures, and what they refer to, in `versions` states; the files in order."""
    folder.mkdir(parents=True, exist_ok=True)
    size = part_size or number
    written = []
    for state in range(1, versions + 1):
        frame = Frame(number, seed, state)
        written.append(write_records(folder / f"{state}-000-frame.ndjson", frame.records()))
        parts = range(0, number if state == 1 else min(size, number), size)
        for part, first in enumerate(parts, 1):
            records = part_records(frame, part, first, min(first + size, number))
            written.append(write_records(folder / f"{state}-{part:03}-figures.ndjson", records))
    return written


def part_records(
    frame: Frame, part: int, first: int, last: int, *, sweeping: bool = False
) -> Iterator[tuple[str, Record]]:
    """(kind, record) of one data set of figures; `sweeping`: all of them change in this state."""
    needed = [*DEPENDS_ON, ID]
    yield "dataset", described(dataset_id(part), f"Generated figures {part}", needed)
    for record in figures(frame, first, last, sweeping=sweeping):
        yield "figures", record


def dataset_id(part: int) -> str:
    return f"bench-figures-{part:03}"


def write_records(file: Path, records: Iterable[tuple[str, Record]]) -> Path:
    """One `{kind: record}` a line."""
    with file.open("w", encoding="utf-8", newline="\n") as out:
        for kind, record in records:
            out.write(json.dumps({kind: record}, ensure_ascii=False, separators=(",", ":")) + "\n")
    return file


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=__doc__)
    parser.add_argument("number", type=int, metavar="N", help="figures")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where to write")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--versions", type=int, default=1, help="states of the data")
    parser.add_argument("--part-size", type=int, help="figures of one data set (all in one)")
    asked = parser.parse_args()
    for file in write(
        asked.folder,
        asked.number,
        seed=asked.seed,
        versions=asked.versions,
        part_size=asked.part_size,
    ):
        print(file)


if __name__ == "__main__":
    main()
