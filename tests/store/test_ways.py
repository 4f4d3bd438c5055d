"""Whichever way a page is found, it is the same page; what is stored is what would be counted."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.cli.database import now
from api.store.choice import Page, Sizes, parts_of, sizes_of
from api.store.engine import Database
from api.store.known import FEW, known_count_statement
from api.store.load import load_dataset
from api.store.pool import Store
from api.store.query import COMMON, count_statement, page_statement, stream_statement
from api.store.results import Count
from api.store.sizes import look_further
from api.store.statement import Rows, Statement
from api.store.ways import find_page, page_statements
from schemas import FIGURE, RESOURCES
from schemas.filter import Sort
from schemas.parameter import Parameter
from schemas.parameters import list_parameters
from schemas.query import Query
from schemas.reading import read_query
from tests.store.generated import bundle_of, figure, figures
from tests.store.plans import asked, rows_of

ON_ONE_DATABASE = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ASKED = list_parameters(FIGURE, ["json"])
FILTERS = [one for one in ASKED if one.operator and not one.deprecated]


@st.composite
def questions(draw: st.DrawFn) -> Query:
    """Filters that some record meets, now and then words, and a sort."""
    chosen: list[Parameter] = draw(
        st.lists(st.sampled_from(FILTERS), max_size=3, unique_by=lambda one: one.name)
    )
    pairs = [(one.name, one.example) for one in chosen]
    if draw(st.booleans()):
        pairs.append(("q", draw(st.sampled_from(["text", "plans", "a", "g 1"]))))
    sort: Sort = draw(st.sampled_from(FIGURE.sorts))
    pairs.append(("sort", draw(st.sampled_from(["", "-"])) + sort.name))
    query, mistakes = read_query(ASKED, pairs)
    assert not mistakes
    return query


@ON_ONE_DATABASE
@given(
    records=figures(),
    query=questions(),
    limit=st.integers(1, 6),
    offset=st.integers(0, 3),
    begun=st.booleans(),
    data=st.data(),
)
def test_every_way_finds_the_same_page(
    db: Database,
    records: list[dict[str, Any]],
    query: Query,
    limit: int,
    offset: int,
    begun: bool,
    data: st.DataObject,
) -> None:
    load_dataset(db, bundle_of(records), now)
    for at in (None, 4):
        after = None
        if begun:
            first = db.conn.execute(*page_statement(FIGURE, query, at, None, 1)).fetchone()
            after = first[1:] if first else None
        page = Page(after, limit, offset)
        expected = db.conn.execute(*page_statement(FIGURE, query, at, *page)).fetchall()
        parts = parts_of(FIGURE, query, at)
        # Numbers of any size: they may be wrong, and only choose the way.
        number = st.integers(0, 1000) | st.just(FEW + 1)
        counts = st.none() | st.builds(Count, number, st.booleans())
        numbers = [1000, *(data.draw(number) for part in parts or () for _ in part)]
        found = data.draw(counts)
        sizes = sizes_of(found, parts, numbers) if parts else Sizes(found, (), ())
        sizes = sizes._replace(common=query.q is not None and data.draw(st.booleans()))
        run = rows_of(db)
        plain = [page_statement(FIGURE, query, at, *page)]
        ways = page_statements(run, FIGURE, query, at, page, sizes)
        *some, last = ways if sizes.numbers else plain
        for statement in some:
            found = db.conn.execute(*statement).fetchall()
            assert found == expected[: len(found)]
            assert len(found) < limit or found == expected
        assert db.conn.execute(*last).fetchall() == expected
        assert find_page(run, FIGURE, query, at, page, sizes) == expected


@pytest.mark.parametrize(
    ("word", "offset", "statements"),
    [
        # In every row, in one of twenty, in the last ones of the order alone.
        ("everywhere", 0, ["read"]),
        ("everywhere", 280, ["read", "read"]),
        ("often", 0, ["read", "read"]),
        ("oft", 0, ["read", "read"]),
        ("often everyw", 3, ["read", "read"]),
        ("late", 0, ["read", "listed"]),
        ("seldom", 0, ["read", "listed"]),
        ("nowhere", 0, ["read", "listed"]),
    ],
)
def test_common_words_are_read_along_the_order_as_long_as_that_leads_on(
    db: Database, word: str, offset: int, statements: list[str]
) -> None:
    def words(n: int) -> str:
        said = {"often": n % 20 == 0, "seldom": n == 20, "late": n >= 400}
        return " ".join(["everywhere", *(word for word, is_said in said.items() if is_said)])

    records = [figure(f"f-{n:03}", n, notes={"en": words(n), "es": "-"}) for n in range(450)]
    load_dataset(db, bundle_of(records), now)
    query, _ = read_query(ASKED, [("q", word), ("sort", "value")])
    page = Page(None, 20, offset)
    done: list[str] = []

    def run(statement: Statement) -> list[tuple[Any, ...]]:
        done.append("read" if "holds_words" in statement.sql else "listed")
        return rows_of(db)(statement)

    found = find_page(run, FIGURE, query, None, page, Sizes(None, (), [10_000], common=True))
    assert found == rows_of(db)(page_statement(FIGURE, query, None, *page))
    assert done == statements


def test_a_word_that_very_many_have_is_not_listed(db: Database, database: Path) -> None:
    records = [figure(f"f-{n}", n, notes={"en": "everywhere", "es": "-"}) for n in range(COMMON)]
    load_dataset(db, bundle_of(records), now)
    said: list[str] = []
    store = Store(str(database), 10_000, said.append)
    for word, is_common in (("everywhere", True), ("every", False), ("procompite", False)):
        query, _ = read_query(ASKED, [("q", word), ("count", "none")])
        said.clear()
        with store.snapshot() as snapshot:
            assert snapshot.page(FIGURE, query, None).bodies
        assert any("holds_words" in one for one in said) == is_common
    store.close()


def test_what_stands_at_the_other_end_of_the_order_is_found_all_the_same(
    db: Database, store: Store
) -> None:
    few = [figure(f"few-{n}", n, metric="services") for n in range(30)]
    many = [figure(f"many-{n:04}", 1000 + n) for n in range(600)]
    load_dataset(db, bundle_of([*few, *many]), now)
    query, _ = read_query(ASKED, [("metric", "services"), ("sort", "-lower"), ("per_page", "5")])
    with store.snapshot() as snapshot:
        rows = snapshot.page(FIGURE, query, None)
    assert len(rows.bodies) == 5
    assert rows.more
    assert all(b'"metric":"services"' in body for body in rows.bodies)


@pytest.mark.parametrize(
    ("bounds", "ways"),
    [
        # All over the order; some at its beginning and many behind; many behind; few, at its end.
        ("lower__gte=0", ["followed"]),
        ("stated_on__lt=2021-01-01", ["followed", "counted", "followed"]),
        ("lower__gte=450", ["followed", "counted", "followed"]),
        ("lower__gte=1900", ["followed", "counted", "gathered"]),
        ("lower__gte=450&lower__lt=500", ["followed", "counted", "gathered"]),
        # The order begins there.
        ("value__gte=1900&stated_on__lt=2021-01-01", ["followed"]),
    ],
)
def test_what_lies_between_bounds_is_gathered_where_the_order_does_not_lead_to_it(
    db: Database, bounds: str, ways: list[str]
) -> None:
    def stated(n: int) -> dict[str, str]:
        is_early = n >= 400 or n % 60 == 0
        return {"organization": "produce", "on": "2020-06-01" if is_early else "2021-04-28"}

    records = [figure(f"f-{n:04}", n, attribution=stated(n)) for n in range(2000)]
    load_dataset(db, bundle_of(records), now)
    query = asked(FIGURE, ("sort", "value"), *pairs_of(bounds))
    page = Page(None, 10)
    done: list[str] = []

    def run(statement: Statement) -> Rows:
        kinds = {"walked": "followed", "COUNT": "counted", "INDEXED BY": "gathered"}
        done.append(next((kind for text, kind in kinds.items() if text in statement.sql), "asked"))
        return rows_of(db)(statement)

    parts = parts_of(FIGURE, query, None)
    assert parts is not None
    sizes = sizes_of(None, parts, [10_000, *(FEW + 1 for _ in parts.stretches)])
    found = find_page(run, FIGURE, query, None, page, sizes)
    assert found == rows_of(db)(page_statement(FIGURE, query, None, *page))
    assert done == ways


def test_of_several_filters_the_one_that_leaves_the_fewest_finds_what_is_counted_and_streamed(
    db: Database, database: Path
) -> None:
    load_dataset(db, bundle_of([figure(f"f-{n}", n) for n in range(60)]), now)
    said: list[str] = []
    store = Store(str(database), 10_000, said.append)
    for bounds, column in (
        ("value__gte=58&value__lt=60&status=achieved", "value"),
        ("value__gte=3&status=target", "status"),
    ):
        query = asked(FIGURE, *pairs_of(bounds))
        index = f"INDEXED BY figures_now_{column} "
        said.clear()
        with store.snapshot() as snapshot:
            count = snapshot.count(FIGURE, query, None)
            assert index in said[-1]
            bodies = list(snapshot.stream(FIGURE, query, None))
            assert index in said[-1]
        assert count == Count(len(bodies), exact=True)
        assert bodies
    store.close()


def pairs_of(text: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (part.partition("=") for part in text.split("&"))]


@ON_ONE_DATABASE
@given(records=figures(), query=questions())
def test_whichever_index_finds_them_the_same_rows_are_counted_and_streamed(
    db: Database, records: list[dict[str, Any]], query: Query
) -> None:
    load_dataset(db, bundle_of(records), now)
    parts = parts_of(FIGURE, query, None)
    counted = rows_of(db)(count_statement(FIGURE, query, None, None))
    streamed = rows_of(db)(stream_statement(FIGURE, query, None))
    for one in (one for part in parts or () for one in part if one.column):
        assert rows_of(db)(count_statement(FIGURE, query, None, None, one.column)) == counted
        assert rows_of(db)(stream_statement(FIGURE, query, None, one.column)) == streamed


@ON_ONE_DATABASE
@given(records=figures(), query=questions())
def test_what_stands_between_bounds_is_counted_no_further_than_is_asked(
    db: Database, records: list[dict[str, Any]], query: Query
) -> None:
    load_dataset(db, bundle_of(records), now)
    parts = parts_of(FIGURE, query, None)
    if parts is None or not parts.stretches:
        return
    having = [
        rows_of(db)(count_statement(FIGURE, Query(conditions=one.conditions), None, None))[0][0]
        for one in parts.stretches
    ]
    for most in (0, 2, 1000):
        sizes = Sizes(None, (), [1000], many=parts.stretches)
        found = look_further(rows_of(db), FIGURE, sizes, most)
        assert found.numbers == [1000, *(number for number in having if number <= most)]
        assert len(found.parts) + len(found.many) == len(having)


@ON_ONE_DATABASE
@given(records=figures(), query=questions())
def test_what_is_stored_is_what_is_counted(
    db: Database, records: list[dict[str, Any]], query: Query
) -> None:
    load_dataset(db, bundle_of(records), now)
    for one in (query, query._replace(q=None), query._replace(q=None, conditions=())):
        stored = known_count_statement(FIGURE, one)
        if stored:
            counted = count_statement(FIGURE, one, None, None)
            assert db.conn.execute(*stored).fetchone() == db.conn.execute(*counted).fetchone()


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_a_whole_collection_is_not_counted_anew(db: Database, resource: Any) -> None:
    stored = known_count_statement(resource, Query())
    assert stored is not None
    counted = count_statement(resource, Query(), None, None)
    assert db.conn.execute(*stored).fetchone() == db.conn.execute(*counted).fetchone()
