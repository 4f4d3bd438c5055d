"""Sums of figures are what a model in plain Python says they are, now and at any version."""

import json
from decimal import Decimal
from fractions import Fraction
from itertools import count
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.cli.database import now
from api.store import counts
from api.store import excluded as leaving_out
from api.store.engine import Database
from api.store.load import load_dataset
from api.store.pool import Store
from api.store.snapshot import Snapshot
from api.store.summaries import stray_summaries
from api.store.totals import TOTALS
from schemas import FIGURE
from schemas.aggregate import Cell, aggregate_parameters
from schemas.bounds import bounds
from schemas.group import grouped_by
from schemas.parameters import list_parameters
from schemas.query import Ordering, Query
from schemas.reading import read_query
from tests.contract import sums
from tests.contract.model import matches
from tests.store.generated import BOTH, bundle_of, figure
from tests.store.summed import successive_figures, summed_bundle, summed_figures

ON_ONE_DATABASE = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ASKED = aggregate_parameters(["json"])
LISTED = list_parameters(FIGURE, ["json"])
SORTS = ["count", "sum"]
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
    ("region__ne", "PE-CUS"),
    ("covers", "PE-CUS"),
    ("rank__ne", "preferred"),
    ("same_claim_as__isnull", "false"),
    ("value__gte", "7"),
    ("qualifier", "about,exact"),
    ("metric", "financing"),
    ("organization", "perumin"),
    ("allocation__ne", "each"),
    ("duration", "P1Y"),
    ("period_end__gte", "2021-01-01"),
    ("lower__isnull", "true"),
    ("upper__lt", "1000"),
    ("id__ne", "g-1"),
]


def everything(snapshot: Snapshot, at: int | None) -> list[dict[str, Any]]:
    return [json.loads(body) for body in snapshot.stream(FIGURE, Query(), at)]


def found_of(held: list[dict[str, Any]], asked: list[tuple[str, str]]) -> list[dict[str, Any]]:
    known = {parameter.name: parameter for parameter in LISTED}
    return [r for r in held if all(matches(known[name], text, r, held) for name, text in asked)]


