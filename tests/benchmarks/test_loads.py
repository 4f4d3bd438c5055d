"""What is said of a load is said of all of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.loads import CHANGED, FIGURES, FRAME, PARTS, make_database, make_files, tables

NUMBER = 300


def test_each_load_does_what_it_is_called_and_its_parts_add_up(tmp_path: Path) -> None:
    make_files(tmp_path, NUMBER)
    database = tmp_path / "quipu.db"
    make_database(database, tmp_path / FRAME)
    found = {}
    for file, counts in ((FIGURES, (300, 0, 0)), (FIGURES, (0, 0, 300)), (CHANGED, (0, 30, 270))):
        result = subprocess.run(
            [sys.executable, "-m", "benchmarks.loads", "--one", database, tmp_path / file],
            check=True,
            stdout=subprocess.PIPE,
        )
        one = json.loads(result.stdout)
        assert tuple(one["counts"][kind] for kind in ("created", "changed", "unchanged")) == counts
        assert sum(one["parts"].values()) == pytest.approx(one["cpu"])
        assert min(one["parts"].values()) >= 0
        found[str(counts)] = one
    lines = list(tables(found))
    assert all(any(line.startswith(f"| {label} |") for line in lines) for label, _, _ in PARTS)
