"""How much a question finds, and how much its filters leave: looked up before a page is read."""

from api.store.choice import Sizes, shares
from api.store.known import known_count_statement, sizes_statement
from api.store.plenty import Plenty
from api.store.query import count_statement
from api.store.results import Count
from api.store.statement import Run, Statement
from schemas.parameters import PAGED_ROWS
from schemas.query import Query
from schemas.resource import Resource


def read_sizes(
    run: Run,
    plenty: Plenty,
    resource: Resource,
    query: Query,
    at: int | None,
    state: str | None,
) -> Sizes:
    """The count, as the query wants it, and the sizes that choose the way: one statement at most.

    `state`, the hash of a release, names the data that `plenty` remembers something of; without it
    nothing is remembered. `run` gives the rows of a statement.
    """
    cap = PAGED_ROWS if query.count == "capped" else None
    known = shares(resource, query, at)
    remembered = state if cap is not None else None
    if remembered is not None and plenty.is_beyond(remembered, resource, query):
        counting, found = None, Count(PAGED_ROWS, exact=False)
    else:
        counting, found = _counting(resource, query, at, cap), None
    if counting is None and known is None:
        return Sizes(found, (), ())
    (numbers,) = run(sizes_statement(resource, counting, known))
    if counting is None:
        return Sizes(found, known or (), numbers)
    number, *rest = numbers
    if cap is None or number <= cap:
        return Sizes(Count(number, exact=True), known or (), rest)
    if remembered is not None:
        plenty.note(remembered, resource, query)
    return Sizes(Count(cap, exact=False), known or (), rest)


def _counting(
    resource: Resource, query: Query, at: int | None, cap: int | None
) -> Statement | None:
    """SQL for the count that a query wants: where it is stored, or of the rows."""
    if query.count == "none":
        return None
    stored = known_count_statement(resource, query) if at is None else None
    return stored or count_statement(resource, query, at, cap)
