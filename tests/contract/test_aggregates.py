"""`/aggregates` over HTTP: its cells, their links, what it leaves out, and what it refuses."""

import csv
import io
import json
import math
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.cli.database import now
from api.store.engine import Database, open_writer
from api.store.load import load_dataset
from schemas import FIGURE
from schemas.codes import QUALIFIERS
from schemas.fields.number import enclosing
from schemas.parameters import LARGEST_PAGE
from tests.contract import sums
from tests.contract.conformance import CheckedClient
from tests.contract.test_filters import everything
from tests.contract.test_lists import pages
from tests.contract.test_time import change, load
from tests.store.generated import BOTH, bundle_of, figure
from tests.store.summed import summed_bundle, summed_figures

QUESTIONS = [
    "",
    "group_by=program",
    "group_by=region&measure=money",
    "group_by=metric,status",
    "group_by=source,organization&across_status=true",
    "group_by=year&value__gte=10&match=possible",
    "group_by=status&q=plan",
    "covers=PE-PIU&sort=-sum",
    "status=planned,target&across_status=true",
]


@pytest.fixture
def db(database: Path) -> Iterator[Database]:
    db = open_writer(str(database), 1000)
    yield db
    db.conn.close()


def whole(client: CheckedClient, question: str) -> dict[str, Any]:
    """The answer with all of its cells, which are few."""
    page: dict[str, Any] = client.get(f"/aggregates?per_page={LARGEST_PAGE}&{question}").get_json()
    assert page["links"]["next"] is None
    return page


def figures_at(client: CheckedClient, address: str) -> list[dict[str, Any]]:
    found = []
    for page in pages(client, f"{address}&per_page=100"):
        found += page["results"]
    return found


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


def check_cell(cell: dict[str, Any], members: list[dict[str, Any]]) -> None:
    """Every number of a cell is what its figures say, and they have in common what it says."""
    values = [Fraction(str(member["value"])) for member in members]
    assert cell["count"] == len(members)
    assert Fraction(cell["sum_exact"]) == sum(values)
    assert float(cell["sum"]) == float(sum(values))
    assert [Fraction(str(cell[name])) for name in ("min", "max")] == [min(values), max(values)]
    assert cell["qualifiers"] == {
        name: sum(member["qualifier"] == name for member in members) for name in QUALIFIERS
    }
    bounds = sums.added(map(sums.interval, members))
    for name, outwards in (("lower", -math.inf), ("upper", math.inf)):
        bound = getattr(bounds, name)
        # As a double carries it, or the next one further out.
        assert cell[name] == (None if bound is None else enclosing(_decimal(bound), outwards))
        assert cell[f"{name}_inclusive"] == getattr(bounds, f"{name}_inclusive")
    for name, value in cell["group"].items():
        held = value if name == "measure" else tuple(value) if name == "region" else value
        for member in members:
            found = [member[name]] if name == "measure" else sums.group_values(member, name)
            assert held in found


def test_a_bound_that_no_double_carries_is_the_next_one_outwards(
    client: CheckedClient, database: Path
) -> None:
    more = {"measure": "money", "unit": "USD", "status": "target"}
    most = figure("g-1", Decimal(922337203685477), qualifier="at_most", **more)
    db = open_writer(str(database), 1000)
    load_dataset(db, bundle_of([most, figure("g-2", Decimal("0.25"), **more)]), now)
    db.conn.close()
    (cell,) = whole(client, "unit=USD")["results"]
    check_cell(cell, figures_at(client, cell["links"]["figures"]))
    assert (cell["sum_exact"], cell["upper"]) == ("922337203685477.25", 922337203685477.4)


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_link_leads_to_exactly_the_figures_of_its_cell(
    client: CheckedClient, question: str
) -> None:
    answer = whole(client, question)
    counted = []
    for cell in answer["results"]:
        members = figures_at(client, cell["links"]["figures"])
        check_cell(cell, members)
        counted += [member["id"] for member in members]
    filters = [part for part in question.split("&") if part.split("=")[0] in FILTER_NAMES]
    found = figures_at(client, f"/figures?{'&'.join(filters)}")
    assert sorted(counted) == sorted(record["id"] for record in found)
    assert answer["excluded"]["count"] == 0


