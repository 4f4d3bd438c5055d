"""How many current rows meet what is asked: where that is stored, in counts, totals and conflicts;
or where it is seen in an index that they are few."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from api.store.columns import column_name, columns_by_path, encode, index_name
from api.store.conditions import COMPARISONS, matching
from api.store.conflicts import conflict_table
from api.store.counts import counts_table
from api.store.dialect import read_by
from api.store.statement import Statement, counted_to, listed
from api.store.totals import total_for
from schemas import FIGURE
from schemas.facet import facets
from schemas.filter import DENIES, NAMES, SAYS
from schemas.parameters import PAGED_ROWS
from schemas.query import Condition, Query
from schemas.region import country_of
from schemas.resource import Resource

KNOWN = (*NAMES, *DENIES, "isnull")
# What finds rows between two places of a column's index, or at some places of it.
FOUND_IN_AN_INDEX = (*SAYS, *COMPARISONS, "isnull")
# Rows of which no number is stored are counted so far, to see whether they are few: in half a
# millisecond. A capped count goes no further.
FEW = PAGED_ROWS
# Every record is of one data set.
ALL = "name = 'dataset'"


class Share(NamedTuple):
    """A condition of which it is stored how many current rows meet it, or do not.

    `name` and `values` are those of a facet, as its numbers are stored.
    """

    condition: Condition
    name: str
    values: tuple[str, ...]
    negated: bool

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What its rows meet."""
        return (self.condition,)

    @property
    def column(self) -> str | None:
        """The column that has an index to gather its rows by."""
        place = self.condition.place
        return None if place.many or self.negated else column_name(place.path)

    @property
    def is_one(self) -> bool:
        """Whether the rows are those of one value, so that none is there twice."""
        return not self.negated and len(self.values) == 1


class Stretch(NamedTuple):
    """All that is asked of a column beyond what is stored: current rows that stand together in its
    index, mostly, between some bounds. Where they are few, that is seen there."""

    column: str
    conditions: tuple[Condition, ...]

    @property
    def negated(self) -> bool:
        return False

    @property
    def is_one(self) -> bool:
        return False


class Parts(NamedTuple):
    """What is asked, as far as numbers tell how many current rows it leaves."""

    shares: Sequence[Share]
    stretches: Sequence[Stretch]


def shares_of(resource: Resource, query: Query) -> list[Share]:
    """The conditions of a question of which it is stored how many rows meet them."""
    names = _by_path(resource)
    return [
        _share(condition, names[condition.place.path])
        for condition in query.conditions
        if _is_stored(resource, condition)
    ]


def _is_stored(resource: Resource, condition: Condition) -> bool:
    return condition.operator in KNOWN and condition.place.path in _by_path(resource)


@cache
def _by_path(resource: Resource) -> dict[str, str]:
    """{path: facet}."""
    return {facet.place.path: facet.name for facet in facets(resource)}


def _share(condition: Condition, name: str) -> Share:
    if condition.operator == "isnull":
        return Share(condition, name, ("",), negated=not condition.values[0])
    values = [*condition.values]
    if condition.operator == "covers":
        values += [country_of(value) for value in values]
    texts = dict.fromkeys(str(encode(condition.place.field, value)) for value in values)
    return Share(condition, name, tuple(texts), negated=condition.operator in DENIES)


def stretches_of(resource: Resource, query: Query) -> list[Stretch]:
    """What a question asks of columns that have an index, and is not stored."""
    there = columns_by_path(resource)
    asked: dict[str, list[Condition]] = {}
    for one in query.conditions:
        column = there.get(one.place.path)
        found = one.operator in FOUND_IN_AN_INDEX and not one.interval
        if found and column and column.searched and not _is_stored(resource, one):
            asked.setdefault(column.name, []).append(one)
    return [Stretch(column, tuple(conditions)) for column, conditions in asked.items()]


def stretches_statement(resource: Resource, stretches: Sequence[Stretch], most: int) -> Statement:
    """One row: how many rows each stretch has, no further than one past `most`."""
    counted = [_in_the_index(resource, stretch, most) for stretch in stretches]
    parameters = {name: value for one in counted for name, value in one.parameters.items()}
    return Statement(f"SELECT {', '.join(f'({one.sql})' for one in counted)}", parameters)


def _in_the_index(resource: Resource, stretch: Stretch, most: int) -> Statement:
    where, parameters = matching(resource, Query(conditions=stretch.conditions), None)
    table = read_by(resource.name, index_name(resource, None, stretch.column))
    return counted_to(most, f"FROM {table} WHERE {' AND '.join(where)}", parameters, "most")


def sizes_statement(
    resource: Resource, counting: Statement | None, parts: Parts | None
) -> Statement:
    """One row: what another statement counts, if there is one; then, where there are parts, how
    many rows there are, how many have the values of each share, and how many each stretch has, no
    further than one past `FEW`."""
    sql = [counting.sql] if counting else []
    parameters = {**counting.parameters} if counting else {}
    if parts is None:
        return Statement(f"SELECT ({sql[0]})", parameters)
    sql.append(_sum(resource, ALL))
    for number, share in enumerate(parts.shares):
        marks, values = listed(f"s{number}_", share.values)
        parameters |= values
        sql.append(_sum(resource, f"name = '{share.name}' AND value IN ({marks})"))
    for stretch in parts.stretches:
        counted = _in_the_index(resource, stretch, FEW)
        parameters |= counted.parameters
        sql.append(counted.sql)
    return Statement(f"SELECT {', '.join(f'({one})' for one in sql)}", parameters)


def known_count_statement(resource: Resource, query: Query) -> Statement | None:
    """(number) of the current rows that a question finds; None where it must be counted."""
    if query.q is not None or query.is_of_a_sum:
        return None
    if not query.conditions:
        return Statement(_sum(resource, ALL), {})
    if len(query.conditions) == 1:
        (only,) = query.conditions
        if only.operator == "contested":
            return _contested(resource, contradicted=only.values[0])
        for share in shares_of(resource, query):
            if share.is_one:
                where = f"name = '{share.name}' AND value = :value"
                return Statement(_sum(resource, where), {"value": share.values[0]})
    known = total_for((), query) if resource is FIGURE else None
    if known is None:
        return None
    total, (clauses, parameters) = known
    where = " AND ".join(clauses)
    return Statement(f"SELECT COALESCE(SUM(found), 0) FROM {total.table} WHERE {where}", parameters)


def _sum(resource: Resource, where: str) -> str:
    return f"SELECT COALESCE(SUM(number), 0) FROM {counts_table(resource)} WHERE {where}"


def _contested(resource: Resource, *, contradicted: bool) -> Statement:
    """Only current rows are contradicted now."""
    having = f"SELECT COUNT(*) FROM {conflict_table(resource)} WHERE to_version IS NULL"
    if contradicted:
        return Statement(having, {})
    return Statement(f"SELECT ({_sum(resource, ALL)}) - ({having})", {})
