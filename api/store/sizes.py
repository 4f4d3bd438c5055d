"""How much a question finds, and how much its filters leave: looked up before a page is read."""

from api.store.choice import Sizes, parts_of, sizes_of, smallest_of, with_counted
from api.store.known import Parts, known_count_statement, sizes_statement, stretches_statement
from api.store.plenty import Plenty
from api.store.query import count_statement
from api.store.results import Count
from api.store.statement import Run
from schemas.parameters import PAGED_ROWS
from schemas.query import Query
from schemas.resource import Resource

# To choose how rows are counted, those of each stretch are counted so far by themselves: it takes a
# fourth of the time in which ten thousand rows are looked at.
FAR = 100_000


def read_sizes(
    run: Run,
    plenty: Plenty,
    resource: Resource,
    query: Query,
    at: int | None,
    state: str | None,
) -> Sizes:
    """The count, as the query wants it, and the sizes that choose the way: one statement, or two
    where several filters go together and what is known of each chooses how the rows are counted.

    `state`, the hash of a release, names the data that `plenty` remembers something of; without it
    nothing is remembered. `run` gives the rows of a statement.
    """
    cap = PAGED_ROWS if query.count == "capped" else None
    parts = parts_of(resource, query, at)
    if query.count == "none":
        return _sizes(run, resource, parts)
    remembered = state if cap is not None else None
    if remembered is not None and plenty.is_beyond(remembered, resource, query):
        found = Count(PAGED_ROWS, exact=False)
        if parts is None:
            return Sizes(found, (), ())
        # What is beyond is all that is asked, and so it is known to be many.
        sizes = _sizes(run, resource, Parts(parts.shares, ()))
        return sizes._replace(found=found, many=parts.stretches)
    counting = known_count_statement(resource, query) if at is None else None
    several = at is None and len(query.conditions) > 1
    if parts is None or counting is not None or not several:
        counting = counting or count_statement(resource, query, at, cap)
        ((number, *numbers),) = run(sizes_statement(resource, counting, parts))
        found = _count(number, cap)
        sizes = Sizes(found, (), ()) if parts is None else sizes_of(found, parts, numbers)
    else:
        sizes = look_further(run, resource, _sizes(run, resource, parts), FAR)
        smallest, _ = smallest_of(sizes)
        column = smallest.column if smallest else None
        ((number,),) = run(count_statement(resource, query, at, cap, column))
        found = _count(number, cap)
        sizes = sizes._replace(found=found)
    if remembered is not None and not found.exact:
        plenty.note(remembered, resource, query)
    return sizes


def _sizes(run: Run, resource: Resource, parts: Parts | None) -> Sizes:
    """The sizes where nothing is counted along with them."""
    if parts is None:
        return Sizes(None, (), ())
    (numbers,) = run(sizes_statement(resource, None, parts))
    return sizes_of(None, parts, numbers)


def _count(number: int, cap: int | None) -> Count:
    """A number that was counted, no further than one past the cap."""
    if cap is None or number <= cap:
        return Count(number, exact=True)
    return Count(cap, exact=False)


def look_further(run: Run, resource: Resource, sizes: Sizes, most: int) -> Sizes:
    """Sizes, where the stretches that have many rows are counted further: to `most`, and no further
    than to what some other part is known to leave."""
    if not sizes.many:
        return sizes
    _, fewest = smallest_of(sizes)
    (numbers,) = run(stretches_statement(resource, sizes.many, min(most, fewest)))
    return with_counted(sizes, numbers, min(most, fewest))