FILTER_NAMES = {"measure", "value__gte", "match", "q", "covers", "status"}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=summed_figures(),
    group_by=st.lists(st.sampled_from(FIGURE.groups), max_size=2, unique=True),
    filter_=st.sampled_from(["", "source=another-source", "status=achieved,target", "unit=PEN"]),
)
def test_cells_and_what_is_left_out_are_together_what_was_found(
    client: CheckedClient,
    db: Database,
    records: list[dict[str, Any]],
    group_by: list[str],
    filter_: str,
) -> None:
    assert load_dataset(db, summed_bundle(records), now).findings == []
    question = f"group_by={','.join(group_by)}&{filter_}" if group_by else filter_
    answer = whole(client, question)
    counted: list[str] = []
    for cell in answer["results"]:
        members = figures_at(client, cell["links"]["figures"])
        check_cell(cell, members)
        counted += [member["id"] for member in members]
    excluded = [one["id"] for one in answer["excluded"]["results"]]
    found = figures_at(client, f"/figures?{filter_}")
    assert set(counted) | set(excluded) == {record["id"] for record in found}
    assert not set(counted) & set(excluded)
    if "region" not in group_by:
        assert len(counted) == len(set(counted))
    left = figures_at(client, answer["excluded"]["links"]["figures"])
    assert [record["id"] for record in left] == excluded
    assert answer["excluded"]["count"] == len(excluded)


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_format_has_every_cell_of_the_pages(client: CheckedClient, question: str) -> None:
    cells = [
        cell
        for page in pages(client, f"/aggregates?per_page=2&{question}")
        for cell in page["results"]
    ]
    lines = client.get(f"/aggregates?{question}&format=ndjson").text.splitlines()
    assert [json.loads(line) for line in lines] == cells
    text = client.get(f"/aggregates?{question}&format=csv").get_data().decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == len(cells)
    for row, cell in zip(rows, cells, strict=True):
        assert row["links.figures"] == cell["links"]["figures"]
        assert row["sum_exact"] == cell["sum_exact"]
        assert row["display.es"] == cell["display"]["es"]
        group = {name.split(".")[1] for name in row if name.startswith("group.")}
        assert group == set(cell["group"])
        if "region" in group:
            assert row["group.region"] == "|".join(cell["group"]["region"])


def test_a_page_of_cells_in_csv_is_that_page(client: CheckedClient) -> None:
    text = client.get("/aggregates?group_by=program&per_page=1&page=2&format=csv").text
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    (cell,) = client.get("/aggregates?group_by=program&per_page=1&page=2").get_json()["results"]
    assert [row["links.figures"] for row in rows] == [cell["links"]["figures"]]


def test_pages_of_cells_follow_each_other_and_tell_their_number(client: CheckedClient) -> None:
    found = pages(client, "/aggregates?group_by=program&per_page=3")
    number = sum(len(page["results"]) for page in found)
    assert {page["pagination"]["count"] for page in found} == {number}
    assert {page["pagination"]["pages"] for page in found} == {len(found)}
    assert found[0]["links"]["prev"] is None
    for before, page in pairwise(found):
        assert client.get(page["links"]["prev"]).get_json()["results"] == before["results"]
    past = client.get("/aggregates?group_by=program&per_page=3&page=99").get_json()
    assert (past["results"], past["pagination"]["count"]) == ([], number)
    assert client.get("/aggregates?per_page=100&page=101").status_code == 409


def test_money_and_counts_targets_and_achievements_are_never_added(client: CheckedClient) -> None:
    answer = whole(client, "")
    groups = [(cell["group"]["unit"], cell["group"]["status"]) for cell in answer["results"]]
    assert len(groups) == len(set(groups))
    assert all(list(cell["group"]) == ["measure", "unit", "status"] for cell in answer["results"])
    explained = {one["name"]: (one["asked"], one["reason"]) for one in answer["meta"]["group_by"]}
    assert list(explained) == ["unit", "status"]
    assert all(not asked and reason for asked, reason in explained.values())
    across = whole(client, "across_status=true")
    assert [one["name"] for one in across["meta"]["group_by"]] == ["unit"]
    asked = whole(client, "group_by=unit")["meta"]["group_by"][0]
    assert asked == {"name": "unit", "asked": True, "reason": None}


def test_one_about_makes_the_sum_about_and_more_than_stays_more_than(
    client: CheckedClient,
) -> None:
    (money,) = whole(client, "measure=money&across_status=true")["results"]
    assert (money["qualifier"], money["lower"], money["upper"]) == ("about", None, None)
    assert money["display"]["es"] == "alrededor de S/\u00a02,006,600,000.00"
    question = "measure=money&across_status=true&status=achieved,planned&qualifier__ne=about"
    (sure,) = whole(client, question)["results"]
    assert (sure["qualifier"], sure["lower"], sure["lower_inclusive"]) == (
        "more_than",
        120_000_000,
        False,
    )
    assert sure["display"]["en"] == "more than PEN\u00a0120,000,000.00"


