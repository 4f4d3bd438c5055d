"""How the rows of a page are found: along its order, or by what its filters leave.

Where a filter leaves many rows, the first of them stand near the beginning of the order: the index
of the sort is followed until there are enough, however many rows there are. Where it leaves few,
they are gathered by an index of the filter and sorted. Which it is follows from the numbers of the
facets, which are stored. They may be wrong for a page: what is asked for may all stand at the other
end. So an index is followed only so far, and then the rows are gathered all the same. Whichever way
they are found, they are the same rows.

Of a column without such numbers it is seen in its index whether what is asked leaves few rows.
Where it leaves more they are counted before the order is followed far, or once it has been followed
in vain.

Some pairs of a filter and a sort have an order of their own: what stands in a join table, by id,
and what the resource declares.
"""

from collections.abc import Callable, Generator
from functools import partial

from api.store.along import along, followed, gathered
from api.store.choice import Page, Sizes, choose, is_pair
from api.store.conditions import used_columns
from api.store.known import FEW, Share, Stretch
from api.store.order import sort_keys
from api.store.query import page_statement
from api.store.sizes import look_further
from api.store.statement import Rows, Run, Statement
from schemas.query import Query
from schemas.resource import Resource

# An index is followed so many times further than the numbers say that it takes.
SLACK = 2
# And so far at least: less is not worth a guess.
LEAST = 300
# Rows whose text is read for words, at most: to read one takes what ten entries of the list of all
# rows that hold them take.
FARTHEST = 5000
# Further than any index goes.
ALL = 2**62


def find_page(
    run: Run, resource: Resource, query: Query, at: int | None, page: Page, sizes: Sizes
) -> Rows:
    """(body, key, key, ...) of a page. `run` gives the rows of a statement."""
    if not sizes.numbers:
        return run(page_statement(resource, query, at, *page))
    statements = page_statements(run, resource, query, at, page, sizes)
    rows = run(next(statements))
    while len(rows) < page.limit:
        try:
            statement = statements.send(len(rows))
        except StopIteration:
            break
        rows = run(statement)
    return rows


def page_statements(
    run: Run,
    resource: Resource,
    query: Query,
    at: int | None,
    page: Page,
    sizes: Sizes,
) -> Generator[Statement, int | None, None]:
    """(body, key, key, ...) of a page where there is a choice. Each statement finds all of it if it
    finds as many rows as it may; the last one does in any case. Who sends how many rows each has
    found saves some."""
    keys = sort_keys(resource, query.sort)
    first = keys[0].column
    shares = [one for one in sizes.parts if isinstance(one, Share)]
    pair = next((one for one in shares if is_pair(resource, one, first, at)), None)
    standing = [one for one in query.conditions if used_columns(one) == (first,)]
    standing += [pair.condition] if pair else []
    order = along(resource, query, at, first, standing, pair)
    walk = partial(followed, resource, query, at, page, keys, order)
    chosen = partial(choose, query, page, standing)
    choice = chosen(sizes)
    if choice.steps * SLACK > FEW:
        sizes = look_further(run, resource, sizes, int(choice.steps * SLACK))
        choice = chosen(sizes)
    if pair and pair is choice.smallest:
        # Its rows are read in their order: to read all of them is to gather them.
        yield walk(ALL)
        return
    in_order = at is None and first == "id" and _is_one_column(choice.smallest)
    far = max(int(choice.steps * SLACK), LEAST) + 1
    if sizes.common and not in_order:
        yield from _past_words(partial(walk, reading=True), page, choice.fewest)
    elif not in_order and far < choice.fewest:
        found = yield walk(far)
        if sizes.many:
            choice = chosen(look_further(run, resource, sizes, choice.fewest))
            farther = _farther(page, far, found, choice.fewest)
            if far < farther < choice.fewest:
                yield walk(farther)
    column = choice.smallest.column if choice.smallest and at is None else None
    if column:
        yield gathered(resource, query, page, keys, column)
    else:
        yield page_statement(resource, query, at, *page)


def _farther(page: Page, far: int, found: int | None, fewest: int) -> int:
    """How far to follow an order once more, where so far too few were found: as far as it takes if
    they lie as they did; where there were none, the half of what it takes to gather them."""
    return int(far * page.limit / found * SLACK) if found else fewest // 2


def _is_one_column(part: Share | Stretch | None) -> bool:
    """Whether the rows of a part stand together in the index of its column, by their ids."""
    return part is not None and part.is_one and part.column is not None


def _past_words(
    walk: Callable[[int], Statement], page: Page, fewest: float
) -> Generator[Statement, int | None, None]:
    """Along an order, reading the text of each row for words that many have: a list of all of these
    is not made. How far it is to go on is told by what the first rows were found to hold."""
    if fewest <= LEAST:
        return
    found = yield walk(LEAST)
    if found == 0:
        return
    share = (page.offset + (found or 1)) / LEAST
    far = int((page.offset + page.limit) / share * SLACK)
    if far <= min(FARTHEST, fewest):
        yield walk(far)
