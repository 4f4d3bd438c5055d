"""Pages of sums that were sorted and counted when data were loaded are those of the whole."""

from itertools import product
from typing import Any

import pytest

from api.cli.database import now
from api.store import counts
from api.store.cells import cells
from api.store.engine import Database
from api.store.load import load_dataset
from api.store.pool import Store
from api.store.ranking import RANKED, ranked
from api.store.summaries import stray_summaries
from schemas.group import grouped_by
from schemas.query import Ordering
from schemas.reading import read_query
from tests.store.generated import BOTH, figure
from tests.store.plans import rows_of
from tests.store.summed import summed_bundle
from tests.store.test_sums import ASKED, paged

GROUPS = [
    ("program",),
    ("source",),
    ("region",),
    ("program", "metric"),
    ("source", "metric"),
    ("region", "metric"),
    ("program", "year"),
    ("program", "region"),
]
FILTERS = [
    [],
    [("metric", "plans")],
    [("metric__ne", "plans")],
    [("measure", "money")],
    [("status", "target"), ("unit__nin", "USD")],
    [("year", "2021"), ("metric", "financing")],
    [("region", "PE-PIU")],
    [("region", "PE-PIU"), ("metric", "plans")],
    [("program__ne", "procompite")],
    [("program__isnull", "true")],
    [("source", "another-source")],
]
SORTS = [Ordering(name, descending) for name in ("count", "sum") for descending in (True, False)]
PLACES = [
    {"scope": None, "regions": []},
    {"scope": "regional", "regions": ["PE-PIU"], "allocation": "each"},
    {"scope": "regional", "regions": ["PE-CUS", "PE-PIU"], "allocation": "joint"},
    {"scope": "regional", "regions": ["PE-CUS", "PE-PIU"], "allocation": "each"},
]


def records(moved: int) -> list[dict[str, Any]]:
    """Figures of all sorts, in cells of different sizes; `moved` changes some of them."""
    found = []
    for number in range(90):
        n = number + moved * (number % 7 == 0)
        unit = ("plans", "PEN", "USD")[n % 3 if n % 5 else 0]
        record = figure(
            f"g-{number:02}",
            n * 37 % 11 * 10 ** (n % 4),
            program=(None, "procompite", "innovate-peru")[n * n % 3],
            metric="plans" if unit == "plans" else "financing",
            measure="count" if unit == "plans" else "money",
            unit=unit,
            status=("achieved", "target")[n % 8 // 6],
            rank="deprecated" if n % 19 == 0 else "normal",
            period={"start": f"{2020 + n % 2}-01-01", "end": f"{2020 + n % 2}-12-31"},
            notes=BOTH,
            same_claim_as=f"g-{number - 3:02}" if n % 17 == 16 else None,
            **PLACES[n % 13 % 4],
        )
        record["source"]["id"] = "another-source" if n % 4 == 1 else "perumin-2021-04-28"
        found.append(record)
    return found


@pytest.fixture(params=[True, False], ids=["made anew", "followed"])
def summed(request: pytest.FixtureRequest, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "FEW", 10**6 if request.param else 0)
    for moved in (5, 1, 0):
        assert load_dataset(db, summed_bundle(records(moved)), now).findings == []
        assert not list(stray_summaries(db.conn))


@pytest.mark.usefixtures("summed")
@pytest.mark.parametrize("group_by", GROUPS, ids=",".join)
def test_pages_of_sums_are_those_of_the_whole(store: Store, group_by: tuple[str, ...]) -> None:
    groups = grouped_by(group_by, across_status=False)
    with store.snapshot() as snapshot:
        for asked, sort in product(FILTERS, SORTS):
            query, mistakes = read_query(ASKED, asked)
            assert mistakes == []
            whole = list(snapshot.stream_cells(query, None, groups, [sort]))
            assert paged(snapshot, query, None, groups, [sort]) == whole


def test_each_total_with_many_groups_is_read_in_the_order_of_some_pages(db: Database) -> None:
    found = set()
    for group_by, asked, sort in product(GROUPS, FILTERS, SORTS):
        query, _ = read_query(ASKED, asked)
        groups = grouped_by(group_by, across_status=False)
        total = cells(rows_of(db), query, None, groups).total
        if total and ranked(total, query, [sort]):
            found.add((total.name, sort.name))
    assert found == {(total.name, sort) for total in RANKED for sort in ("count", "sum")}
