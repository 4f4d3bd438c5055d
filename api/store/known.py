"""How many current rows meet what is asked, where that is stored: counts, totals and conflicts."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from api.store.columns import column_name, encode
from api.store.conflicts import conflict_table
from api.store.counts import counts_table
from api.store.statement import Statement, listed
from api.store.totals import total_for
from schemas import FIGURE
from schemas.facet import facets
from schemas.filter import DENIES, NAMES
from schemas.query import Condition, Query
from schemas.region import country_of
from schemas.resource import Resource

KNOWN = (*NAMES, *DENIES, "isnull")
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
    def column(self) -> str | None:
        """The column that has an index to gather its rows by."""
        place = self.condition.place
        return None if place.many or self.negated else column_name(place.path)

    @property
    def is_one(self) -> bool:
        """Whether the rows are those of one value, so that none is there twice."""
        return not self.negated and len(self.values) == 1


def shares_of(resource: Resource, query: Query) -> list[Share]:
    """The conditions of a question of which it is stored how many rows meet them."""
    names = _by_path(resource)
    return [
        _share(condition, names[condition.place.path])
        for condition in query.conditions
        if condition.place.path in names and condition.operator in KNOWN
    ]


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


def sizes_statement(
    resource: Resource, counting: Statement | None, known: Sequence[Share] | None
) -> Statement:
    """One row: what another statement counts, if there is one; then, unless `known` is None, how
    many rows there are, and how many have the values of each share."""
    sql = [counting.sql] if counting else []
    parameters = {**counting.parameters} if counting else {}
    if known is not None:
        sql.append(_sum(resource, ALL))
    for number, share in enumerate(known or ()):
        marks, values = listed(f"s{number}_", share.values)
        parameters |= values
        sql.append(_sum(resource, f"name = '{share.name}' AND value IN ({marks})"))
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
