"""What is said of a load is said of all of it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.loads import (
    CHANGED,
    FIGURES,
    FRAME,
    PARTS,
    REST,
    make_database,
    make_files,
    tables,
)

NUMBER = 300
PROGRAM = ("-m", "benchmarks.loads")


def test_each_load_does_what_it_is_called_and_its_parts_add_up(tmp_path: Path) -> None:
    make_files(tmp_path, NUMBER)
    database = tmp_path / "quipu.db"
    make_database(database, tmp_path / FRAME)
    found = {}
    for file, counts in ((FIGURES, (300, 0, 0)), (FIGURES, (0, 0, 300)), (CHANGED, (0, 30, 270))):
        result = subprocess.run(
            [sys.executable, *PROGRAM, "--in-parts", "--one", database, tmp_path / file],
            check=True,
            stdout=subprocess.PIPE,
        )
        one = json.loads(result.stdout)
        assert tuple(one["counts"][kind] for kind in ("created", "changed", "unchanged")) == counts
        assert sum(one["parts"].values()) == pytest.approx(one["cpu"])
        assert min(one["parts"].values()) >= 0
        found[str(counts)] = one
    lines = list(tables(found, found))
    assert all(any(line.startswith(f"| {label} |") for line in lines) for label, _, _ in PARTS)


def test_what_a_load_costs_is_told_without_what_it_costs_to_measure_its_parts(
    tmp_path: Path,
) -> None:
    make_files(tmp_path, NUMBER)
    make_database(tmp_path / "quipu.db", tmp_path / FRAME)
    command = [sys.executable, *PROGRAM, "--one", tmp_path / "quipu.db", tmp_path / FIGURES]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    assert list(json.loads(done.stdout)["parts"]) == [REST]
