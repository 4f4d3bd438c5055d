"""Facets count what a model in plain Python counts, now and at any version."""

import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.store.cells import all_of, cells
from api.store.engine import Database
from api.store.facets import facets_statement
from api.store.pool import Store
from api.store.snapshot import Snapshot
from schemas import FIGURE, RESOURCES, Resource
from schemas.facet import Values, facets
from schemas.parameter import Parameter
from schemas.parameters import filter_parameters, list_parameters
from schemas.query import Query
from schemas.reading import read_query
from tests.contract.model import matches
from tests.store.plans import rows_of
from tests.store.summed import summed_figures
from tests.store.test_sums import FILTERS, everything, load_all

ON_ONE_DATABASE = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
LISTED = list_parameters(FIGURE, ["json"])
NAMES = [facet.name for facet in facets(FIGURE)]


def expected(
    held: list[dict[str, Any]], asked: list[tuple[str, str]], name: str, size: int
) -> tuple[list[tuple[Any, int]], bool]:
    """A facet's values with their numbers, and whether there are more."""
    known = {parameter.name: parameter for parameter in LISTED}
    place = next(facet.place for facet in facets(FIGURE) if facet.name == name)
    others = [(n, text) for n, text in asked if n.partition("__")[0] != name]
    found = [r for r in held if all(matches(known[n], text, r, held) for n, text in others)]
    numbers = Counter(value for r in found for value in place.values(r) or [None])
    ordered = sorted(
        numbers.items(), key=lambda one: (-one[1], "" if one[0] is None else str(one[0]))
    )
    named = {value for n, text in asked if n == name for value in text.split(",")}
    named |= {None for n, text in asked if (n, text) == (f"{name}__isnull", "true")}
    kept = ordered[:size] + [
        one for one in ordered[size:] if one[0] in named or str(one[0]) in named
    ]
    return kept, len(ordered) > len(kept)


def plain(values: Values) -> tuple[list[tuple[Any, int]], bool]:
    return [tuple(value) for value in values.values], values.more  # type: ignore[misc]


def counted(
    snapshot: Snapshot, asked: list[tuple[str, str]], at: int | None, size: int
) -> dict[str, Values]:
    pairs = [*asked, ("facets", ",".join(NAMES)), ("facet_size", str(size))]
    query, mistakes = read_query(LISTED, pairs)
    assert mistakes == []
    return snapshot.facets(FIGURE, query, at)


@ON_ONE_DATABASE
@given(
    before=summed_figures(),
    after=summed_figures(),
    asked=st.lists(st.sampled_from(FILTERS), max_size=3, unique=True),
    size=st.integers(1, 4),
    anew=st.booleans(),
)
def test_facets_count_what_is_found_but_for_their_own_filter(
    db: Database,
    store: Store,
    before: list[dict[str, Any]],
    after: list[dict[str, Any]],
    asked: list[tuple[str, str]],
    size: int,
    anew: bool,
) -> None:
    newest = load_all(db, before, after, anew=anew)
    with store.snapshot() as snapshot:
        for at in (None, newest - 1):
            held = everything(snapshot, at)
            found = counted(snapshot, asked, at, size)
            for name in NAMES:
                assert plain(found[name]) == expected(held, asked, name, size), name


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_facets_of_a_whole_collection_are_read_off_what_is_stored(
    db: Database, resource: Resource
) -> None:
    names = tuple(facet.name for facet in facets(resource))
    statement = facets_statement(resource, Query(facets=names), None)
    plan = [row[3] for row in db.conn.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement[1])]
    read = [step for step in plan if step.startswith(("SCAN", "SEARCH"))]
    assert not [
        step for step in read if f"{resource.name}_counts" not in step and "top_" not in step
    ]
    assert not [step for step in plan if "TEMP B-TREE" in step]


OF_SUMS = [
    [("counted", "true")],
    [("counted", "false")],
    [("cell", "unit:plans,status:achieved")],
    [("cell", "region:PE-PIU")],
    [("cell", "status:planned")],
]


@ON_ONE_DATABASE
@given(
    before=summed_figures(),
    after=summed_figures(),
    asked=st.lists(st.sampled_from(FILTERS), max_size=2, unique=True),
    of_a_sum=st.sampled_from(OF_SUMS),
    anew=st.booleans(),
)
def test_what_is_counted_has_as_many_of_a_value_as_are_counted_when_it_is_asked_for(
    db: Database,
    store: Store,
    before: list[dict[str, Any]],
    after: list[dict[str, Any]],
    asked: list[tuple[str, str]],
    of_a_sum: list[tuple[str, str]],
    anew: bool,
) -> None:
    newest = load_all(db, before, after, anew=anew)
    with store.snapshot() as snapshot:
        for at in (None, newest - 1):
            found = counted(snapshot, [*asked, *of_a_sum], at, 100)
            for name in NAMES:
                others = [one for one in asked if one[0].partition("__")[0] != name]
                for value, number in found[name].values:
                    chosen = (f"{name}__isnull", "true") if value is None else (name, said(value))
                    query, mistakes = read_query(LISTED, [*others, *of_a_sum, chosen])
                    assert mistakes == []
                    assert len(list(snapshot.stream(FIGURE, query, at))) == number, chosen


def said(value: Any) -> str:
    """A value as a question names it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


MANY_LEFT = ["", "value__gte=7", "value__gte=7&match=certain", "status__ne=target", "year__gt=2000"]
FEW_LEFT = [
    "program=procompite",
    "id=der-regions",
    "region=PE-PIU",
    "q=plan",
    "stated_on=2021-04-28",
]


@pytest.mark.parametrize("at", [None, 3], ids=["now", "then"])
@pytest.mark.parametrize("question", [*MANY_LEFT, *FEW_LEFT])
def test_what_leaves_many_rows_is_counted_and_added_up_in_a_narrow_index(
    db: Database, question: str, at: int | None
) -> None:
    """The engine is told to use it: where it could not answer from it alone, it would be slow."""
    asked = [tuple(part.split("=")) for part in question.split("&") if part]
    query, mistakes = read_query(LISTED, [*asked, ("facets", "speaker_organization")])  # type: ignore[list-item]
    assert mistakes == []
    for statement in (
        facets_statement(FIGURE, query, at),
        all_of(cells(rows_of(db), query, at, ("source", "year", "unit")), []),
    ):
        rows = db.conn.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement.parameters)
        plan = " ".join(row[3] for row in rows)
        index = f"figures_{'all' if at else 'now'}_sums"
        stored = question == "" and at is None and "figures_counts" in plan
        assert (f"USING COVERING INDEX {index}" in plan) == (question in MANY_LEFT) or stored


@pytest.mark.parametrize("parameter", filter_parameters(FIGURE), ids=lambda one: one.name)
def test_no_filter_is_looked_for_in_an_index_that_does_not_hold_it(
    db: Database, parameter: Parameter
) -> None:
    query, _ = read_query(LISTED, [(parameter.name, parameter.example)])
    for at in (None, 3):
        statement = all_of(cells(rows_of(db), query, at, ("source", "year", "unit")), [])
        rows = db.conn.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement.parameters)
        plan = " ".join(row[3] for row in rows)
        used = re.findall(r"(\w+) INDEX figures_\w+_sums", plan)
        assert used or "INDEXED BY" not in statement.sql
        assert set(used) <= {"COVERING"}
