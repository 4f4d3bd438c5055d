"""The checker of the mixed load notices what is not of one state of the data."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.clients import ORDER_BY, History, Page, digest, figures_of


@pytest.fixture
def history(database: Path) -> Iterator[History]:
    history = History(database)
    yield history
    history.close()


def pages(database: Path, version: int, order: str, size: int = 100) -> list[Page]:
    """The first three pages of a version, as the service would give them."""
    connection = sqlite3.connect(database)
    rows = connection.execute(
        "SELECT id, body FROM figures WHERE from_version <= :v "
        f"AND (to_version IS NULL OR to_version > :v) ORDER BY {ORDER_BY[order]}",
        {"v": version},
    ).fetchall()
    connection.close()
    records = [(id_, digest(json.loads(body))) for id_, body in rows]
    parts = [dict(records[start : start + size]) for start in range(0, 3 * size, size)]
    return [Page(1, version, order, part) for part in parts]


def versions(database: Path) -> tuple[int, int]:
    """The newest two."""
    connection = sqlite3.connect(database)
    (newest,) = connection.execute("SELECT MAX(version) FROM releases").fetchone()
    connection.close()
    # The last but one is of the frame: the figures of the last but two are other ones.
    return newest, newest - 2


@pytest.mark.parametrize("order", ORDER_BY)
def test_a_walk_through_one_version_is_right(history: History, database: Path, order: str) -> None:
    for version in versions(database):
        assert list(history.wrong_in(pages(database, version, order))) == []


def test_pages_of_two_versions_are_noticed(history: History, database: Path) -> None:
    newest, older = versions(database)
    walk = [pages(database, older, "id")[0], pages(database, newest, "id")[1]]
    assert list(history.wrong_in(walk)) == [f"its pages are of the versions [{older}, {newest}]"]


def test_a_page_that_holds_another_state_than_it_says_is_noticed(
    history: History, database: Path
) -> None:
    newest, older = versions(database)
    walk = [page._replace(version=newest) for page in pages(database, older, "id")]
    (wrong,) = history.wrong_in(walk)
    assert wrong.startswith(f"version {newest}, record ")


def test_a_record_that_is_left_out_between_two_pages_is_noticed(
    history: History, database: Path
) -> None:
    newest, _ = versions(database)
    first, second, third = pages(database, newest, "id")
    fewer = second._replace(records=dict(list(second.records.items())[1:]))
    assert len(list(history.wrong_in([first, fewer, third]))) == 1


def test_a_changed_byte_is_noticed(history: History, database: Path) -> None:
    newest, _ = versions(database)
    first, *rest = pages(database, newest, "id")
    other = first._replace(records=dict.fromkeys(first.records, "another"))
    assert len(list(history.wrong_in([other, *rest]))) == 1


def test_figures_are_counted_by_version(database: Path) -> None:
    newest, older = versions(database)
    assert figures_of(database, newest) > figures_of(database, older) > 1000
    assert figures_of(database, 0) == 0
