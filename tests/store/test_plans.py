"""What a million figures must not slow down is answered by indexes, in their order."""

import json
from typing import Any

import pytest

from api.cli.database import now
from api.store.engine import Database
from api.store.load import load_dataset
from api.store.query import Statement, page_statement
from api.store.search import Asked, called, candidate_rows
from api.store.side_by_side import claims_statement
from schemas import FIGURE
from schemas.parameters import filter_parameters
from schemas.query import read_query
from schemas.resource import Resource
from schemas.search import SEARCHED
from tests.store.generated import bundle_of, figure

VERSIONS = [None, 4]


def plan(db: Database, statement: Statement) -> list[str]:
    rows = db.conn.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement.parameters)
    return [row[3] for row in rows]


def sorts(steps: list[str]) -> list[str]:
    return [step for step in steps if "TEMP B-TREE" in step]


def scans(steps: list[str]) -> list[str]:
    """What is read from one end to the other: subqueries and the text index are not."""
    names = {resource.name for resource in SEARCHED} | {"t"}
    return [step for step in steps if step.split()[0] == "SCAN" and step.split()[1] in names]


@pytest.fixture
def one(db: Database) -> dict[str, Any]:
    (body,) = db.conn.execute("SELECT body FROM figures WHERE id = 'pac-projects'").fetchone()
    found: dict[str, Any] = json.loads(body)
    return found


@pytest.mark.parametrize("at", VERSIONS)
@pytest.mark.parametrize("after", [None, (1, "2021-04-28", "pac-projects")])
def test_claims_come_in_their_order_from_an_index(
    db: Database, one: dict[str, Any], at: int | None, after: Any
) -> None:
    steps = plan(db, claims_statement(one, at, after, 20))
    assert sorts(steps) == scans(steps) == []
    assert any("figures_by_subject (subject=? AND metric=?" in step for step in steps)


@pytest.mark.parametrize("at", VERSIONS)
@pytest.mark.parametrize("conflicts", ["true", "false"])
def test_conflicts_are_looked_up_and_change_no_order(
    db: Database, at: int | None, conflicts: str
) -> None:
    query, _ = read_query(filter_parameters(FIGURE), [("conflicts", conflicts)])
    steps = plan(db, page_statement(FIGURE, query, at, None, 20))
    assert sorts(steps) == []
    assert "SEARCH c USING PRIMARY KEY (contradicted=?" in " ".join(steps)


@pytest.mark.parametrize("at", VERSIONS)
@pytest.mark.parametrize("resource", SEARCHED, ids=lambda resource: resource.name)
def test_names_and_candidates_are_found_by_indexes(
    db: Database, resource: Resource, at: int | None
) -> None:
    assert resource.search is not None
    asked = Asked("la libertad")
    assert scans(plan(db, called(resource, resource.search, asked, at))) == []
    assert scans(plan(db, candidate_rows(resource, asked, at))) == []


def test_what_came_later_takes_no_place_among_the_candidates(db: Database) -> None:
    for n in range(3):
        load_dataset(db, bundle_of([figure(f"quinua-{k}", n) for k in range(n + 1)]), now)
    for at, number in ((5, 1), (6, 2), (7, 3), (None, 3)):
        rows = db.conn.execute(*candidate_rows(FIGURE, Asked("quinua"), at)).fetchall()
        assert sum(valid for _, valid in rows) == number
        # Rows of later versions are not even looked at.
        assert len(rows) == {5: 1, 6: 3, 7: 6, None: 6}[at]
