"""Totals with many groups: their cells in the orders that pages have, and how many there are.

Of tens of thousands of groups a page shows the first few. To sort them all and to count them would
take longer than all else; so the orders are indexes, and the numbers are kept beside the total, by
its dimensions of few values.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from api.store.dialect import read_by
from api.store.engine import index_names
from api.store.grouped import HALF
from api.store.totals import KEPT, TOTALS, Shifts, Total, fixed_by
from schemas.aggregate import DEFAULT_SORT
from schemas.query import Ordering, Query

RANKED = tuple(total for total in TOTALS if total.many)

# The two halves of a sum, each without what is the other's.
WHOLE_PART, REST = f"(high + low / {HALF})", f"(low % {HALF})"
# What pages are sorted by; sums of different units are not compared.
ORDERS = {
    "count": ("counted DESC",),
    "sum": ("unit", f"{WHOLE_PART} DESC", f"{REST} DESC"),
}


COUNTED, SEVERAL = KEPT.index("counted"), KEPT.index("each_of_several")


def numbers_table(total: Total) -> str:
    """(dimension, ..., cells, several): how many groups there are in which anything is counted,
    and how many figures of several regions these count once."""
    return f"{total.table}_cells"


def numbered_by(total: Total) -> tuple[str, ...]:
    return tuple(name for name in total.dimensions if name not in total.many)


def create(connection: Any) -> None:
    for total in RANKED:
        by = numbered_by(total)
        columns = "".join(f"{name} TEXT NOT NULL, " for name in by)
        connection.execute(
            f"CREATE TABLE {numbers_table(total)} ({columns}cells INTEGER NOT NULL, "
            f"several INTEGER NOT NULL, PRIMARY KEY ({', '.join(by)})) WITHOUT ROWID"
        )


def order_name(total: Total, within: Sequence[str], order: str) -> str:
    """The name of the index in which groups lie in an order, within each value of something."""
    return "_".join([total.table, "by", order, *(["of", *within] if within else [])])


def _orders(total: Total) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(name, what comes first) of each index of a total."""
    for within, (order, keys) in product(total.within, ORDERS.items()):
        yield order_name(total, within, order), (*within, *keys)


def ranked(total: Total, query: Query, sort: Sequence[Ordering]) -> str | None:
    """SQL for a total whose groups are read in the order of a page; None where no index has it, or
    the numbers of what is asked for are not kept."""
    asked = {condition.filter for condition in query.conditions}
    if not (total.many and asked <= set(numbered_by(total))):
        return None
    fixed = fixed_by(query)
    within = max((some for some in total.within if fixed.issuperset(some)), key=len, default=None)
    if within is None:
        return None
    return read_by(total.table, order_name(total, within, (*sort, DEFAULT_SORT)[0].name))


def numbers_of(total: Total) -> str:
    """SQL for the rows of a total's numbers."""
    by = ", ".join(numbered_by(total))
    return (
        f"SELECT {by}, COUNT(*), SUM(each_of_several) FROM {total.table} "
        f"WHERE counted > 0 GROUP BY {by}"
    )


def drop_orders(connection: Any, total: Total) -> None:
    """Take off what would have to be kept right while a total is filled."""
    for name in sorted(index_names(connection, total.table)):
        connection.execute(f"DROP INDEX {name}")


def rank(connection: Any, total: Total) -> None:
    """Sort and count the groups of a total that was filled."""
    for name, columns in _orders(total):
        unique = ", ".join(dict.fromkeys([*columns, *total.dimensions]))
        connection.execute(f"CREATE INDEX {name} ON {total.table} ({unique})")
    connection.execute(f"DELETE FROM {numbers_table(total)}")
    connection.execute(f"INSERT INTO {numbers_table(total)} {numbers_of(total)}")


def follow(connection: Any, total: Total, changes: Shifts) -> None:
    """Bring the numbers after some groups."""
    by = numbered_by(total)
    places = [total.dimensions.index(name) for name in by]
    moved: dict[tuple[str, ...], tuple[int, int]] = {}
    for key, (before, now) in changes.items():
        cells = bool(now[COUNTED]) - bool(before[COUNTED])
        several = now[SEVERAL] - before[SEVERAL]
        if cells or several:
            name = tuple(key[place] for place in places)
            known = moved.get(name, (0, 0))
            moved[name] = known[0] + cells, known[1] + several
    table = numbers_table(total)
    connection.executemany(
        f"INSERT INTO {table} VALUES ({', '.join('?' * len(by))}, ?, ?) "
        f"ON CONFLICT DO UPDATE SET cells = {table}.cells + excluded.cells, "
        f"several = {table}.several + excluded.several",
        [(*name, *numbers) for name, numbers in moved.items()],
    )
    connection.execute(f"DELETE FROM {table} WHERE cells = 0")
