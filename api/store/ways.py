"""How the rows of a page are found: along its order, or by what its filters leave.

Where a filter leaves many rows, the first of them stand near the beginning of the order: the index
of the sort is followed until there are enough, however many rows there are. Where it leaves few,
they are gathered by an index of the filter and sorted. Which it is follows from the numbers of the
facets, which are stored. They may be wrong for a page: what is asked for may all stand at the other
end. So an index is followed only so far, and then the rows are gathered all the same. Whichever way
they are found, they are the same rows.

Some pairs of a filter and a sort have an order of their own: what stands in a join table, by id,
and what the resource declares.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import prod
from typing import Any, NamedTuple

from api.store.columns import index_name, join_table
from api.store.conditions import Statement, matching, used_columns
from api.store.engine import as_bytes, read_by
from api.store.known import Share, shares_of
from api.store.query import Key, beyond, ordered, page_statement, sort_keys
from api.store.results import Count
from schemas.query import Condition, Query
from schemas.resource import Resource

# An index is followed so many times further than the numbers say that it takes.
SLACK = 2
# And so far at least: less is not worth a guess.
LEAST = 300
# What is asked for and has no number, such as a word, is taken to leave one row in so many.
UNKNOWN = 20
WALKED = "w.walked"
# Further than any index goes.
ALL = 2**62


class Page(NamedTuple):
    """What is asked for: rows after some sort keys, so many after an offset."""

    after: Sequence[Any] | None
    limit: int
    offset: int = 0


class Sizes(NamedTuple):
    """What is known of a question before its rows are read: how many it finds, if they were
    counted; the shares, and how many rows there are, then how many have the values of each share.
    Without `numbers` there is no choice."""

    found: Count | None
    shares: Sequence[Share]
    numbers: Sequence[int]


def shares(resource: Resource, query: Query, at: int | None) -> list[Share] | None:
    """Of what the numbers must be known to choose; None where there is no choice."""
    if _is_of_a_sum(query) or _is_in_order(resource, query, at):
        return None
    known = shares_of(resource, query)
    return known if known or query.q is not None else None


def _is_of_a_sum(query: Query) -> bool:
    """Whether what is found depends on all that the other filters find."""
    return query.counted is not None or bool(query.cell)


def _is_in_order(resource: Resource, query: Query, at: int | None) -> bool:
    """Whether an index has just the rows that are asked for, in their order."""
    if query.q is not None or not query.conditions:
        return query.q is None
    first = sort_keys(resource, query.sort)[0].column
    beside = [one for one in query.conditions if used_columns(one) != (first,)]
    if not beside:
        return True
    (one, *more) = beside
    is_one = one.operator in ("eq", "in") and len(one.values) == 1 and not one.place.many
    return at is None and first == "id" and not more and is_one


def page_statements(
    resource: Resource,
    query: Query,
    at: int | None,
    page: Page,
    sizes: Sizes,
) -> Iterator[Statement]:
    """(body, key, key, ...) of a page. Each statement finds all of it if it finds as many rows as
    it may; the last one does in any case."""
    if not sizes.numbers:
        yield page_statement(resource, query, at, *page)
        return
    known = sizes.shares
    keys = sort_keys(resource, query.sort)
    first = keys[0].column
    pair = next((one for one in known if _is_pair(resource, one, first, at)), None)
    along = [one for one in query.conditions if used_columns(one) == (first,)]
    along += [pair.condition] if pair else []
    choice = _choice(query, page, along, sizes)
    ordered_rows = (
        _along_values(resource, pair)
        if pair and pair.condition.place.many
        else _along_index(resource, query, at, along, _index(resource, at, pair, first))
    )
    if pair and pair is choice.smallest:
        # Its rows are read in their order: to read all of them is to gather them.
        yield _walk(resource, query, at, page, keys, ordered_rows, ALL)
        return
    column = choice.smallest.column if choice.smallest and at is None else None
    in_order = column and first == "id" and choice.smallest and choice.smallest.is_one
    far = max(int(choice.steps * SLACK), LEAST) + 1
    if not in_order and far < choice.fewest:
        yield _walk(resource, query, at, page, keys, ordered_rows, far)
    if column:
        yield _gather(resource, query, page, keys, column)
    else:
        yield page_statement(resource, query, at, *page)


def _is_pair(resource: Resource, share: Share, column: str, at: int | None) -> bool:
    """Whether an index has the rows of one value in the order of a column."""
    if not share.is_one or share.condition.operator == "isnull":
        return False
    if share.condition.place.many:
        return column == "id"
    return at is None and (share.column, column) in resource.orders


def _index(resource: Resource, at: int | None, pair: Share | None, column: str) -> str:
    return index_name(resource, at, f"{pair.column}_{column}" if pair else column)


class Choice(NamedTuple):
    """How far along the order a page is likely to end, and how many rows are to be gathered for it
    at least: those of the smallest share."""

    steps: float
    fewest: float
    smallest: Share | None


def _choice(
    query: Query,
    page: Page,
    along: Sequence[Condition],
    sizes: Sizes,
) -> Choice:
    """What the numbers say of a page in an order; conditions `along` say where in it it stands."""
    rows, *having = sizes.numbers
    left = {
        share: max(1, rows - number if share.negated else number)
        for share, number in zip(sizes.shares, having, strict=True)
    }
    beside = [one for one in query.conditions if one not in along]
    dense = prod(number / rows for share, number in left.items() if share.condition in beside)
    unknown = len(beside) - sum(share.condition in beside for share in sizes.shares)
    dense /= UNKNOWN ** (unknown + (query.q is not None))
    if sizes.found and sizes.found.exact and not along:
        dense = max(sizes.found.number, 1) / max(rows, 1)
    said = [share for share in sizes.shares if not share.negated]
    smallest = min(said, key=lambda share: left[share], default=None)
    fewest = min(left[smallest], rows) if smallest else rows
    return Choice((page.offset + page.limit) / dense, fewest, smallest)


class Along(NamedTuple):
    """What is followed: a table that is read in its own order, and where in it the rows stand."""

    table: str
    where: list[str]
    parameters: dict[str, Any]


def _along_index(
    resource: Resource, query: Query, at: int | None, conditions: Sequence[Condition], index: str
) -> Along:
    narrowed = replace(query, conditions=tuple(conditions), q=None)
    where, parameters = matching(resource, narrowed, at)
    return Along(read_by(resource.name, index), where, parameters)


def _along_values(resource: Resource, share: Share) -> Along:
    """The rows of every version that have one of several values, by their ids."""
    table = join_table(resource, share.condition.place.path)
    return Along(table, ["value = :walked_value"], {"walked_value": share.values[0]})


def _walk(
    resource: Resource,
    query: Query,
    at: int | None,
    page: Page,
    keys: Sequence[Key],
    along: Along,
    far: int,
) -> Statement:
    """Along an order, so far; what its rows say is looked at one after the other."""
    table, where, parameters = along
    if page.after is not None:
        clause, values = beyond(keys, page.after)
        where, parameters = [*where, clause], {**parameters, **values}
    walked = (
        f"SELECT row AS walked FROM {table} WHERE {' AND '.join(where)} "
        f"ORDER BY {', '.join(map(ordered, keys))} LIMIT :far"
    )
    found = matching(resource, query, at, WALKED)
    return _cut(
        f"SELECT {as_bytes('body')}, {', '.join(key.column for key in keys)} FROM ({walked}) AS w "
        f"CROSS JOIN {resource.name} WHERE row = walked AND {found.sql} LIMIT :limit",
        {**found.parameters, **parameters, "far": far},
        page,
    )


def _gather(
    resource: Resource, query: Query, page: Page, keys: Sequence[Key], column: str
) -> Statement:
    """By the index of one column, of current rows; then sorted."""
    name = resource.name
    where, parameters = matching(resource, query, None, f"{name}.row + 0")
    if page.after is not None:
        clause, values = beyond(keys, page.after)
        where, parameters = [*where, clause], {**parameters, **values}
    return _cut(
        f"SELECT {as_bytes('body')}, {', '.join(key.column for key in keys)} "
        f"FROM {read_by(name, index_name(resource, None, column))} WHERE {' AND '.join(where)} "
        f"ORDER BY {', '.join(map(ordered, keys))} LIMIT :limit",
        parameters,
        page,
    )


def _cut(sql: str, parameters: dict[str, Any], page: Page) -> Statement:
    parameters = {**parameters, "limit": page.limit}
    if page.offset:
        return Statement(f"{sql} OFFSET :offset", {**parameters, "offset": page.offset})
    return Statement(sql, parameters)
