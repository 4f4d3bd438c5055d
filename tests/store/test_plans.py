"""What a million figures must not slow down is answered by indexes, in their order."""

import json
import re
from typing import Any

import pytest

from api.cli.database import now
from api.store.changes import last_changes_statement
from api.store.choice import Page, parts_of, sizes_of
from api.store.columns import index_name
from api.store.conditions import COMPARISONS
from api.store.counterparts import counterparts_statement
from api.store.engine import Database
from api.store.load import load_dataset
from api.store.query import count_statement, page_statement, stream_statement
from api.store.relevance import Sought
from api.store.search import called, candidate_rows
from api.store.ways import page_statements
from schemas import FIGURE, RESOURCES
from schemas.facet import facets
from schemas.parameter import Parameter
from schemas.parameters import filter_parameters
from schemas.query import Query
from schemas.reading import read_query
from schemas.resource import Resource
from schemas.search import SEARCHED
from tests.store.generated import bundle_of, figure
from tests.store.plans import asked, plan, rows_of

VERSIONS = [None, 4]


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
    steps = plan(db, counterparts_statement(one, at, after, 20))
    assert sorts(steps) == scans(steps) == []
    assert any("figures_by_subject (subject=? AND metric=?" in step for step in steps)


def test_when_figures_of_a_programme_last_changed_is_found_without_their_other_changes(
    db: Database,
) -> None:
    steps = plan(db, last_changes_statement(FIGURE, "program", ["procompite", "innovate-peru"], 4))
    found = "SEARCH c USING PRIMARY KEY (topic=? AND value=? AND resource=? AND version<?)"
    assert found in steps
    assert sorts(steps) == []
    assert not any(step.startswith(("SCAN c", "SCAN r")) for step in steps)


@pytest.mark.parametrize("at", VERSIONS)
@pytest.mark.parametrize("conflicts", ["true", "false"])
def test_conflicts_are_looked_up_and_change_no_order(
    db: Database, at: int | None, conflicts: str
) -> None:
    query, _ = read_query(filter_parameters(FIGURE), [("conflicts", conflicts)])
    steps = plan(db, page_statement(FIGURE, query, at, None, 20))
    assert sorts(steps) == []
    assert re.search(r"SEARCH c (EXISTS )?USING PRIMARY KEY \(contradicted=\?", " ".join(steps))


@pytest.mark.parametrize("at", VERSIONS)
@pytest.mark.parametrize("resource", SEARCHED, ids=lambda resource: resource.name)
def test_names_and_candidates_are_found_by_indexes(
    db: Database, resource: Resource, at: int | None
) -> None:
    assert resource.search is not None
    asked = Sought("la libertad")
    assert scans(plan(db, called(resource, resource.search, asked, at))) == []
    assert scans(plan(db, candidate_rows(resource, asked, at))) == []


def test_what_came_later_takes_no_place_among_the_candidates(db: Database) -> None:
    for n in range(3):
        load_dataset(db, bundle_of([figure(f"quinua-{k}", n) for k in range(n + 1)]), now)
    for at, number in ((5, 1), (6, 2), (7, 3), (None, 3)):
        rows = db.conn.execute(*candidate_rows(FIGURE, Sought("quinua"), at)).fetchall()
        assert sum(valid for _, valid in rows) == number
        # Rows of later versions are not even looked at.
        assert len(rows) == {5: 1, 6: 3, 7: 6, None: 6}[at]


# So many rows, and so many that a filter leaves: many, so that they stand near any beginning.
ROWS, DENSE, SPARSE = 1_000_000, 200_000, 30


def plans(
    db: Database, resource: Resource, query: Query, number: int, at: int | None = None
) -> list[list[str]]:
    """The plan of each statement that finds a page, where each filter leaves so many rows."""
    parts = parts_of(resource, query, at)
    page = Page(None, 51)
    if parts is None:
        return [plan(db, page_statement(resource, query, at, *page))]
    having = [ROWS - number if one.negated else number for part in parts for one in part]
    sizes = sizes_of(None, parts, [ROWS, *having])
    statements = page_statements(rows_of(db), resource, query, at, page, sizes)
    return [plan(db, statement) for statement in statements]


def in_order_of_an_index(steps: list[str], resource: Resource) -> bool:
    """Whether rows are read in the order of an index, whichever way they go."""
    return sorts(steps) == [] and any(
        step.startswith(f"{verb} {resource.name} USING ")
        for step in steps
        for verb in ("SCAN", "SEARCH")
    )


def of_one_value(resource: Resource) -> list[Parameter]:
    """The filters that ask for one of the values of a facet."""
    names = {facet.name for facet in facets(resource)}
    return [one for one in filter_parameters(resource) if one.name in names]


