"""Statements that find the rows of a page: along an order, or gathered by an index and sorted."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from api.store.choice import Page
from api.store.columns import index_name, join_table
from api.store.conditions import matching
from api.store.dialect import as_bytes, holding, read_by
from api.store.known import Share
from api.store.order import Key, going_on, ordered
from api.store.query import by_column
from api.store.statement import Statement
from api.store.text import fold
from schemas.query import Condition, Query
from schemas.resource import Resource

WALKED = "w.walked"


class Order(NamedTuple):
    """What is followed: a table that is read in its own order, and where in it the rows stand."""

    table: str
    where: list[str]
    parameters: dict[str, Any]


def along(
    resource: Resource,
    query: Query,
    at: int | None,
    column: str,
    conditions: Sequence[Condition],
    pair: Share | None,
) -> Order:
    """The order of a column, from where conditions say on; of a pair, in its own order. What is one
    of several values stands by its ids, with the rows of every version."""
    if pair and pair.condition.place.many:
        table = join_table(resource, pair.condition.place.path)
        return Order(table, ["value = :walked_value"], {"walked_value": pair.values[0]})
    narrowed = query._replace(conditions=tuple(conditions), q=None)
    where, parameters = matching(resource, narrowed, at)
    index = index_name(resource, at, f"{pair.column}_{column}" if pair else column)
    return Order(read_by(resource.name, index), where, parameters)


def followed(
    resource: Resource,
    query: Query,
    at: int | None,
    page: Page,
    keys: Sequence[Key],
    order: Order,
    far: int,
    *,
    reading: bool = False,
) -> Statement:
    """(body, key, key, ...) along an order, so far; what its rows say is looked at one after the
    other. Words are looked for in a list of all rows that hold them, or by `reading` each row's
    text."""
    table, where, parameters = order
    if page.after is not None:
        where, parameters = going_on(where, parameters, keys, page.after)
    walked = (
        f"SELECT row AS walked FROM {table} WHERE {' AND '.join(where)} "
        f"ORDER BY {', '.join(map(ordered, keys))} LIMIT :far"
    )
    found = matching(resource, query._replace(q=None) if reading else query, at, WALKED)
    looked_at = found.sql
    if reading:
        looked_at = f"{looked_at} AND {holding(resource.name, 'body', 'phrase')}"
        parameters = {**parameters, "phrase": fold(query.q or "")}
    return _cut(
        f"SELECT {as_bytes('body')}, {', '.join(key.column for key in keys)} FROM ({walked}) AS w "
        f"CROSS JOIN {resource.name} WHERE row = walked AND {looked_at} LIMIT :limit",
        {**found.parameters, **parameters, "far": far},
        page,
    )


def gathered(
    resource: Resource, query: Query, page: Page, keys: Sequence[Key], column: str
) -> Statement:
    """(body, key, key, ...) by the index of one column, of current rows; then sorted."""
    table, (where, parameters) = by_column(resource, query, column)
    if page.after is not None:
        where, parameters = going_on(where, parameters, keys, page.after)
    return _cut(
        f"SELECT {as_bytes('body')}, {', '.join(key.column for key in keys)} "
        f"FROM {table} WHERE {' AND '.join(where)} "
        f"ORDER BY {', '.join(map(ordered, keys))} LIMIT :limit",
        parameters,
        page,
    )


def _cut(sql: str, parameters: dict[str, Any], page: Page) -> Statement:
    parameters = {**parameters, "limit": page.limit}
    if page.offset:
        return Statement(f"{sql} OFFSET :offset", {**parameters, "offset": page.offset})
    return Statement(sql, parameters)
