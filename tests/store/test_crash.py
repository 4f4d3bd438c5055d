"""A load is whole or not at all, also when its process dies in the middle."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli.database import now
from api.intake.read import read_dataset
from api.store.engine import integrity_problems, open_writer
from api.store.history import broken_links, stray_columns
from api.store.load import load_dataset, prepare
from schemas import RESOURCES
from tests.store.conftest import dump

# Loads a data set, and dies at its n-th statement as if the power of the process were cut.
DYING_LOAD = """
import os, signal, sys
from pathlib import Path
from api.cli.database import now
from api.intake.read import read_dataset
from api.store.engine import open_writer
from api.store.load import load_dataset, prepare

database, dataset, left = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
bundle = read_dataset(dataset)
db = open_writer(database, 1000)

def count(statement):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

db.conn.set_trace_callback(count)
prepare(db)
load_dataset(db, bundle, now)
"""


def statements_of(database: Path, dataset: Path) -> int:
    """How many statements a load sends."""
    sent: list[str] = []
    db = open_writer(str(database), 1000)
    db.conn.set_trace_callback(sent.append)
    prepare(db)
    assert load_dataset(db, read_dataset(dataset), now).findings == []
    db.conn.close()
    assert sent[-1] == "COMMIT"
    return len(sent)


@pytest.fixture
def change(dataset: Path) -> Callable[[], None]:
    """Changes every figure and program of the data set."""

    def change() -> None:
        for name in ("figures.yaml", "programs.yaml"):
            text = (dataset / name).read_text(encoding="utf-8")
            changed = text.replace("\n    en: ", "\n    en: Once more, ")
            (dataset / name).write_text(changed, encoding="utf-8")

    return change


@pytest.mark.parametrize("part", [0.02, 0.3, 0.5, 0.7, 0.9, 1.0])
def test_a_load_whose_process_is_killed_never_was(
    database: Path, dataset: Path, tmp_path: Path, change: Callable[[], None], part: float
) -> None:
    change()
    probe = tmp_path / "probe.db"
    probe.write_bytes(database.read_bytes())
    fatal = max(1, round(part * statements_of(probe, dataset)))
    db = open_writer(str(database), 1000)
    before = dump(db)
    db.conn.close()

    died = subprocess.run(
        [sys.executable, "-c", DYING_LOAD, str(database), str(dataset), str(fatal)], check=False
    )
    assert died.returncode == -signal.SIGKILL

    db = open_writer(str(database), 1000)
    assert dump(db) == before
    assert integrity_problems(db.conn) == []
    outcome = load_dataset(db, read_dataset(dataset), now)
    assert (outcome.version, outcome.findings) == (5, [])
    assert load_dataset(db, read_dataset(dataset), now).version is None
    assert not list(broken_links(db.conn))
    assert not list(stray_columns(db.conn))
    for resource in RESOURCES:
        table = f"{resource.name}_text"
        db.conn.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
    db.conn.close()


@pytest.mark.parametrize("part", [0.05, 0.5, 0.95])
def test_a_first_load_whose_process_is_killed_can_be_done_again(
    dataset: Path, tmp_path: Path, part: float
) -> None:
    """The tables are made in one step too."""
    sent: list[str] = []
    db = open_writer(str(tmp_path / "probe.db"), 1000)
    db.conn.set_trace_callback(sent.append)
    prepare(db)
    db.conn.close()
    database = tmp_path / "new.db"
    fatal = max(1, round(part * len(sent)))
    died = subprocess.run(
        [sys.executable, "-c", DYING_LOAD, str(database), str(dataset), str(fatal)], check=False
    )
    assert died.returncode == -signal.SIGKILL
    db = open_writer(str(database), 1000)
    assert db.table_names() == []
    prepare(db)
    assert integrity_problems(db.conn) == []
    db.conn.close()
