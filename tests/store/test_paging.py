"""Pages by key hold every row once, in order: at every sort, both ways, now and then."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.cli.database import now
from api.store.engine import Database
from api.store.load import load_dataset
from api.store.pool import Store
from api.store.query import page_statement
from api.store.snapshot import Snapshot
from api.store.text import sort_key
from schemas import FIGURE, RESOURCES, Resource
from schemas.query import Ordering, Query
from tests.store.generated import LABELS, bundle_of, figure, figures, in_order

ON_ONE_DATABASE = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ORDERINGS = [
    Ordering(sort.name, descending) for sort in FIGURE.sorts for descending in (False, True)
]


def ids_by_page(
    snapshot: Snapshot, sort: Sequence[Ordering], at: int | None, per_page: int
) -> list[str]:
    """The ids of all pages, each asked for from where the one before ended."""
    query = Query(sort=tuple(sort), per_page=per_page)
    after, found = None, []
    while True:
        rows = snapshot.page(FIGURE, query, at, after)
        assert len(rows.bodies) <= per_page
        found += [json.loads(body)["id"] for body in rows.bodies]
        if not rows.more:
            return found
        assert len(rows.bodies) == per_page
        after = rows.last


def everything(snapshot: Snapshot, at: int | None) -> list[dict[str, Any]]:
    return [json.loads(body) for body in snapshot.stream(FIGURE, Query(), at)]


@pytest.fixture
def load(db: Database) -> Any:
    """Loads figures in place of those before; gives the newest version."""

    def load(records: list[dict[str, Any]]) -> int:
        outcome = load_dataset(db, bundle_of(records), now)
        assert outcome.findings == []
        (newest,) = db.conn.execute("SELECT MAX(version) FROM releases").fetchone()
        return int(newest)

    return load


@ON_ONE_DATABASE
@given(
    before=figures(),
    after=figures(),
    sort=st.lists(st.sampled_from(ORDERINGS), min_size=1, max_size=3, unique_by=lambda o: o.name),
    per_page=st.integers(1, 7),
)
def test_pages_by_key_hold_each_row_once_and_in_order(
    store: Store,
    load: Any,
    before: list[dict[str, Any]],
    after: list[dict[str, Any]],
    sort: list[Ordering],
    per_page: int,
) -> None:
    past = load(before)
    load(after)
    with store.snapshot() as snapshot:
        for at in (None, past):
            expected = in_order(FIGURE, everything(snapshot, at), sort)
            assert ids_by_page(snapshot, sort, at, per_page) == expected


@pytest.mark.parametrize("ordering", ORDERINGS, ids=lambda o: f"{'-' * o.descending}{o.name}")
def test_each_sort_pages_ties_and_what_is_not_stated(
    store: Store, load: Any, ordering: Ordering
) -> None:
    def record(number: int, value: int, *, ended: bool) -> dict[str, Any]:
        return figure(
            f"g-{number:02}",
            value,
            program="procompite" if ended else None,
            qualifier="at_most" if ended else "more_than",
            period={"end": f"2021-12-{10 + value}"} if ended else None,
            label={"en": LABELS[number % 10], "es": LABELS[number % 7]},
        )

    past = load([record(n, n % 3, ended=n % 2 == 0) for n in range(20)])
    load([record(n, n % 4, ended=n % 3 == 0) for n in range(5, 25)])
    with store.snapshot() as snapshot:
        for at in (None, past):
            expected = in_order(FIGURE, everything(snapshot, at), [ordering])
            assert len(expected) == 31
            for per_page in (1, 3, 31):
                assert ids_by_page(snapshot, [ordering], at, per_page) == expected


def test_pages_by_number_hold_each_row_once(store: Store, load: Any) -> None:
    load([figure(f"g-{n:02}", n % 3) for n in range(20)])
    sort = (Ordering("value", True),)
    with store.snapshot() as snapshot:
        found = []
        for page in range(1, 12):
            rows = snapshot.page(FIGURE, Query(sort=sort, per_page=3, page=page), None)
            found += [json.loads(body)["id"] for body in rows.bodies]
            assert rows.more == (page < 11)
        assert found == in_order(FIGURE, everything(snapshot, None), sort)
        past_the_end = snapshot.page(FIGURE, Query(sort=sort, per_page=3, page=12), None)
    assert (past_the_end.bodies, past_the_end.last, past_the_end.more) == ([], None, False)


def test_a_count_is_exact_capped_or_left_out(store: Store, load: Any) -> None:
    load([figure(f"g-{n}") for n in range(20)])
    with store.snapshot() as snapshot:
        for count, exact in (("exact", True), ("capped", True)):
            assert snapshot.count(FIGURE, Query(count=count), None) == (31, exact)
            assert snapshot.count(FIGURE, Query(count=count), 4) == (11, exact)
        assert snapshot.count(FIGURE, Query(count="none"), None) is None


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_a_statement_names_nothing_that_was_given(resource: Resource) -> None:
    """Every value is a parameter: no text of a question gets into the SQL."""
    for sort in resource.sorts:
        query = Query(sort=(Ordering(sort.name, False),), q="needle'; DROP TABLE figures")
        statement = page_statement(
            resource, query, 3, ["needle", "needle"][: 1 + (sort.name != "id")], 5
        )
        assert "needle" not in statement.sql
        assert "needle" in str(statement.parameters)


def test_names_sort_as_spanish_does() -> None:
    names = [
        "Zorro",
        "ñandú",
        "nube",
        "Nz",
        "Ána",
        "ana b",
        "ANA",
        "Año",
        "anzuelo",
        "ano",
        "10",
        "¡Eco!",
    ]
    assert sorted(names, key=lambda name: (sort_key(name), name)) == [
        *("10", "ANA", "Ána", "ana b", "ano", "anzuelo", "Año", "¡Eco!"),
        *("nube", "Nz", "ñandú", "Zorro"),
    ]


@pytest.mark.parametrize("one", ["ñandú", "Ñandú", "n\u0303andu\u0301", "ÑANDÚ", "ñandu"])
def test_case_accents_and_their_encoding_make_no_difference_to_a_sort(one: str) -> None:
    assert sort_key(one) == sort_key("ñandú") == "n~andu"


@given(st.text())
def test_a_sort_key_holds_nothing_that_compares_otherwise_elsewhere(text: str) -> None:
    assert set(sort_key(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789~ ")
