"""Sums of figures are what a model in plain Python says they are, now and at any version."""

import json
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.cli.database import now
from api.store.engine import Database
from api.store.load import load_dataset
from api.store.read import Snapshot, Store
from api.store.summaries import stray_summaries
from schemas import FIGURE
from schemas.aggregate import Cell, aggregate_parameters
from schemas.bounds import bounds
from schemas.group import grouped_by
from schemas.parameters import list_parameters
from schemas.query import Ordering, Query, read_query
from tests.contract import sums
from tests.contract.model import matches
from tests.store.summed import summed_bundle, summed_figures

ON_ONE_DATABASE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ASKED = aggregate_parameters(["json"])
LISTED = list_parameters(FIGURE, ["json"])
FILTERS = [
    ("source", "another-source"),
    ("source__ne", "another-source"),
    ("status", "achieved,target"),
    ("measure", "money"),
    ("unit__nin", "PEN,plans"),
    ("program__isnull", "true"),
    ("year", "2021"),
    ("year__lt", "2021"),
    ("region", "PE-PIU"),
    ("region__isnull", "true"),
    ("covers", "PE-CUS"),
    ("rank__ne", "preferred"),
    ("same_claim_as__isnull", "false"),
    ("value__gte", "7"),
    ("qualifier", "about,exact"),
    ("metric", "financing"),
]


def everything(snapshot: Snapshot, at: int | None) -> list[dict[str, Any]]:
    return [json.loads(body) for body in snapshot.stream(FIGURE, Query(), at)]


def found_of(held: list[dict[str, Any]], asked: list[tuple[str, str]]) -> list[dict[str, Any]]:
    known = {parameter.name: parameter for parameter in LISTED}
    return [r for r in held if all(matches(known[name], text, r) for name, text in asked)]


def key_of(cell: Cell, groups: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(cell.group[name] for name in groups)


def check_numbers(cell: Cell, members: list[dict[str, Any]], groups: tuple[str, ...]) -> None:
    """Each number of a cell is what its members say."""
    values = [Fraction(str(member["value"])) for member in members]
    assert cell.count == len(members)
    assert Fraction(cell.sum) == sum(values)
    assert (Fraction(cell.min), Fraction(cell.max)) == (min(values), max(values))
    expected = sums.added(map(sums.interval, members))
    derived = bounds(cell.sum, cell.qualifier)
    assert (derived.lower_inclusive, derived.upper_inclusive) == (expected[1], expected[3])
    assert derived.lower is None or Fraction(derived.lower) == expected.lower
    assert derived.upper is None or Fraction(derived.upper) == expected.upper
    several = [m for m in members if m["allocation"] == "each" and len(m["regions"]) > 1]
    assert cell.each_counted_once == (0 if "region" in groups else len(several))


@ON_ONE_DATABASE
@given(before=summed_figures(), after=summed_figures(), data=st.data())
def test_each_cell_holds_what_the_model_says_and_its_link_finds_exactly_that(
    db: Database,
    store: Store,
    before: list[dict[str, Any]],
    after: list[dict[str, Any]],
    data: st.DataObject,
) -> None:
    for records in (before, after):
        assert load_dataset(db, summed_bundle(records), now).findings == []
    assert not list(stray_summaries(db.conn))
    (newest,) = db.conn.execute("SELECT MAX(version) FROM releases").fetchone()
    asked = data.draw(st.lists(st.sampled_from(FILTERS), max_size=2, unique=True))
    group_by = data.draw(st.lists(st.sampled_from(FIGURE.groups), max_size=2, unique=True))
    across = "status" not in group_by and data.draw(st.booleans())
    groups = grouped_by(group_by, across_status=across)
    query, mistakes = read_query(ASKED, asked)
    assert mistakes == []
    with store.snapshot() as snapshot:
        for at in (None, newest - 1):
            held = everything(snapshot, at)
            found = found_of(held, asked)
            expected = sums.cells(found, held, groups)
            cells = list(snapshot.stream_cells(query, at, groups, [Ordering("count", True)]))
            assert {key_of(cell, groups) for cell in cells} == set(expected)
            assert len(cells) == len(expected)
            for cell in cells:
                members = expected[key_of(cell, groups)]
                check_numbers(cell, members, groups)
                linked, wrong = read_query(LISTED, [*asked, ("cell", cell_name(cell, groups))])
                assert wrong == []
                bodies = snapshot.stream(FIGURE, linked, at)
                assert [json.loads(body)["id"] for body in bodies] == [m["id"] for m in members]
            gone = sums.left_out(found, held)
            excluded, number = snapshot.excluded(query, at)
            assert number == len(gone)
            assert {e.id: (e.reason, e.counted) for e in excluded} == gone
            for counted, ids in (
                ("false", set(gone)),
                ("true", {f["id"] for f in found} - set(gone)),
            ):
                linked, _ = read_query(LISTED, [*asked, ("counted", counted)])
                bodies = snapshot.stream(FIGURE, linked, at)
                assert {json.loads(body)["id"] for body in bodies} == ids


def cell_name(cell: Cell, groups: tuple[str, ...]) -> str:
    """A cell's name, as its link has it."""
    texts = []
    for name in groups:
        value = cell.group[name]
        text = ".".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        texts.append(f"{name}:{text}")
    return ",".join(texts)
