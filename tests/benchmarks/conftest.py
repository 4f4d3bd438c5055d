"""A database of generated figures, in three states, made once."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from api.cli.database import seed
from api.intake.read import read_dataset
from api.store.engine import open_writer
from api.store.load import Outcome, load_dataset, prepare
from benchmarks.generate import written

NUMBER = 1000
STATES = 3


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The files of a thousand figures in three states, in the order in which they are loaded."""
    return list(written(tmp_path_factory.mktemp("generated"), NUMBER, versions=STATES))


@pytest.fixture(scope="session")
def loaded(
    generated: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[Outcome]]:
    """The database that they were loaded into, and what each load did."""
    path = tmp_path_factory.mktemp("loaded") / "quipu.db"
    db = open_writer(str(path), 1000)
    prepare(db)
    days = (datetime(2030, 1, day, tzinfo=UTC) for day in count(1))
    seed(db, clock=lambda: next(days))
    outcomes = [load_dataset(db, read_dataset(file), lambda: next(days)) for file in generated]
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.conn.close()
    return path, outcomes


@pytest.fixture
def database(loaded: tuple[Path, list[Outcome]]) -> Path:
    """Nothing here writes into it: all tests share it."""
    return loaded[0]


@pytest.fixture(scope="session")
def figures(generated: list[Path]) -> Callable[[int], dict[str, dict[str, Any]]]:
    """{id: record} of the figures of a state."""

    def of_state(state: int) -> dict[str, dict[str, Any]]:
        (file,) = (file for file in generated if file.name == f"{state}-001-figures.ndjson")
        return {record["id"]: record for record in _figures(file)}

    return of_state


def _figures(file: Path) -> Iterator[dict[str, Any]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        ((kind, record),) = json.loads(line).items()
        if kind == "figures":
            yield record
