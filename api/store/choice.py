"""Which way a page is found: what the stored numbers say of it.

Of each facet it is stored how many current rows have each of its values. From these follows how
far along its order a page is likely to end, and how many rows would be gathered for it. They may be
wrong for a page: values go together.
"""

from collections.abc import Sequence
from math import prod
from typing import Any, NamedTuple

from api.store.conditions import used_columns
from api.store.known import Share, shares_of
from api.store.order import sort_keys
from api.store.results import Count
from schemas.filter import SAYS
from schemas.query import Condition, Query
from schemas.resource import Resource

# What is asked for and has no number, such as a word, is taken to leave one row in so many.
UNKNOWN = 20
# So sparse as no page of rows can be: what is multiplied of many conditions may come to nothing.
SPARSEST = 1e-12


class Page(NamedTuple):
    """What is asked for: rows after some sort keys, so many after an offset."""

    after: Sequence[Any] | None
    limit: int
    offset: int = 0


class Sizes(NamedTuple):
    """What is known of a question before its rows are read: how many it finds, if they were
    counted; the shares, and how many rows there are, then how many have the values of each share.
    Without `numbers` there is no choice. `common` is whether very many rows hold the words that
    are asked for."""

    found: Count | None
    shares: Sequence[Share]
    numbers: Sequence[int]
    common: bool = False


def shares(resource: Resource, query: Query, at: int | None) -> list[Share] | None:
    """Of what the numbers must be known to choose; None where there is no choice."""
    if query.is_of_a_sum or _is_in_order(resource, query, at):
        return None
    known = shares_of(resource, query)
    return known if known or query.q is not None else None


def _is_in_order(resource: Resource, query: Query, at: int | None) -> bool:
    """Whether an index has just the rows that are asked for, in their order."""
    if query.q is not None or not query.conditions:
        return query.q is None
    first = sort_keys(resource, query.sort)[0].column
    beside = [one for one in query.conditions if used_columns(one) != (first,)]
    if not beside:
        return True
    (one, *more) = beside
    is_one = one.operator in SAYS and len(one.values) == 1 and not one.place.many
    return at is None and first == "id" and not more and is_one


def is_pair(resource: Resource, share: Share, column: str, at: int | None) -> bool:
    """Whether an index has the rows of one value in the order of a column."""
    if not share.is_one or share.condition.operator == "isnull":
        return False
    if share.condition.place.many:
        return column == "id"
    return at is None and (share.column, column) in resource.orders


class Choice(NamedTuple):
    """How far along the order a page is likely to end, and how many rows are to be gathered for it
    at least: those of the smallest share."""

    steps: float
    fewest: float
    smallest: Share | None


def choose(
    query: Query,
    page: Page,
    along: Sequence[Condition],
    sizes: Sizes,
) -> Choice:
    """What the numbers say of a page in an order; conditions `along` say where in it it stands."""
    there, *having = sizes.numbers
    # Of an older version the numbers are only guessed from: now there may be no rows at all.
    rows = max(1, there)
    left = {
        share: max(1, rows - number if share.negated else number)
        for share, number in zip(sizes.shares, having, strict=True)
    }
    beside = [one for one in query.conditions if one not in along]
    dense = prod(number / rows for share, number in left.items() if share.condition in beside)
    unknown = len(beside) - sum(share.condition in beside for share in sizes.shares)
    dense /= UNKNOWN ** (unknown + (query.q is not None))
    if sizes.found and sizes.found.exact and not along:
        dense = max(sizes.found.number, 1) / rows
    said = [share for share in sizes.shares if not share.negated]
    smallest = min(said, key=lambda share: left[share], default=None)
    fewest = min(left[smallest], rows) if smallest else rows
    return Choice((page.offset + page.limit) / max(dense, SPARSEST), fewest, smallest)
