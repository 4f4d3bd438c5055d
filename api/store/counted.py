"""What of the figures that a question finds is counted in their sum, and what is left out.

A deprecated figure is left out. Of several that say the same, one is counted: the best of those
that the question finds and that are not deprecated, so that a claim is counted once, and is not
lost where its best statement is not among what was asked for.
"""

from api.store.claims import TABLE, standing
from api.store.conditions import Clauses, Statement, matching
from api.store.grouped import Dimension
from schemas import FIGURE
from schemas.query import Query
from schemas.resource import Resource

NAME = FIGURE.name
VALID = "rank <> 'deprecated'"
# The order in which figures that say the same are preferred: by rank, then one that repeats no
# other, then by id.
BEST_FIRST = (
    "CASE WHEN {0}.rank = 'preferred' THEN 0 ELSE 1 END",
    "CASE WHEN {0}.same_claim_as IS NULL THEN 0 ELSE 1 END",
    "{0}.id",
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
    if counted:
        return f"({VALID} AND row NOT IN ({repeated(query, at)}))"
    return f"(NOT ({VALID}) OR row IN ({repeated(query, at)}))"


def repeated(query: Query, at: int | None) -> str:
    """SQL for the rows that a question finds and that say what a better one of them says."""
    found = matching(FIGURE, query, at).sql
    return (
        f"SELECT f.row FROM {TABLE} AS c JOIN {NAME} AS f ON f.id = c.member "
        f"WHERE {standing('c', at)} AND {found} AND {VALID} "
        f"AND EXISTS ({_same('1', found, at)} AND {_order('g')} < {_order('f')})"
    )


def claimed(query: Query, at: int | None) -> str:
    """SQL for the rows of a version, found or not, that are not alone in what they say."""
    return (
        f"SELECT f.row FROM {TABLE} AS c JOIN {NAME} AS f ON f.id = c.member "
        f"WHERE {standing('c', at)} AND {matching(FIGURE, query, at).sql}"
    )


def left_out_statement(query: Query, at: int | None, limit: int) -> Statement:
    """(id, rank, counted, number) of what is left out, by id: the figure that is counted in its
    place, or null if it was deprecated; and how many there are in all."""
    found: Clauses = matching(FIGURE, query, at)
    instead = (
        f"SELECT g.id FROM {TABLE} AS c JOIN {TABLE} AS o ON o.claim = c.claim "
        f"JOIN {NAME} AS g ON g.id = o.member WHERE c.member = left_out.id "
        f"AND {standing('c', at)} AND {standing('o', at)} AND {found.sql} AND {VALID} "
        f"ORDER BY {', '.join(_key('g'))} LIMIT 1"
    )
    sql = (
        f"SELECT id, rank, CASE WHEN {VALID} THEN ({instead}) END, number FROM ("
        f"SELECT id, rank, COUNT(*) OVER () AS number FROM {NAME} "
        f"WHERE {found.sql} AND {counted_clause(query, at, counted=False)} "
        "ORDER BY id LIMIT :limit) AS left_out ORDER BY id"
    )
    return Statement(sql, {**found.parameters, "limit": limit})


def _same(what: str, found: str, at: int | None) -> str:
    """SQL for the figures that a question finds and that say what `c` says."""
    return (
        f"SELECT {what} FROM {TABLE} AS o JOIN {NAME} AS g ON g.id = o.member "
        f"WHERE o.claim = c.claim AND {standing('o', at)} AND {found} AND {VALID}"
    )


def _key(alias: str) -> list[str]:
    return [part.format(alias) for part in BEST_FIRST]


def _order(alias: str) -> str:
    return f"({', '.join(_key(alias))})"
