"""What of the figures that a question finds is counted in their sum, and what is left out.

A deprecated figure is left out. Of several that say the same, one is counted: the best of those
that the question finds and that are not deprecated, so that a claim is counted once, and is not
lost where its best statement is not among what was asked for.
"""

from typing import Any

from api.store.claims import TABLE, apart_in, held, of_sources
from api.store.conditions import AT_HAND, matching
from api.store.grouped import Dimension, rows_of
from api.store.narrow import VALID, table_for
from api.store.statement import Clauses, Run, Statement
from schemas import FIGURE
from schemas.claim import BEST, NONE
from schemas.filter import SAYS
from schemas.query import Condition, Query
from schemas.resource import Resource

NAME = FIGURE.name
# What figures that say the same do not have in common: each is said somewhere else.
OF_ONE = ("id", "same_claim_as")


def found_by(resource: Resource, query: Query, at: int | None) -> Clauses:
    """The rows that a question finds: by its filters and words; and of these what is counted."""
    found = matching(resource, query, at)
    if not query.is_of_a_sum:
        return found
    clauses, parameters = found
    cell = in_cell(resource, query)
    counted = counted_clause(query, at, counted=query.counted is not False)
    return Clauses([*clauses, counted, *cell.all], {**parameters, **cell.parameters})


def in_cell(resource: Resource, query: Query) -> Clauses:
    """The rows of the cell that a question names; all where it names none."""
    clauses: list[str] = []
    parameters: dict[str, Any] = {}
    for part in query.cell:
        group = Dimension(part.group, resource.group_places[part.group], whole=True)
        clause, values = group.only(resource, part.value, f"cell_{part.group}")
        clauses, parameters = [*clauses, clause], {**parameters, **values}
    return Clauses(clauses, parameters)


def counted_in_each(
    resource: Resource, query: Query, at: int | None, dimension: Dimension
) -> tuple[str, dict[str, Any]]:
    """SQL for (value, number) of what a question finds and counts, or leaves out, if it asks for
    that value alone: what says the same is looked at within each; and its parameters."""
    found, cell = matching(resource, query, at), in_cell(resource, query)
    marks = ["id", f"{VALID} AS is_valid", f"{cell.sql or 1} AS is_in_cell"]
    rows = rows_of(table_for(resource, query, at), [dimension], found.sql, marks)
    # What is alone in saying something has no claim, and is the first of itself.
    nth = (
        f"ROW_NUMBER() OVER (PARTITION BY {dimension.raw}, claim, "
        "CASE WHEN claim IS NULL THEN f.id END ORDER BY place)"
    )
    each = (
        f"SELECT {dimension.text} AS {dimension.name}, is_in_cell, "
        f"is_valid AND {nth} = 1 AS is_counted FROM {rows} AS f{dimension.join(resource)} "
        f"LEFT JOIN {TABLE} AS c ON c.member = f.id AND {held(at)} AND place > {NONE}"
    )
    wanted = 0 if query.counted is False else 1
    sql = (
        f"SELECT {dimension.name}, COUNT(*) AS number FROM ({each}) AS e "
        f"WHERE is_in_cell AND is_counted = {wanted} GROUP BY {dimension.name}"
    )
    return sql, {**found.parameters, **cell.parameters}


def counted_clause(query: Query, at: int | None, *, counted: bool) -> str:
    """SQL for rows that are counted, or left out, of those that a question finds.

    Its parameters are those of the question.
    """
    repeated = repeated_ids(query, at)
    if counted:
        return f"({VALID} AND id NOT IN ({repeated}))"
    return f"(NOT ({VALID}) OR id IN ({repeated}))"


def repeated_ids(query: Query, at: int | None) -> str:
    """SQL for the ids of what says only what another one, which the question finds, says better.

    Of what the question does not find it may hold ids too.
    """
    repeated = f"SELECT member FROM {TABLE} WHERE {held(at)} AND place > {BEST}"
    others = stand_ins(query, at)
    return f"{repeated} AND member NOT IN ({others})" if others else repeated


def stand_ins(query: Query, at: int | None) -> str | None:
    """SQL for the ids of what is counted instead of the best of its claim, which the question does
    not find; None where there can be none."""
    found = _in_part(query, at)
    if found is None:
        return None
    return (
        f"SELECT member FROM ({first_of_claims(*found)}) AS o WHERE is_first = 1 AND place > {BEST}"
    )


def _in_part(query: Query, at: int | None) -> tuple[str, str] | None:
    """SQL for the members of claims that a question finds, as tables and what holds of their rows:
    of those claims that it may find in part. None where there can be none."""
    apart, sources = apart_in(query, at), of_sources(query)
    if apart is None:
        return None
    if sources and query.q is None and len(query.conditions) == 1:
        # The claims know themselves where their figures are said.
        return f"{TABLE} AS c", f"{held(at)} AND {sources} AND place > {NONE}"
    if any(map(_is_of_one, query.conditions)):
        return _members(query, at, figures_first=True)
    return _members(query, at, f" AND {sources or apart}")


def claimants(query: Query, at: int | None, only: str) -> str:
    """SQL for the first of some claims of what a question finds."""
    return first_of_claims(*_members(query, at, only))


def _members(
    query: Query, at: int | None, only: str = "", *, figures_first: bool = False
) -> tuple[str, str]:
    """The same of all claims. The claims lead to the figures, or the figures to their claims.

    What is deprecated has no place in a claim.
    """
    found = matching(FIGURE, query, at, AT_HAND).sql
    tables = (f"{NAME} AS f", f"{TABLE} AS c")
    first, second = tables if figures_first else reversed(tables)
    where = f"f.id = c.member AND {held(at)}{only} AND {found} AND place > {NONE}"
    return f"{first} CROSS JOIN {second}", where


def first_of_claims(members: str, where: str) -> str:
    """SQL for (member, claim, place, is_first) of members of claims: the first of each claim is
    the one that is counted."""
    return (
        "SELECT member, claim, place, "
        "ROW_NUMBER() OVER (PARTITION BY claim ORDER BY place) AS is_first "
        f"FROM {members} WHERE {where}"
    )


def count_stand_ins(run: Run, query: Query) -> int:
    """How many there are of the newest version. `run` gives the rows of a statement."""
    found = _in_part(query, None)
    if found is None:
        return 0
    members, where = found
    claims = f"SELECT claim FROM {members} WHERE {where} GROUP BY claim HAVING MIN(place) > {BEST}"
    sql = f"SELECT COUNT(*) FROM ({claims}) AS s"
    ((number,),) = run(Statement(sql, matching(FIGURE, query, None).parameters))
    return int(number)


def _is_of_one(condition: Condition) -> bool:
    """Whether a condition leaves few figures, and of nearly every claim one at most."""
    return condition.place.path in OF_ONE and condition.operator in SAYS
