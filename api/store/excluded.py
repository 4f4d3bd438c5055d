"""What a sum leaves out of the figures that a question finds: how many, and the first of them.

Where a total knows the numbers they are read off it. The list begins where it is found soonest:
at the figures that the question finds if they are few, else at those that sums leave out.
"""

from collections.abc import Sequence

from api.store.claims import TABLE, held, of_sources
from api.store.conditions import AT_HAND, matching
from api.store.counted import NAME, claimants, count_stand_ins, repeated_ids, stand_ins
from api.store.narrow import IS_DEPRECATED, deprecated_rows, leaves_many, table_for
from api.store.statement import Clauses, Rows, Run, Statement, listed
from api.store.totals import total_for
from schemas import FIGURE
from schemas.aggregate import LISTED, Excluded
from schemas.claim import BEST
from schemas.query import Query

FEW = 5_000


def read_excluded(run: Run, query: Query, at: int | None) -> tuple[list[Excluded], int]:
    """The first of the figures that a sum leaves out, by id; and how many there are.

    `run` gives the rows of a statement.
    """
    rows, number = _first(run, query, at)
    repeated = [id_ for id_, deprecated, *_ in rows if not deprecated]
    instead: dict[str, str] = dict(run(instead_statement(query, at, repeated))) if repeated else {}
    found = [
        Excluded(id_, "deprecated", None)
        if deprecated
        else Excluded(id_, "same_claim", instead[id_])
        for id_, deprecated, *_ in rows
    ]
    return found, number


def _first(run: Run, query: Query, at: int | None) -> tuple[Rows, int]:
    """(id, is it deprecated) of the first that are left out; and how many there are."""
    numbers = numbers_statement(query) if at is None else None
    if numbers is None:
        rows = run(
            excluded_of_many_statement(query, at, stood_in=True, counted=True)
            if leaves_many(query)
            else excluded_statement(query, at)
        )
        return rows, rows[0][-1] if rows else 0
    ((found, left_out),) = run(numbers)
    stood_in = count_stand_ins(run, query) if left_out else 0
    if left_out == stood_in:
        return [], 0
    statement = (
        excluded_statement(query, at)
        if found <= FEW
        else excluded_of_many_statement(query, at, stood_in=stood_in > 0, counted=False)
    )
    return run(statement), left_out - stood_in


def numbers_statement(query: Query) -> Statement | None:
    """(found, left out) of the newest version, from a total; None where none knows. Of what is left
    out some may stand in for others."""
    known = total_for((), query)
    if known is None:
        return None
    total, where = known
    sql = (
        "SELECT COALESCE(SUM(found), 0), COALESCE(SUM(deprecated + repeated), 0) "
        f"FROM {total.table} WHERE {where.sql}"
    )
    return Statement(sql, where.parameters)


def excluded_statement(query: Query, at: int | None) -> Statement:
    """(id, is it deprecated, how many) of the first that are left out, by id; from the figures
    found."""
    found = matching(FIGURE, query, at)
    table = table_for(FIGURE, query, at)
    # Wrapped, so that no index of ranks draws the search away from what the question finds.
    sql = (
        f"SELECT id, CASE WHEN {IS_DEPRECATED} THEN 1 ELSE 0 END, COUNT(*) OVER () "
        f"FROM {table} WHERE {found.sql} AND (COALESCE(rank, '') = 'deprecated' "
        f"OR id IN ({repeated_ids(query, at)})) ORDER BY id LIMIT :limit"
    )
    return Statement(sql, {**found.parameters, "limit": LISTED})


def excluded_of_many_statement(
    query: Query, at: int | None, *, stood_in: bool, counted: bool
) -> Statement:
    """The same from what sums leave out, in the order of its ids; `stood_in` says whether some of
    that may stand in for others. Where they need not be `counted`, no more of it is looked at than
    it takes to find the first."""
    found: Clauses = matching(FIGURE, query, at, AT_HAND)
    deprecated = (
        f"SELECT f.id AS id, 1 AS gone FROM {deprecated_rows(FIGURE, 'f')} "
        f"WHERE {IS_DEPRECATED} AND {found.sql} ORDER BY f.id"
    )
    others, sources = stand_ins(query, at) if stood_in else None, of_sources(query)
    repeated = (
        f"SELECT f.id AS id, 0 AS gone FROM {TABLE} AS c CROSS JOIN {NAME} AS f "
        f"WHERE f.id = c.member AND {held(at)} AND place > {BEST} "
        + f"AND {sources} " * bool(sources)
        + f"AND {found.sql}"
        + f" AND f.id NOT IN ({others})" * bool(others)
        + " ORDER BY c.member"
    )
    enough = "" if counted else " LIMIT :limit"
    sql = (
        "SELECT id, gone"
        + ", COUNT(*) OVER ()" * counted
        + f" FROM (SELECT * FROM ({deprecated}{enough}) AS x "
        f"UNION ALL SELECT * FROM ({repeated}{enough}) AS y) AS z ORDER BY id LIMIT :limit"
    )
    return Statement(sql, {**found.parameters, "limit": LISTED})


def instead_statement(query: Query, at: int | None, ids: Sequence[str]) -> Statement:
    """(id, the one that is counted) of figures that are left out because another says the same."""
    marks, parameters = listed("left_out_", ids)
    claims = f"SELECT claim FROM {TABLE} WHERE {held(at)} AND member IN ({marks})"
    best = claimants(query, at, f" AND claim IN ({claims})")
    sql = (
        f"SELECT m.member, b.member FROM {TABLE} AS m JOIN ({best}) AS b ON b.claim = m.claim "
        f"WHERE b.is_first = 1 AND {held(at)} AND m.member IN ({marks})"
    )
    return Statement(sql, {**matching(FIGURE, query, at).parameters, **parameters})
