"""What of the figures that a question finds is counted in their sum, and what is left out.

A deprecated figure is left out. Of several that say the same, one is counted: the best of those
that the question finds and that are not deprecated, so that a claim is counted once, and is not
lost where its best statement is not among what was asked for.
"""

from api.store.claims import TABLE, held, is_settled
from api.store.conditions import AT_HAND, Clauses, matching
from api.store.grouped import Dimension
from schemas import FIGURE
from schemas.claim import OPEN, REPEATED
from schemas.query import Query
from schemas.resource import Resource

NAME = FIGURE.name
VALID = "rank <> 'deprecated'"
# As `schemas.claim.preference` sorts them.
BEST_FIRST = (
    "CASE WHEN f.rank = 'preferred' THEN 0 ELSE 1 END, "
    "CASE WHEN f.same_claim_as IS NULL THEN 0 ELSE 1 END, f.id"
)


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
    if not is_settled(query, at):
        return f"SELECT id FROM ({claimants(query, at)}) AS o WHERE place > 1"
    known = f"SELECT member FROM {TABLE} WHERE {held(None)} AND standing = '{REPEATED}'"
    rest = claimants(query, at, f" AND standing = '{OPEN}'")
    return f"{known} UNION ALL SELECT id FROM ({rest}) AS o WHERE place > 1"


def claimants(query: Query, at: int | None, only: str = "") -> str:
    """SQL for (id, claim, place) of what a question finds that is not alone in what it says: the
    place is 1 for the one that is counted. The claims lead to the figures, in this order."""
    found = matching(FIGURE, query, at, AT_HAND).sql
    return (
        f"SELECT f.id AS id, claim, ROW_NUMBER() OVER (PARTITION BY claim ORDER BY {BEST_FIRST}) "
        f"AS place FROM {TABLE} AS c CROSS JOIN {NAME} AS f "
        f"WHERE f.id = c.member AND {held(at)}{only} AND {found} AND {VALID}"
    )
