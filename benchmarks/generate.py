"""Writes generated data for `quipu load`: the same bytes for the same arguments.

    python -m benchmarks.generate N FOLDER [--seed S] [--versions V] [--first P]

One file is one data set in one state, named so that the files load in the order of their names:
`1-000-frame.ndjson` is what the figures refer to, `1-001-figures.ndjson` are N figures, or the
first P of them; then `1-002-figures.ndjson` are all others, or as many as one load should bring,
and further files the rest. Later states are `2-...`, `3-...` (`01-...`, `02-...` where there
are ten): of the frame, and of the first part of the figures. Everything is streamed, so N may be
anything.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import ceil
from pathlib import Path

from benchmarks.arguments import at_least, parser_of
from benchmarks.figures import BLOCK, figures
from benchmarks.frame import DEPENDS_ON, ID, Frame, described
from schemas.objects import Json

SEED = 29337
# Figures of one data set at most: until it is committed a load takes as much disk again.
LARGEST = 2_500_000


def written(
    folder: Path,
    number: int,
    *,
    seed: int = SEED,
    versions: int = 1,
    first: int | None = None,
) -> Iterator[Path]:
    """Write `number` figures, and what they refer to, in `versions` states: the files in order.

    Each is written when it is asked for, so that it can be loaded and removed before the next.
    The `first` of them are a data set of their own, which has a later state: what changes in a
    large database is a small part of it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    small = min(first or number, number)
    parts = [(0, small), *_shared_out(small, number)]
    digits = len(str(versions))
    for state in range(1, versions + 1):
        frame, begins = Frame(number, seed, state), f"{state:0{digits}}"
        yield write_records(folder / f"{begins}-000-frame.ndjson", frame.records())
        for part, (begin, end) in enumerate(parts if state == 1 else parts[:1], 1):
            records = part_records(frame, part, begin, end)
            yield write_records(folder / f"{begins}-{part:03}-figures.ndjson", records)


def _shared_out(first: int, last: int) -> Iterator[tuple[int, int]]:
    """What is left, in equal parts of whole blocks: what repeats another figure is in its block."""
    blocks = ceil((last - first) / BLOCK)
    number = ceil((last - first) / LARGEST)
    ends = (first + blocks * part // number * BLOCK for part in range(1, number))
    edges = [first, *ends, last]
    return pairwise(edges) if first < last else iter(())


def part_records(
    frame: Frame, part: int, first: int, last: int, *, sweeping: bool = False
) -> Iterator[tuple[str, Json]]:
    """(kind, record) of one data set of figures; `sweeping`: all of them change in this state."""
    needed = [*DEPENDS_ON, ID]
    yield "dataset", described(dataset_id(part), f"Generated figures {part}", needed)
    for record in figures(frame, first, last, sweeping=sweeping):
        yield "figures", record


def dataset_id(part: int) -> str:
    return f"bench-figures-{part:03}"


def write_records(file: Path, records: Iterable[tuple[str, Json]]) -> Path:
    """One `{kind: record}` a line."""
    with file.open("w", encoding="utf-8", newline="\n") as out:
        for kind, record in records:
            out.write(json.dumps({kind: record}, ensure_ascii=False, separators=(",", ":")) + "\n")
    return file


def main() -> None:
    parser = parser_of("generate", __doc__)
    parser.add_argument("number", type=at_least(1), metavar="N", help="figures")
    parser.add_argument("folder", type=_folder, metavar="FOLDER", help="where to write")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--versions", type=at_least(1), default=1, help="states of the data")
    parser.add_argument("--first", type=at_least(1), help="so many in a data set of their own")
    asked = parser.parse_args()
    try:
        for file in written(
            asked.folder,
            asked.number,
            seed=asked.seed,
            versions=asked.versions,
            first=asked.first,
        ):
            print(file)
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}")


def _folder(text: str) -> Path:
    """A folder that is empty, or will be there: files of other data would be loaded with these."""
    found = Path(text)
    if not text or (found.exists() and (not found.is_dir() or any(found.iterdir()))):
        raise argparse.ArgumentTypeError(f"{text!r} must be a folder that is empty or not there")
    return found


if __name__ == "__main__":
    main()
