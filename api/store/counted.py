"""What of the figures that a question finds is counted in their sum, and what is left out.

A deprecated figure is left out. Of several that say the same, one is counted: the best of those
that the question finds and that are not deprecated, so that a claim is counted once, and is not
lost where its best statement is not among what was asked for.
"""

from collections.abc import Callable
from typing import Any

from api.store.claims import TABLE, apart_in, held
from api.store.conditions import AT_HAND, Clauses, Statement, matching
from api.store.grouped import Dimension
from schemas import FIGURE
from schemas.claim import REPEATED
from schemas.query import Condition, Query
from schemas.resource import Resource

Rows = list[tuple[Any, ...]]
Run = Callable[[Statement], Rows]
NAME = FIGURE.name
VALID = "rank <> 'deprecated'"
# As `schemas.claim.preference` sorts them.
BEST_FIRST = (
    "CASE WHEN f.rank = 'preferred' THEN 0 ELSE 1 END, "
    "CASE WHEN f.same_claim_as IS NULL THEN 0 ELSE 1 END, f.id"
)
# What figures that say the same do not have in common: each is said somewhere else.
OF_ONE = ("id", "source.id", "same_claim_as")


def found_by(resource: Resource, query: Query, at: int | None) -> Clauses:
    """The rows that a question finds: by its filters and words; and of these what is counted."""
    clauses, parameters = matching(resource, query, at)
    if query.counted is not None or query.cell:
        clauses = [*clauses, counted_clause(query, at, counted=query.counted is not False)]
    for part in query.cell:
        group = Dimension(part.group, resource.group_places[part.group], whole=True)
        clause, values = group.only(resource, part.value, f"cell_{part.group}")
        clauses, parameters = [*clauses, clause], {**parameters, **values}
    return Clauses(clauses, parameters)


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
    repeated = f"SELECT member FROM {TABLE} WHERE {held(at)} AND standing = '{REPEATED}'"
    others = stand_ins(query, at)
    return f"{repeated} AND member NOT IN ({others})" if others else repeated


def stand_ins(query: Query, at: int | None) -> str | None:
    """SQL for the ids of what is counted instead of the best of its claim, which the question does
    not find; None where there can be none."""
    apart = apart_in(query, at)
    if apart is None:
        return None
    best = (
        claimants(query, at, figures_first=True)
        if any(map(_is_of_one, query.conditions))
        else claimants(query, at, f" AND {apart}")
    )
    return f"SELECT id FROM ({best}) AS o WHERE place = 1 AND standing = '{REPEATED}'"


def claimants(query: Query, at: int | None, only: str = "", *, figures_first: bool = False) -> str:
    """SQL for (id, claim, standing, place) of what a question finds that is not alone in what it
    says: the place is 1 for the one that is counted.

    The claims lead to the figures, or the figures to their claims.
    """
    found = matching(FIGURE, query, at, AT_HAND).sql
    tables = (f"{NAME} AS f", f"{TABLE} AS c")
    first, second = tables if figures_first else reversed(tables)
    return (
        "SELECT f.id AS id, claim, standing, "
        f"ROW_NUMBER() OVER (PARTITION BY claim ORDER BY {BEST_FIRST}) AS place "
        f"FROM {first} CROSS JOIN {second} "
        f"WHERE f.id = c.member AND {held(at)}{only} AND {found} AND {VALID}"
    )


def count_stand_ins(run: Run, query: Query) -> int:
    """How many there are of the newest version. `run` gives the rows of a statement."""
    ids = stand_ins(query, None)
    if ids is None:
        return 0
    sql = f"SELECT COUNT(*) FROM ({ids}) AS s"
    ((number,),) = run(Statement(sql, matching(FIGURE, query, None).parameters))
    return int(number)


def _is_of_one(condition: Condition) -> bool:
    """Whether a condition leaves few figures, and of nearly every claim one at most."""
    return condition.place.path in OF_ONE and condition.operator in ("eq", "in")
