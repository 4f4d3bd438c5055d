"""Lines that stand are found ahead of them or by their ids: always all, and mostly ahead."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cli.database import now
from api.intake.lines import Line
from api.intake.read import open_dataset
from api.store import standing
from api.store.engine import Database, open_writer
from api.store.load import load_dataset
from api.store.seen import SeenLines
from api.store.standing import StandingRows
from schemas import FIGURE
from schemas.batches import batches
from tests.store.generated import DESCRIPTION, figure

LAST = "SELECT MAX(row) FROM figures"
STAND = "SELECT f.id, s.line, s.row FROM figures AS f JOIN seen_lines AS s "
STAND += "ON s.resource = 'figures' AND s.row = f.row WHERE f.to_version IS NULL"
# How it was looked for: by so many ids, or by the numbers of rows.
BY_IDS, AHEAD = re.compile(r"f\.id IN \((.*)\)"), re.compile(r"s\.row >= (\d+) AND s\.row < (\d+)")


def line(id_: str, value: int) -> bytes:
    return json.dumps({"figures": figure(id_, value)}).encode() + b"\n"


def load(db: Database, folder: Path, dataset: str, lines: list[bytes]) -> None:
    file = folder / f"{dataset}.ndjson"
    described = json.dumps({"dataset": {**DESCRIPTION, "id": dataset}}).encode() + b"\n"
    file.write_bytes(b"".join([described, *lines]))
    assert load_dataset(db, open_dataset(file), now).version


def found(db: Database, lines: list[bytes], batch: int) -> list[dict[Any, int]]:
    """What is found of each batch of lines, as they come."""
    (last,) = db.conn.execute(LAST).fetchone()
    rows, seen = StandingRows(db.conn, FIGURE, last, len(lines)), SeenLines(db.conn, "generated")
    come = [Line(content, None, "all.ndjson", n) for n, content in enumerate(lines, 1)]
    told = [(one, seen.fingerprint(one)) for one in come]
    return [rows.rows(some) for some in batches(told, batch)]


@pytest.fixture(scope="module")
def changed(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Of two data sets some figures have changed, gone and come, so that the rows of both and of
    several versions stand among each other."""
    folder = tmp_path_factory.mktemp("standing")
    db = open_writer(str(copy(seeded, folder / "quipu.db")), 1000)
    for values in (range(12), [*range(0, 12, 3), *range(20, 28)], [0, 1, 2, 21, 22, 33, 34]):
        for dataset in ("generated", "other"):
            ids = [(f"{dataset[0]}-{n}", n + 100 * (n % 5 == len(values) % 5)) for n in values]
            load(db, folder, dataset, [line(*one) for one in ids])
    yield db
    db.conn.close()


@given(
    lines=st.lists(
        st.builds(
            line,
            st.builds("{}-{}".format, st.sampled_from("go"), st.integers(0, 35)),
            st.integers(0, 35) | st.integers(100, 135),
        ),
        max_size=30,
    )
    | st.permutations([line(f"g-{n}", n + more) for n in range(36) for more in (0, 100)]),
    batch=st.integers(1, 9),
    ahead=st.integers(0, 12),
)
def test_in_whatever_order_lines_come_each_finds_its_row(
    changed: Database, lines: list[bytes], batch: int, ahead: int
) -> None:
    stand = {said: row for _, said, row in changed.conn.execute(STAND)}
    seen = SeenLines(changed.conn, "generated")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standing, "AHEAD", ahead)
        patch.setattr(standing, "HELD", 2 * ahead)
        rows = found(changed, lines, batch)
    come = [seen.fingerprint(Line(content, None, "", 1)) for content in lines]
    expected = [{s: stand[s] for s in some if s in stand} for some in batches(come, batch)]
    assert rows == expected


MANY = [line(f"g-{n:04}", n) for n in range(2_000)]


@pytest.fixture
def asked(db: Database, tmp_path: Path) -> Iterator[list[str]]:
    """Of a database that holds many figures: what is asked of it from now on."""
    load(db, tmp_path, "generated", MANY)
    statements: list[str] = []
    db.conn.set_trace_callback(statements.append)
    yield statements
    db.conn.set_trace_callback(None)


def looked_up(statements: list[str]) -> int:
    asked = [ids[1] for statement in statements if (ids := BY_IDS.search(statement))]
    return sum(ids.count("'") // 2 for ids in asked)


def read_ahead(statements: list[str]) -> int:
    asked = [(int(m[1]), int(m[2])) for statement in statements if (m := AHEAD.search(statement))]
    return sum(end - begin for begin, end in asked)


def test_what_comes_as_it_came_is_hardly_looked_up(db: Database, asked: list[str]) -> None:
    assert sum(map(len, found(db, MANY, 100))) == 2_000
    assert looked_up(asked) <= 2 * 100
    assert read_ahead(asked) <= 2_000


def test_a_change_here_and_there_does_not_matter(db: Database, asked: list[str]) -> None:
    come = [line(f"g-{n:04}", n + (n % 10 == 0)) for n in range(2_000)]
    assert sum(map(len, found(db, come, 100))) == 1_800
    assert looked_up(asked) <= 200 + 2 * 100


def test_what_stands_behind_much_that_is_new_is_found_again(db: Database, asked: list[str]) -> None:
    new = [line(f"new-{n}", n) for n in range(1_000)]
    assert sum(map(len, found(db, [*MANY[:1_000], *new, *MANY[1_000:]], 100))) == 2_000
    assert looked_up(asked) <= 1_000 + 4 * 100


def test_what_comes_in_no_order_is_not_read_again_and_again(
    db: Database, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "AHEAD", 400)
    monkeypatch.setattr(standing, "HELD", 800)
    come = [MANY[n * 777 % 2_000] for n in range(2_000)]
    assert sum(map(len, found(db, come, 100))) == 2_000
    assert read_ahead(asked) <= 400 + 2_000


def test_what_was_read_ahead_and_did_not_come_is_forgotten(
    db: Database, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "AHEAD", 1_000)
    monkeypatch.setattr(standing, "HELD", 1_000)
    come = [line(f"g-{n:04}", n + (n % 5 == 0)) for n in range(2_000)]
    late = [MANY[n] for n in range(100, 350, 5)]
    assert sum(map(len, found(db, [*come, *late], 100))) == 1_600 + len(late)
    assert looked_up(asked) >= 400 + 80 + len(late)