def key_of(cell: Cell, groups: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(cell.group[name] for name in groups)


def paged(
    snapshot: Snapshot, query: Query, at: int | None, groups: tuple[str, ...], sort: list[Ordering]
) -> list[Cell]:
    """The cells of all pages, each of which tells the numbers of all."""
    found: list[Cell] = []
    for page in count(1):
        asked = query._replace(page=page, per_page=2)
        cells, number, several = snapshot.cells(asked, at, groups, sort)
        found += cells
        if len(cells) < 2:
            assert (number, several) == (len(found), sum(c.each_counted_once for c in found))
            return found
    raise AssertionError


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
    newest = load_all(db, before, after, anew=data.draw(st.booleans()))
    asked = data.draw(st.lists(st.sampled_from(FILTERS), max_size=3, unique=True))
    group_by = data.draw(st.lists(st.sampled_from(FIGURE.groups), max_size=2, unique=True))
    across = "status" not in group_by and data.draw(st.booleans())
    groups = grouped_by(group_by, across_status=across)
    query, mistakes = read_query(ASKED, asked)
    assert mistakes == []
    few = data.draw(st.sampled_from([0, leaving_out.FEW]), label="few")
    sort = [Ordering(data.draw(st.sampled_from(SORTS)), data.draw(st.booleans()))]
    with patch.object(leaving_out, "FEW", few), store.snapshot() as snapshot:
        for at in (None, newest - 1):
            held = everything(snapshot, at)
            found = found_of(held, asked)
            expected = sums.cells(found, held, groups)
            cells = list(snapshot.stream_cells(query, at, groups, sort))
            assert paged(snapshot, query, at, groups, sort) == cells
            assert {key_of(cell, groups) for cell in cells} == set(expected)
            assert len(cells) == len(expected)
            for cell in cells:
                members = expected[key_of(cell, groups)]
                check_numbers(cell, members, groups)
                linked, wrong = read_query(LISTED, [*asked, ("cell", cell_name(cell, groups))])
                assert wrong == []
                bodies = snapshot.stream(FIGURE, linked, at)
                assert [json.loads(body)["id"] for body in bodies] == [m["id"] for m in members]
            assert snapshot.count(FIGURE, query, at) == (len(found), True)
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


def load_all(db: Database, *loads: list[dict[str, Any]], anew: bool) -> int:
    """Load one after the other; the newest version. The summaries are made anew each time, or
    follow from what each load moved."""
    with patch.object(counts, "FEW", 10**6 if anew else 0):
        for records in loads:
            assert load_dataset(db, summed_bundle(records), now).findings == []
            assert not list(stray_summaries(db.conn))
    (newest,) = db.conn.execute("SELECT MAX(version) FROM releases").fetchone()
    return int(newest)


@ON_ONE_DATABASE
@given(loads=successive_figures())
def test_what_follows_from_the_rows_follows_every_load(
    db: Database, loads: list[list[dict[str, Any]]]
) -> None:
    load_all(db, *loads, anew=False)


OTHERWISE = {"en": "otherwise said", "es": "dicho de otro modo"}


@pytest.mark.parametrize(
    ("changed", "written"),
    [(figure("g-0", label=OTHERWISE), False), (figure("g-0", 7), True)],
    ids=["a label", "a value"],
)
def test_what_moves_no_sum_writes_none(
    db: Database, changed: dict[str, Any], *, written: bool
) -> None:
    records = [figure(f"g-{number}") for number in range(5)]
    load_all(db, records, anew=False)
    sent: list[str] = []
    db.conn.set_trace_callback(sent.append)
    load_all(db, [changed, *records[1:]], anew=False)
    tables = tuple(f"INSERT INTO {total.table} " for total in TOTALS)
    assert any(statement.startswith(tables) for statement in sent) == written


STEPS: list[dict[str, str | None]] = [
    {"g-1": None, "g-2": None, "g-3": None, "g-4": None},
    {"g-1": "g-2", "g-2": None, "g-3": "g-4", "g-4": None},
    {"g-1": "g-2", "g-2": "g-3", "g-3": "g-4", "g-4": None},
    {"g-1": "g-2", "g-2": None, "g-3": "g-4", "g-4": None},
    {"g-1": None, "g-2": None, "g-3": "g-4", "g-4": None},
    {"g-1": "g-3", "g-2": None, "g-3": "g-1"},
    {"g-2": None, "g-3": None},
]


def test_claims_that_join_and_part_take_the_figures_along_that_did_not_change(
    db: Database, store: Store
) -> None:
    for step in STEPS:
        # The least and the most of the group stay: the rest must follow without another look.
        records = [figure("g-8", 1), figure("g-9", 1000)]
        records += [figure(id_, same_claim_as=other) for id_, other in step.items()]
        newest = load_all(db, records, anew=False)
    query, _ = read_query(ASKED, [("dataset", "generated")])
    with store.snapshot() as snapshot:
        counted = []
        for at in range(newest - len(STEPS) + 1, newest + 1):
            release = snapshot.release(at)
            assert release is not None
            (cell,) = snapshot.cells(query, release.at, ("unit", "status"), []).cells
            counted.append(cell.count)
    assert counted == [6, 4, 3, 4, 5, 4, 4]


@pytest.mark.parametrize("number", [2, 100])
def test_sums_past_what_an_engine_can_count_are_exact(
    db: Database, store: Store, number: int
) -> None:
    most = 922_337_203_685_477
    records = [
        figure(f"g-{n}", most - n, metric="services", unit="services") for n in range(number)
    ]
    assert load_dataset(db, bundle_of(records), now).findings == []
    query, _ = read_query(ASKED, [("dataset", "generated")])
    for asked in (query, read_query(ASKED, [("metric", "services"), ("status", "achieved")])[0]):
        with store.snapshot() as snapshot:
            (cell,) = snapshot.cells(asked, None, ("unit", "status"), []).cells
        assert cell.sum == number * most - sum(range(number))
        assert f"{cell.sum:f}" == str(number * most - sum(range(number)))
        assert (cell.min, cell.max) == (most - number + 1, most)


def test_decimals_add_up_exactly(db: Database, store: Store) -> None:
    values = [Decimal("99999999999.9999"), Decimal("0.0001"), Decimal("0.1"), Decimal("0.2")]
    records = [figure(f"g-{n}", value) for n, value in enumerate(values)]
    assert load_dataset(db, bundle_of(records), now).findings == []
    query, _ = read_query(ASKED, [("dataset", "generated")])
    with store.snapshot() as snapshot:
        (cell,) = snapshot.cells(query, None, ("unit", "status"), []).cells
    assert str(cell.sum) == "100000000000.3"


def test_sums_are_sorted_by_all_of_their_digits(db: Database, store: Store) -> None:
    most = 922_337_203_685_477
    records = [
        figure(f"g-{status}-{n}", most - (0, 1, 2)[rank] * n, status=status, notes=BOTH)
        for rank, status in enumerate(("achieved", "planned", "target"))
        for n in range(2)
    ]
    assert load_dataset(db, bundle_of(records), now).findings == []
    query, _ = read_query(ASKED, [("dataset", "generated")])
    with store.snapshot() as snapshot:
        for descending in (False, True):
            sort = [Ordering("sum", descending)]
            cells = snapshot.cells(query, None, ("unit", "status"), sort).cells
            assert [c.sum for c in cells] == sorted((c.sum for c in cells), reverse=descending)
            assert len({c.sum for c in cells}) == 3


CLAIMS = {
    "a chain": [("g-1", "g-2"), ("g-2", "g-3")],
    "a circle": [("g-1", "g-2"), ("g-2", "g-3"), ("g-3", "g-1")],
    "a star": [("g-2", "g-1"), ("g-3", "g-1")],
}


@pytest.mark.parametrize("links", CLAIMS.values(), ids=list(CLAIMS))
@pytest.mark.parametrize("ranks", [{}, {"g-2": "preferred"}, {"g-1": "deprecated"}], ids=str)
def test_a_claim_is_counted_once_however_its_figures_name_each_other(
    db: Database, store: Store, links: list[tuple[str, str]], ranks: dict[str, str]
) -> None:
    named = dict(links)
    records = [
        figure(id_, rank=ranks.get(id_, "normal"), same_claim_as=named.get(id_))
        for id_ in ("g-1", "g-2", "g-3")
    ]
    assert load_dataset(db, bundle_of(records), now).findings == []
    query, _ = read_query(ASKED, [("dataset", "generated")])
    with store.snapshot() as snapshot:
        (cell,) = snapshot.cells(query, None, ("unit", "status"), []).cells
        excluded, number = snapshot.excluded(query, None)
    assert (cell.count, number) == (1, 2)
    if ranks.get("g-2"):
        assert {one.counted for one in excluded} == {"g-2"}


@pytest.mark.parametrize("few", [0, leaving_out.FEW], ids=["of many", "of few"])
@pytest.mark.parametrize("beside", [("unit", "EUR"), ("dataset", "generated")])
def test_a_claim_is_not_lost_where_its_best_statement_is_not_asked_for(
    db: Database,
    store: Store,
    beside: tuple[str, str],
    few: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither where a total knows what is asked for, nor where the rows are looked at."""
    monkeypatch.setattr(leaving_out, "FEW", few)
    money = {"metric": "financing", "measure": "money", "unit": "EUR"}
    best = figure("g-1", 25, rank="preferred", **money)
    other = figure("g-2", 25, same_claim_as="g-1", status="planned", **money)
    again = figure("g-3", 25, same_claim_as="g-2", status="planned", **money)
    assert load_dataset(db, bundle_of([best, other, again]), now).findings == []
    counted = {}
    with store.snapshot() as snapshot:
        for status in ("achieved", "planned", "achieved,planned"):
            query, _ = read_query(ASKED, [beside, ("status", status)])
            page = snapshot.cells(query, None, ("unit", "status"), [])
            excluded, number = snapshot.excluded(query, None)
            assert number == len(excluded)
            counted[status] = (
                [(cell.group["status"], cell.count) for cell in page.cells],
                [(one.id, one.counted) for one in excluded],
            )
    assert counted == {
        "achieved": ([("achieved", 1)], []),
        "planned": ([("planned", 1)], [("g-3", "g-2")]),
        "achieved,planned": ([("achieved", 1)], [("g-2", "g-1"), ("g-3", "g-1")]),
    }


def test_what_stands_in_for_the_best_of_a_claim_is_found_by_all_that_is_asked(
    db: Database, store: Store
) -> None:
    """Another figure of the same source comes before it in the claim, but is not found."""
    other = {"source": {**figure("g-2")["source"], "id": "another-source"}}
    records = [
        figure("g-1", 25),
        {**figure("g-2", 25, same_claim_as="g-1"), **other},
        {**figure("g-3", 25, same_claim_as="g-1", status="planned"), **other},
    ]
    assert load_dataset(db, summed_bundle(records), now).findings == []
    with store.snapshot() as snapshot:
        for status in ("achieved", "planned"):
            query, _ = read_query(ASKED, [("source", "another-source"), ("status", status)])
            (cell,) = snapshot.cells(query, None, ("unit", "status"), []).cells
            assert (cell.group["status"], cell.count) == (status, 1)
            assert snapshot.excluded(query, None) == ([], 0)


@pytest.mark.parametrize("other", ["region__ne", "region__nin", "covers"])
def test_of_what_names_a_region_no_more_is_counted_than_what_else_is_asked(
    db: Database, store: Store, other: str
) -> None:
    """A figure of two regions is in the totals of each, but not twice what is asked for."""
    both = {"scope": "regional", "regions": ["PE-CUS", "PE-PIU"], "allocation": "each"}
    alone = {**both, "regions": ["PE-PIU"]}
    euros = {"program": "procompite", "metric": "financing", "measure": "money", "unit": "EUR"}
    records = [figure("g-1", 25, **euros, **both), figure("g-2", 5, **euros, **alone)]
    assert load_dataset(db, bundle_of(records), now).findings == []
    asked = [("unit", "EUR"), ("region", "PE-PIU"), (other, "PE-CUS")]
    query, _ = read_query(LISTED, [*asked, ("facets", "metric")])
    expected = 1
    with store.snapshot() as snapshot:
        assert snapshot.count(FIGURE, query, None) == (expected, True)
        for groups in (("metric", "unit", "status"), ("program", "unit", "status")):
            (cell,) = snapshot.cells(query, None, groups, []).cells
            assert cell.count == expected
        (value,) = snapshot.facets(FIGURE, query, None)["metric"].values
        assert value.number == expected


@pytest.mark.parametrize(
    ("asked", "differing"),
    [
        (("q", "beekeeping"), {"label": {"en": "Plans of beekeeping", "es": "Planes apícolas"}}),
        (("conflicts", "false"), {"value": 26, "period": {"end": "2021-12-31"}}),
        (("value__gte", "26"), {"value": 26}),
        (("period_end__isnull", "false"), {"period": {"end": "2021-12-31"}}),
        (("source", "another-source"), {}),
    ],
    ids=lambda one: one[0] if isinstance(one, tuple) else "",
)
def test_a_claim_is_not_lost_whatever_finds_only_the_other_statement(
    db: Database, store: Store, asked: tuple[str, str], differing: dict[str, Any]
) -> None:
    other = {**figure("g-2", 25, same_claim_as="g-1"), **differing}
    other["source"] = {"id": "another-source", "start": 0, "end": 2, "stated": str(other["value"])}
    # What contradicts the best of the claim, and not the other, lets a question find one of them.
    contradicting = [figure("g-3", 27)] if asked[0] == "conflicts" else []
    records = [figure("g-1", 25), other, *contradicting]
    assert load_dataset(db, summed_bundle(records), now).findings == []
    query, mistakes = read_query(LISTED, [("dataset", "generated"), asked, ("counted", "true")])
    assert mistakes == []
    with store.snapshot() as snapshot:
        bodies = snapshot.stream(FIGURE, query, None)
        assert [json.loads(body)["id"] for body in bodies] == ["g-2"]
        (cell,) = snapshot.cells(query, None, ("unit", "status"), []).cells
        assert cell.count == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE figures_counts SET number = number + 1 WHERE name = 'status'",
        "DELETE FROM figures_counts WHERE name = 'unit'",
        "INSERT INTO figures_counts VALUES ('status', 'forged', 1)",
        "UPDATE programs_counts SET value = 'forged' WHERE name = 'kind' AND value = 'fund'",
        "UPDATE figures_by_metric_and_year SET low = low + 1",
        "UPDATE figures_by_program SET most = most + 1",
        "DELETE FROM figures_by_area",
        "INSERT INTO figures_claims VALUES ('der-regions', 'forged', 1, 0, 'forged', 4, NULL)",
        "UPDATE figures_claims SET place = 2",
        "UPDATE figures_claims SET apart = apart + 1",
        "UPDATE figures_claims SET source = 'forged'",
        "UPDATE figures_by_program_cells SET cells = cells + 1",
        "UPDATE figures_by_source_cells SET several = several + 1",
        "DELETE FROM figures_by_area_cells",
        "UPDATE figures_claims SET claim = 'forged'",
        "UPDATE figures_claims SET begun = 3",
        "UPDATE figures_claims SET ended = 99",
        "DELETE FROM figures_claims",
    ],
)
def test_what_does_not_follow_from_the_rows_is_found(db: Database, statement: str) -> None:
    load_all(db, [figure("g-1"), figure("g-2", same_claim_as="g-1")], anew=True)
    db.conn.execute("BEGIN")
    assert db.conn.execute(statement).rowcount > 0
    assert list(stray_summaries(db.conn))
    db.conn.execute("ROLLBACK")
    assert not list(stray_summaries(db.conn))


@pytest.mark.parametrize("body", ["", "[]", "{}", "null", '{"id":5}', '{"id":"g-1"}'])
def test_a_body_that_says_nothing_is_found_in_its_claim_too(db: Database, body: str) -> None:
    load_all(db, [figure("g-1"), figure("g-2", same_claim_as="g-1")], anew=True)
    db.conn.execute("UPDATE figures SET body = ? WHERE id = 'g-1'", (body,))
    assert [one for one in stray_summaries(db.conn) if "claims" in one]


def cell_name(cell: Cell, groups: tuple[str, ...]) -> str:
    """A cell's name, as its link has it."""
    texts = []
    for name in groups:
        value = cell.group[name]
        text = ".".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        texts.append(f"{name}:{text}")
    return ",".join(texts)