def test_a_joint_amount_is_in_a_cell_of_its_own_that_names_its_regions(
    client: CheckedClient,
) -> None:
    cells = whole(client, "group_by=region&metric=investment")["results"]
    assert [cell["group"]["region"] for cell in cells] == [
        ["PE-ARE", "PE-CUS", "PE-ICA", "PE-LAL", "PE-PIU", "PE-SAM", "PE-TAC"]
    ]
    national = whole(client, "group_by=region&metric=plans")["results"]
    assert [cell["group"]["region"] for cell in national] == [["PE"]]


EACH = {"scope": "regional", "regions": ["PE-CUS", "PE-PIU"], "allocation": "each"}


def test_what_holds_for_each_region_is_counted_in_each_and_told_where_it_is_not(
    client: CheckedClient, db: Database
) -> None:
    assert load_dataset(db, bundle_of([figure("g-1", 30, **EACH)]), now).findings == []
    by_region = whole(client, "group_by=region&dataset=generated")
    assert {(*c["group"]["region"], c["sum"]) for c in by_region["results"]} == {
        ("PE-CUS", 30),
        ("PE-PIU", 30),
    }
    assert by_region["meta"]["warnings"] == []
    plain = whole(client, "group_by=program&dataset=generated")
    (cell,) = plain["results"]
    assert (cell["sum"], cell["each_counted_once"]) == (30, 1)
    (warning,) = plain["meta"]["warnings"]
    assert (warning["code"], warning["suggestion"]) == ("each_counted_once", "program,region")


def test_what_is_left_out_says_why_and_what_is_counted_instead(
    client: CheckedClient, db: Database
) -> None:
    records = [
        figure("g-1", 25),
        figure("g-2", 25, same_claim_as="g-1"),
        figure("g-3", 24, rank="deprecated"),
    ]
    assert load_dataset(db, bundle_of(records), now).findings == []
    answer = whole(client, "dataset=generated")
    assert [cell["sum"] for cell in answer["results"]] == [25]
    told = [(one["id"], one["reason"], one["counted"]) for one in answer["excluded"]["results"]]
    assert told == [("g-2", "same_claim", "g-1"), ("g-3", "deprecated", None)]
    for one in answer["excluded"]["results"]:
        assert client.get(one["links"]["self"]).get_json()["id"] == one["id"]


def test_many_that_are_left_out_are_cut_and_counted(client: CheckedClient, db: Database) -> None:
    records = [figure(f"g-{n:02}", n, rank="deprecated") for n in range(30)]
    assert load_dataset(db, bundle_of(records), now).findings == []
    excluded = client.get("/aggregates?dataset=generated").get_json()["excluded"]
    assert (excluded["count"], excluded["more"], len(excluded["results"])) == (30, True, 20)
    assert [one["id"] for one in excluded["results"]] == [f"g-{n:02}" for n in range(20)]
    assert len(figures_at(client, excluded["links"]["figures"])) == 30


def test_a_sum_that_no_double_carries_has_all_its_digits_beside_it(
    client: CheckedClient, db: Database
) -> None:
    most = 922_337_203_685_477
    records = [figure(f"g-{n}", most - n % 2) for n in range(21)]
    records.append(figure("g-x", "0.0001"))
    for record in records:
        record["value"] = float(record["value"]) if record["id"] == "g-x" else record["value"]
    assert load_dataset(db, bundle_of(records), now).findings == []
    (cell,) = client.get("/aggregates?dataset=generated").get_json()["results"]
    exact = 21 * most - 10
    assert cell["sum_exact"] == f"{exact}.0001"
    assert cell["sum"] == float(Fraction(cell["sum_exact"]))
    assert cell["lower"] < Fraction(cell["sum_exact"]) < cell["upper"]
    assert cell["display"]["en"] == f"{exact:,}.0001"


