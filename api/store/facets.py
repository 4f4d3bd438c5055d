"""Facets: the most frequent values of filters among the rows that a question finds.

A facet leaves its own filter out of account: it shows what could be chosen in place of what is.
The numbers of a whole collection are stored, and those of the groups that totals know; all
others are counted from the rows. All facets of an answer are one statement, under one clock.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from api.store.columns import encode
from api.store.conditions import matching
from api.store.counted import counted_in_each
from api.store.counts import counts_table
from api.store.grouped import Dimension, grouped, rows_of, value_of
from api.store.narrow import table_for
from api.store.statement import Statement, listed
from api.store.totals import total_for
from schemas import FIGURE
from schemas.facet import Facet, Value, Values, facets
from schemas.filter import SAYS
from schemas.query import Query
from schemas.resource import Resource


def facets_statement(resource: Resource, query: Query, at: int | None) -> Statement:
    """(name, value, number, was chosen) of each facet that is asked for: its most frequent
    values, and those that its filter names, how rare they may be. Of the most frequent there is one
    more than all that may be shown: so it is seen whether any is left."""
    parameters: dict[str, Any] = {"size": query.facet_size + 1}
    counted, parts = [], []
    for facet in chosen(resource, query):
        sql, values = _numbers(resource, facet, query.but_for(facet.name), at)
        named = _named(facet, query)
        marks, texts = listed(f"chosen_{facet.name}_", named)
        parameters |= {**values, **texts}
        counted.append(f"count_{facet.name} AS ({sql})")
        rows = (
            f"SELECT '{facet.name}' AS name, value, number, {{}} AS chosen FROM count_{facet.name}"
        )
        top = f"{rows.format(0)} ORDER BY number DESC, value LIMIT :size + {len(named)}"
        parts.append(f"SELECT * FROM ({top}) AS top_{facet.name}")
        if named:
            parts.append(f"{rows.format(1)} WHERE value IN ({marks})")
    return Statement(f"WITH {', '.join(counted)} {' UNION ALL '.join(parts)}", parameters)


def chosen(resource: Resource, query: Query) -> list[Facet]:
    """The facets that are asked for."""
    return [facet for facet in facets(resource) if facet.name in query.facets]


def read_facets(
    resource: Resource, query: Query, rows: Iterable[Sequence[Any]]
) -> dict[str, Values]:
    """{name: values} from the rows of the statement."""
    found: dict[str, Values] = {}
    seen = list(rows)
    for facet in chosen(resource, query):
        frequent = [row[1:3] for row in seen if row[0] == facet.name and not row[3]]
        named = [row[1:3] for row in seen if row[0] == facet.name and row[3]]
        kept = {*frequent[: query.facet_size], *named}
        ordered = sorted(kept, key=lambda row: (-row[1], row[0]))
        values = [Value(value_of(facet.place, text), number) for text, number in ordered]
        found[facet.name] = Values(values, more=not kept.issuperset(frequent))
    return found


def _numbers(
    resource: Resource, facet: Facet, query: Query, at: int | None
) -> tuple[str, dict[str, Any]]:
    """SQL for (value, number) of a facet over what a question finds, and its parameters."""
    if at is None and not query.conditions and query.q is None and not query.is_of_a_sum:
        table = counts_table(resource)
        return f"SELECT value, number FROM {table} WHERE name = '{facet.name}'", {}
    total = total_for([facet.name], query) if at is None and resource is FIGURE else None
    if total:
        known, where = total
        return (
            f"SELECT {facet.name} AS value, SUM(found) AS number FROM {known.table} "
            f"WHERE {where.sql} GROUP BY {facet.name}"
        ), where.parameters
    dimension = Dimension("value", facet.place)
    if query.is_of_a_sum:
        return counted_in_each(resource, query, at, dimension)
    found = matching(resource, query, at)
    rows = rows_of(table_for(resource, query, at), [dimension], found.sql)
    return grouped(resource, [dimension], rows, ["COUNT(*) AS number"]), found.parameters


def _named(facet: Facet, query: Query) -> list[str]:
    """The values that the facet's own filter names, as text."""
    named = []
    for condition in query.of_filter(facet.name):
        if condition.operator in SAYS:
            named += [str(encode(facet.place.field, value)) for value in condition.values]
        elif condition.operator == "isnull" and condition.values[0]:
            named.append("")
    return named
