"""Whichever way a page is found, it is the same page; what is stored is what would be counted."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.cli.database import now
from api.store.choice import Page, Sizes, shares
from api.store.engine import Database
from api.store.known import known_count_statement
from api.store.load import load_dataset
from api.store.pool import Store
from api.store.query import COMMON, count_statement, page_statement
from api.store.results import Count
from api.store.statement import Statement
from api.store.ways import find_page, page_statements
from schemas import FIGURE, RESOURCES
from schemas.filter import Sort
from schemas.parameter import Parameter
from schemas.parameters import list_parameters
from schemas.query import Query
from schemas.reading import read_query
from tests.store.generated import bundle_of, figure, figures

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
        stored = shares(FIGURE, query, at)
        # Numbers of any size: they may be wrong, and only choose the way.
        number = st.integers(0, 1000)
        counts = st.none() | st.builds(Count, number, st.booleans())
        numbers = [1000, *(data.draw(number) for _ in stored)] if stored is not None else []
        common = query.q is not None and data.draw(st.booleans())
        sizes = Sizes(data.draw(counts), stored or (), numbers, common)
        plain = [page_statement(FIGURE, query, at, *page)]
        *some, last = page_statements(FIGURE, query, at, page, sizes) if numbers else plain
        for statement in some:
            found = db.conn.execute(*statement).fetchall()
            assert found == expected[: len(found)]
            assert len(found) < limit or found == expected
        assert db.conn.execute(*last).fetchall() == expected
        assert find_page(partial(rows_of, db), FIGURE, query, at, page, sizes) == expected


def rows_of(db: Database, statement: Statement) -> list[tuple[Any, ...]]:
    return db.conn.execute(*statement).fetchall()


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
        return rows_of(db, statement)

    found = find_page(run, FIGURE, query, None, page, Sizes(None, (), [10_000], common=True))
    assert found == rows_of(db, page_statement(FIGURE, query, None, *page))
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
