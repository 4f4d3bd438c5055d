"""Orders that carry the records: what is read in them alone, and what is not."""

from dataclasses import replace
from typing import Any

import pytest

from api.cli.database import now
from api.store.engine import Database
from api.store.load import load_dataset
from api.store.query import count_statement, items_statement, page_statement, stream_statement
from schemas import FIGURE, RESOURCES
from schemas.parameters import filter_parameters
from schemas.resource import Resource
from tests.store.generated import bundle_of, figure
from tests.store.plans import asked, plan

CARRYING = [(resource, column) for resource in RESOURCES for column in resource.carried]


@pytest.mark.parametrize("way", ["", "-"])
@pytest.mark.parametrize(("resource", "column"), CARRYING)
def test_a_page_in_an_order_that_carries_the_records_is_read_in_its_index_alone(
    db: Database, resource: Resource, column: str, way: str
) -> None:
    example = next(one.example for one in resource.filters if one.name == column)
    in_one_place = f"{resource.name} USING COVERING INDEX {resource.name}_now_{column}_body"
    for pair in ((), ((column, str(example)),), ((f"{column}__ne", str(example)),)):
        query = asked(resource, ("sort", f"{way}{column}"), *pair)
        after = [example, "z"][-1 if column == "id" else 0 :]
        for statement in (
            page_statement(resource, query, None, None, 51),
            page_statement(resource, query, None, after, 51),
            stream_statement(resource, query, None),
        ):
            assert in_one_place in " ".join(plan(db, statement)), statement.sql


@pytest.mark.parametrize(("resource", "column"), CARRYING)
def test_no_records_are_read_where_they_are_passed_counted_or_looked_up(
    db: Database, resource: Resource, column: str
) -> None:
    examples = [
        (one.name, str(one.example))
        for one in filter_parameters(resource)
        if one.example is not None and one.name.partition("__")[0] != column
    ]
    sort = ("sort", column)
    statements = [items_statement(resource, ["a", "b"], None)]
    for pair in ((), *((pair,) for pair in examples)):
        query = asked(resource, sort, *pair)
        statements.append(count_statement(resource, query, None, None))
        statements.append(page_statement(resource, query, 4, None, 51))
        statements.append(page_statement(resource, query, None, None, 51, 100))
        if pair:
            statements.append(page_statement(resource, query, None, None, 51))
            statements.append(stream_statement(resource, query, None))
    for statement in statements:
        assert not any("_body" in step for step in plan(db, statement)), statement.sql


def test_a_page_is_the_same_whether_its_index_carries_the_records_or_not(db: Database) -> None:
    for n in range(3):
        load_dataset(db, bundle_of([figure(f"quinua-{k}", n + k % 4) for k in range(n, 9)]), now)
    bare = replace(FIGURE, carried=())
    bare_pairs = [(), (("value__gt", "1"),), (("id__ne", "quinua-3"),), (("status", "target"),)]
    for sort in ("id", "-id", "value", "-value", "value,-id", "value,program"):
        for pair in bare_pairs:
            query = asked(FIGURE, ("sort", sort), *pair)
            found = [
                db.conn.execute(*page_statement(resource, query, None, None, 100)).fetchall()
                for resource in (FIGURE, bare)
            ]
            assert found[0] == found[1] != []


def test_a_place_among_many_equal_values_is_found_at_once(db: Database) -> None:
    load_dataset(db, bundle_of([figure(f"quinua-{n}", n % 3) for n in range(30)]), now)
    for sort, found_at in (
        ("value", "(value,id)>(?,?)"),
        ("-value,-id", "(value,id)<(?,?)"),
        ("metric", "(metric,id)>(?,?)"),
    ):
        query = asked(FIGURE, ("sort", sort))
        whole = db.conn.execute(*page_statement(FIGURE, query, None, None, 1000)).fetchall()
        read: list[tuple[Any, ...]] = []
        while rows := db.conn.execute(
            *(statement := page_statement(FIGURE, query, None, read[-1][1:] if read else None, 4))
        ).fetchall():
            read += rows
        assert read == whole
        assert found_at in " ".join(plan(db, statement))