def test_a_sum_lies_between_its_bounds_in_every_format(client: CheckedClient, db: Database) -> None:
    records = [figure("g-1", 922_337_203_685_477), figure("g-2", "99999999999.9999")]
    records[1]["value"] = 99_999_999_999.9999
    assert load_dataset(db, bundle_of(records), now).findings == []
    (cell,) = client.get("/aggregates?dataset=generated").get_json()["results"]
    lines = client.get("/aggregates?dataset=generated&format=csv").text.splitlines()
    (row,) = csv.DictReader(lines)
    for said in (cell, row):
        assert said["sum_exact"] == "922437203685476.9999"
        assert [str(said[name]) for name in ("lower", "upper")] == [
            "922437203685476.9",
            "922437203685477",
        ]


def test_cells_are_sorted_by_their_number_or_by_their_sum(client: CheckedClient) -> None:
    counts = [cell["count"] for cell in whole(client, "group_by=program")["results"]]
    assert counts == sorted(counts, reverse=True)
    rising = [c["count"] for c in whole(client, "group_by=program&sort=count")["results"]]
    assert rising == sorted(counts)
    for sort, reverse in (("sum", False), ("-sum", True)):
        cells = whole(client, f"group_by=program&sort={sort}")["results"]
        units = list(dict.fromkeys(cell["group"]["unit"] for cell in cells))
        assert units == sorted(units)
        for unit in units:
            of_unit = [cell["sum"] for cell in cells if cell["group"]["unit"] == unit]
            assert of_unit == sorted(of_unit, reverse=reverse)


@pytest.mark.parametrize(
    ("question", "status", "name", "code"),
    [
        ("group_by=programme", 400, "group_by", "invalid"),
        ("group_by=program,metric,year", 400, "group_by", "invalid"),
        ("group_by=value", 400, "group_by", "invalid"),
        ("group_by=", 400, "group_by", "invalid"),
        ("sort=id", 400, "sort", "invalid"),
        ("sort=sum,-sum", 409, "sort", "contradiction"),
        ("across_status=yes", 400, "across_status", "invalid"),
        ("group_by=status&across_status=true", 409, "across_status", "contradiction"),
        ("match=certain", 409, "match", "contradiction"),
        ("counted=true", 400, "counted", "unknown"),
        ("cell=unit:PEN", 400, "cell", "unknown"),
        ("facets=status", 400, "facets", "unknown"),
        ("cursor=v4.000000000000.W10", 400, "cursor", "unknown"),
        ("fields=sum", 400, "fields", "unknown"),
        ("format=geojson", 400, "format", "invalid"),
        ("as_of=99", 404, "as_of", "no_such_version"),
    ],
)
def test_what_cannot_be_asked_of_a_sum_is_refused(
    client: CheckedClient, question: str, status: int, name: str, code: str
) -> None:
    answer = client.get(f"/aggregates?{question}")
    assert answer.status_code == status
    assert [(e["name"], e["code"]) for e in answer.get_json()["errors"]] == [(name, code)]


@pytest.mark.parametrize(
    ("question", "status", "name", "code"),
    [
        ("cell=unit", 400, "cell", "invalid"),
        ("cell=colour:red", 400, "cell", "invalid"),
        ("cell=unit:", 400, "cell", "invalid"),
        ("cell=status:done", 400, "cell", "invalid"),
        ("cell=year:0", 400, "cell", "invalid"),
        ("cell=year:20210", 400, "cell", "invalid"),
        ("cell=region:PE-PIU.", 400, "cell", "invalid"),
        ("cell=program:a.b", 400, "cell", "invalid"),
        ("cell=unit:PEN,unit:USD", 409, "cell", "contradiction"),
        ("cell=unit:PEN&counted=false", 409, "counted", "contradiction"),
        ("counted=yes", 400, "counted", "invalid"),
    ],
)
def test_a_cell_that_cannot_be_is_refused(
    client: CheckedClient, question: str, status: int, name: str, code: str
) -> None:
    answer = client.get(f"/figures?{question}")
    assert answer.status_code == status
    assert [(e["name"], e["code"]) for e in answer.get_json()["errors"]] == [(name, code)]


def test_regions_of_a_cell_may_be_named_in_any_order(client: CheckedClient) -> None:
    regions = ["PE-TAC", "PE-ARE", "PE-CUS", "PE-ICA", "PE-LAL", "PE-PIU", "PE-SAM"]
    found = client.get(f"/figures?cell=region:{'.'.join(regions)}").get_json()["results"]
    assert {record["id"] for record in found} == {"der-investment", "der-regions"}


def test_an_empty_sum_is_an_answer_and_says_what_no_list_holds(client: CheckedClient) -> None:
    answer = client.get("/aggregates?program=procompit").get_json()
    assert (answer["results"], answer["pagination"]["pages"]) == ([], 1)
    assert [w["suggestion"] for w in answer["meta"]["warnings"]] == ["procompite"]