SORTED = [(resource, sort.name) for resource in RESOURCES for sort in resource.sorts]


@pytest.mark.parametrize("at", VERSIONS)
@pytest.mark.parametrize(("resource", "sort"), SORTED)
def test_whatever_leaves_many_rows_is_found_along_the_sort(
    db: Database, resource: Resource, sort: str, at: int | None
) -> None:
    for way in ("", "-"):
        (only,) = plans(db, resource, asked(resource, ("sort", f"{way}{sort}")), DENSE, at)
        assert in_order_of_an_index(only, resource)
        for filter_ in of_one_value(resource):
            pair = (filter_.name, filter_.example)
            query = asked(resource, ("sort", f"{way}{sort}"), pair)
            first, *_ = plans(db, resource, query, DENSE, at)
            assert in_order_of_an_index(first, resource), (pair, way, first)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_whatever_leaves_few_rows_is_found_by_its_own_index(
    db: Database, resource: Resource
) -> None:
    for sort in resource.sorts:
        for filter_ in of_one_value(resource):
            query = asked(resource, ("sort", sort.name), (filter_.name, filter_.example))
            *_, last = plans(db, resource, query, SPARSE)
            assert any(step.startswith(f"SEARCH {resource.name} USING ") for step in last), last


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_whatever_lies_between_bounds_and_is_few_is_found_by_its_own_index(
    db: Database, resource: Resource
) -> None:
    """Every filter by bounds with every sort, whichever way; a count and a stream of them too."""
    bounds = [one for one in filter_parameters(resource) if one.operator in COMPARISONS]
    for filter_ in bounds:
        for sort in (f"{way}{sort.name}" for sort in resource.sorts for way in ("", "-")):
            query = asked(resource, ("sort", sort), (filter_.name, str(filter_.example)))
            parts = parts_of(resource, query, None)
            if parts is None:
                # The index of the sort has them, in its order.
                assert {
                    one.path for one in resource.sorts if one.name == sort.removeprefix("-")
                } == {filter_.place.path}
                continue
            (stretch,) = parts.stretches
            index = index_name(resource, None, stretch.column)
            *_, last = plans(db, resource, query, SPARSE)
            for steps in (
                last,
                plan(db, count_statement(resource, query, None, 10, stretch.column)),
                plan(db, stream_statement(resource, query, None, stretch.column)),
            ):
                assert any(f"INDEX {index} " in step for step in steps), (filter_.name, sort, steps)


def test_of_two_filters_the_one_that_leaves_fewer_finds_the_rows(db: Database) -> None:
    query = asked(FIGURE, ("metric", "plans"), ("program", "procompite"), ("sort", "-stated_on"))
    parts = parts_of(FIGURE, query, None)
    assert parts
    assert [share.name for share in parts.shares] == ["metric", "program"]
    for numbers, index in (((ROWS, 5, 900), "metric"), ((ROWS, 900, 5), "program")):
        sizes = sizes_of(None, parts, numbers)
        page = Page(None, 51)
        statements = page_statements(rows_of(db), FIGURE, query, None, page, sizes)
        *_, last = [plan(db, statement) for statement in statements]
        assert f"USING INDEX figures_now_{index} " in " ".join(last)


def test_amounts_of_a_unit_come_in_the_order_of_their_values_from_an_index(db: Database) -> None:
    for filter_, sort in FIGURE.orders:
        for pair in ((filter_, "plans"), (filter_, "PEN")):
            query = asked(FIGURE, pair, ("sort", sort), ("status", "target"))
            first, *_ = plans(db, FIGURE, query, DENSE)
            assert f"figures_now_{filter_}_{sort} ({filter_}=?" in " ".join(first)


def test_counting_does_not_look_at_the_rows(db: Database) -> None:
    for filter_, operator in (("value", "__gte"), ("stated_on", "__lte"), ("qualifier", "")):
        example = next(one.example for one in FIGURE.filters if one.name == filter_)
        query = asked(FIGURE, (f"{filter_}{operator}", str(example)))
        steps = plan(db, count_statement(FIGURE, query, None, None))
        assert "USING COVERING INDEX" in " ".join(steps), steps


@pytest.mark.parametrize(("resource", "sort"), SORTED)
def test_rows_that_came_after_a_version_are_passed_without_being_looked_at(
    db: Database, resource: Resource, sort: str
) -> None:
    """The index itself has when each row came: of a version long ago most came later."""
    (only,) = plans(db, resource, asked(resource, ("sort", sort)), DENSE, 4)
    (index,) = {step.split(" INDEX ")[1].split()[0] for step in only if " INDEX " in step}
    assert "from_version" in columns_of(db, index)


def columns_of(db: Database, index: str) -> set[str]:
    return {name for _, _, name in db.conn.execute(f"PRAGMA index_info({index})")}
