"""Which way a page is found: what the stored numbers say of it.

Of each facet it is stored how many current rows have each of its values; of other columns it is
seen in their index where what is asked leaves few. From these numbers follows how far along its
order a page is likely to end, and how many rows would be gathered for it. They may be wrong for a
page: values go together.
"""

from collections.abc import Sequence
from math import prod
from typing import Any, NamedTuple

from api.store.conditions import used_columns
from api.store.known import FEW, Parts, Share, Stretch, shares_of, stretches_of
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
    counted; its parts of which numbers are known, and how many rows there are, then how many each
    part leaves. Without `numbers` there is no choice. `common` is whether very many rows hold the
    words that are asked for; `many` are the stretches that have more rows than were counted."""

    found: Count | None
    parts: Sequence[Share | Stretch]
    numbers: Sequence[int]
    common: bool = False
    many: Sequence[Stretch] = ()


def parts_of(resource: Resource, query: Query, at: int | None) -> Parts | None:
    """Of what the numbers must be known to choose; None where there is no choice."""
    if query.is_of_a_sum or _is_in_order(resource, query, at):
        return None
    # The indexes are of current rows.
    stretches = stretches_of(resource, query) if at is None else []
    parts = Parts(shares_of(resource, query), stretches)
    return parts if any(parts) or query.q is not None else None


def sizes_of(found: Count | None, parts: Parts, numbers: Sequence[int]) -> Sizes:
    """What is known by numbers: how many rows there are, how many each share leaves, and how many
    each stretch has, if those are few."""
    stored = 1 + len(parts.shares)
    sizes = Sizes(found, parts.shares, numbers[:stored], many=parts.stretches)
    return with_counted(sizes, numbers[stored:], FEW)


def with_counted(sizes: Sizes, numbers: Sequence[int], most: int) -> Sizes:
    """Sizes, and how many rows the stretches that have many turned out to have, no further than one
    past `most`."""
    counted = list(zip(sizes.many, numbers, strict=True))
    known = [(stretch, number) for stretch, number in counted if number <= most]
    return sizes._replace(
        parts=[*sizes.parts, *(stretch for stretch, _ in known)],
        numbers=[*sizes.numbers, *(number for _, number in known)],
        many=[stretch for stretch, number in counted if number > most],
    )


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
    at least: those of the smallest part."""

    steps: float
    fewest: int
    smallest: Share | Stretch | None


def choose(
    query: Query,
    page: Page,
    along: Sequence[Condition],
    sizes: Sizes,
) -> Choice:
    """What the numbers say of a page in an order; conditions `along` say where in it it stands."""
    rows, left = _left(sizes)
    beside = [one for one in query.conditions if one not in along]
    dense = prod(number / rows for part, number in left.items() if part.conditions[0] in beside)
    known = [one for part in left for one in part.conditions]
    unknown = len({one.place.path for one in beside if one not in known})
    dense /= UNKNOWN ** (unknown + (query.q is not None))
    if sizes.found and sizes.found.exact and not along:
        dense = max(sizes.found.number, 1) / rows
    smallest, fewest = smallest_of(sizes)
    return Choice((page.offset + page.limit) / max(dense, SPARSEST), fewest, smallest)


def smallest_of(sizes: Sizes) -> tuple[Share | Stretch | None, int]:
    """The part that leaves the fewest rows, and how many; of nothing known all rows."""
    rows, left = _left(sizes)
    said = [part for part in left if not part.negated]
    smallest = min(said, key=lambda part: left[part], default=None)
    return smallest, min(left[smallest], rows) if smallest else rows


def column_of_few(sizes: Sizes) -> str | None:
    """The column whose index finds all current rows that are asked for among few, if one does."""
    smallest, fewest = smallest_of(sizes) if sizes.numbers else (None, 0)
    return smallest.column if smallest and fewest <= FEW else None


def _left(sizes: Sizes) -> tuple[int, dict[Share | Stretch, int]]:
    """How many rows there are, and how many each part leaves."""
    there, *having = sizes.numbers
    # Of an older version the numbers are only guessed from: now there may be no rows at all.
    rows = max(1, there)
    return rows, {
        part: max(1, rows - number if part.negated else number)
        for part, number in zip(sizes.parts, having, strict=True)
    }