def test_the_old_sums_stay_byte_for_byte(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    addresses = [f"/aggregates?{q}" for q in QUESTIONS]
    addresses += ["/aggregates?group_by=program&format=csv", "/figures?cell=unit:PEN"]
    addresses += ["/figures?facets=status,program&status=achieved"]
    before = {address: client.get(address) for address in addresses}
    change(dataset, "status: achieved", "status: in_progress")
    change(dataset, "value: 100000000", "value: 100000000\n  rank: deprecated")
    assert load(database, dataset) == 5
    changed = 0
    for address, old in before.items():
        pinned = client.get(f"{address}&as_of=4")
        assert pinned.get_data() == old.get_data(), address
        assert pinned.headers["ETag"] == old.headers["ETag"]
        changed += client.get(address).get_data() != old.get_data()
    assert changed >= len(addresses) - 2


def test_self_is_this_sum_for_good_and_latest_is_not(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    old = client.get("/aggregates?group_by=status&measure=money")
    change(dataset, "value: 20000000", "value: 30000000")
    change(dataset, "20 million soles", "30 million soles")
    load(database, dataset)
    assert client.get(old.get_json()["links"]["self"]).get_data() == old.get_data()
    latest = client.get(old.get_json()["links"]["latest"]).get_json()
    assert latest["meta"]["version"] == 5
    assert latest["results"] != old.get_json()["results"]


def test_a_known_tag_costs_nothing_but_the_version(
    client: CheckedClient, statements: list[str]
) -> None:
    for path in ("/aggregates?group_by=program", "/figures?facets=status"):
        tag = client.get(path).headers["ETag"]
        statements.clear()
        answer = client.get(path, headers={"If-None-Match": tag})
        assert (answer.status_code, len(statements)) == (304, 1)


@pytest.mark.parametrize(
    ("question", "most"),
    [
        ("group_by=program", 4),
        ("group_by=program,year&measure=money", 4),
        ("group_by=program,year&value__gte=1", 4),
        ("group_by=program&as_of=3", 4),
        ("group_by=program&format=ndjson", 2),
    ],
)
def test_a_sum_takes_few_statements_beside_the_version(
    client: CheckedClient, statements: list[str], question: str, most: int
) -> None:
    client.get(f"/aggregates?{question}")
    assert 1 + 1 <= len(statements) <= 1 + most


def test_a_sum_that_takes_too_long_says_what_to_narrow(
    make_app: Callable[..., Flask], db: Database, clock: Callable[[], datetime]
) -> None:
    """The timeout is no time at all, so every statement of any length is too slow."""
    records = [figure(f"g-{n}", n, notes=BOTH) for n in range(3000)]
    assert load_dataset(db, bundle_of(records), clock).findings == []
    app = make_app()
    app.extensions["quipu"].store._seconds = 0
    client = app.test_client()
    for address, advice in (
        ("/aggregates?value__gte=1&group_by=program,source", "'program', 'metric', 'source'"),
        ("/aggregates?value__gte=1&group_by=program,source&format=csv", "'program', 'metric'"),
        ("/figures?value__gte=1&facets=status,unit&count=none&sort=value", "'status', 'unit'"),
    ):
        answer = client.get(address)
        assert answer.status_code == 503, address
        problem = answer.get_json()
        assert problem["code"] == "query-too-slow"
        assert advice in problem["detail"]
        assert int(answer.headers["Retry-After"]) > 0
        assert "newest" not in problem["detail"]
    assert load_dataset(db, bundle_of(records[1:]), now).findings == []
    older = client.get("/aggregates?value__gte=1&group_by=program,source&as_of=5")
    assert older.status_code == 503
    assert "of the newest data it may be known" in older.get_json()["detail"]


def test_every_sum_of_the_seeded_figures_can_be_added_up_by_hand(client: CheckedClient) -> None:
    records = everything(client, FIGURE)
    for groups in (["program"], ["region"], ["metric", "year"], ["source"], ["organization"]):
        answer = whole(client, f"group_by={','.join(groups)}")
        expected = sums.cells(records, records, [*groups, "unit", "status"])
        assert len(answer["results"]) == len(expected)
        for cell in answer["results"]:
            group = {**cell["group"], "region": tuple(cell["group"].get("region", ()))}
            members = expected[tuple(group[name] for name in [*groups, "unit", "status"])]
            check_cell(cell, members)
