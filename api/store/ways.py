"""How the rows of a page are found: along its order, or by what its filters leave.

Where a filter leaves many rows, the first of them stand near the beginning of the order: the index
of the sort is followed until there are enough, however many rows there are. Where it leaves few,
they are gathered by an index of the filter and sorted. Which it is follows from the numbers of the
facets, which are stored. They may be wrong for a page: what is asked for may all stand at the other
end. So an index is followed only so far, and then the rows are gathered all the same. Whichever way
they are found, they are the same rows.

Some pairs of a filter and a sort have an order of their own: what stands in a join table, by id,
and what the resource declares.
"""

from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import Any, NamedTuple

from api.store.choice import Page, Sizes, choose, is_pair
from api.store.columns import index_name, join_table
from api.store.conditions import matching, used_columns
from api.store.dialect import as_bytes, holding, read_by
from api.store.known import Share
from api.store.order import Key, going_on, ordered, sort_keys
from api.store.query import page_statement
from api.store.statement import Rows, Run, Statement
from api.store.text import fold
from schemas.query import Condition, Query
from schemas.resource import Resource

# An index is followed so many times further than the numbers say that it takes.
SLACK = 2
# And so far at least: less is not worth a guess.
LEAST = 300
WALKED = "w.walked"
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
    statements = page_statements(resource, query, at, page, sizes)
    rows = run(next(statements))
    while len(rows) < page.limit:
        try:
            statement = statements.send(len(rows))
        except StopIteration:
            break
        rows = run(statement)
    return rows


def page_statements(
    resource: Resource,
    query: Query,
    at: int | None,
    page: Page,
    sizes: Sizes,
) -> Generator[Statement, int | None, None]:
    """(body, key, key, ...) of a page where there is a choice. Each statement finds all of it if it
    finds as many rows as it may; the last one does in any case. Who sends how many rows each has
    found saves some."""
    known = sizes.shares
    keys = sort_keys(resource, query.sort)
    first = keys[0].column
    pair = next((one for one in known if is_pair(resource, one, first, at)), None)
    along = [one for one in query.conditions if used_columns(one) == (first,)]
    along += [pair.condition] if pair else []
    choice = choose(query, page, along, sizes)
    ordered_rows = (
        _along_values(resource, pair)
        if pair and pair.condition.place.many
        else _along_index(resource, query, at, along, _index(resource, at, pair, first))
    )
    walk = partial(_walk, resource, query, at, page, keys, ordered_rows)
    if pair and pair is choice.smallest:
        # Its rows are read in their order: to read all of them is to gather them.
        yield walk(ALL)
        return
    column = choice.smallest.column if choice.smallest and at is None else None
    in_order = column and first == "id" and choice.smallest and choice.smallest.is_one
    far = max(int(choice.steps * SLACK), LEAST) + 1
    if sizes.common and not in_order:
        yield from _past_words(partial(walk, reading=True), page, choice.fewest)
    elif not in_order and far < choice.fewest:
        yield walk(far)
    if column:
        yield _gather(resource, query, page, keys, column)
    else:
        yield page_statement(resource, query, at, *page)


def _index(resource: Resource, at: int | None, pair: Share | None, column: str) -> str:
    return index_name(resource, at, f"{pair.column}_{column}" if pair else column)


class Along(NamedTuple):
    """What is followed: a table that is read in its own order, and where in it the rows stand."""

    table: str
    where: list[str]
    parameters: dict[str, Any]


def _along_index(
    resource: Resource, query: Query, at: int | None, conditions: Sequence[Condition], index: str
) -> Along:
    narrowed = query._replace(conditions=tuple(conditions), q=None)
    where, parameters = matching(resource, narrowed, at)
    return Along(read_by(resource.name, index), where, parameters)


def _along_values(resource: Resource, share: Share) -> Along:
    """The rows of every version that have one of several values, by their ids."""
    table = join_table(resource, share.condition.place.path)
    return Along(table, ["value = :walked_value"], {"walked_value": share.values[0]})


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


def _walk(
    resource: Resource,
    query: Query,
    at: int | None,
    page: Page,
    keys: Sequence[Key],
    along: Along,
    far: int,
    *,
    reading: bool = False,
) -> Statement:
    """Along an order, so far; what its rows say is looked at one after the other. Words are looked
    for in a list of all rows that hold them, or by `reading` each row's text."""
    table, where, parameters = along
    if page.after is not None:
        where, parameters = going_on(where, parameters, keys, page.after)
    walked = (
        f"SELECT row AS walked FROM {table} WHERE {' AND '.join(where)} "
        f"ORDER BY {', '.join(map(ordered, keys))} LIMIT :far"
    )
    found = matching(resource, query._replace(q=None) if reading else query, at, WALKED)
    looked_at = found.sql
    if reading:
        looked_at = f"{looked_at} AND {holding(resource.name, 'body', 'phrase')}"
        parameters = {**parameters, "phrase": fold(query.q or "")}
    return _cut(
        f"SELECT {as_bytes('body')}, {', '.join(key.column for key in keys)} FROM ({walked}) AS w "
        f"CROSS JOIN {resource.name} WHERE row = walked AND {looked_at} LIMIT :limit",
        {**found.parameters, **parameters, "far": far},
        page,
    )


def _gather(
    resource: Resource, query: Query, page: Page, keys: Sequence[Key], column: str
) -> Statement:
    """By the index of one column, of current rows; then sorted."""
    name = resource.name
    where, parameters = matching(resource, query, None, f"{name}.row + 0")
    if page.after is not None:
        where, parameters = going_on(where, parameters, keys, page.after)
    return _cut(
        f"SELECT {as_bytes('body')}, {', '.join(key.column for key in keys)} "
        f"FROM {read_by(name, index_name(resource, None, column))} WHERE {' AND '.join(where)} "
        f"ORDER BY {', '.join(map(ordered, keys))} LIMIT :limit",
        parameters,
        page,
    )


def _cut(sql: str, parameters: dict[str, Any], page: Page) -> Statement:
    parameters = {**parameters, "limit": page.limit}
    if page.offset:
        return Statement(f"{sql} OFFSET :offset", {**parameters, "offset": page.offset})
    return Statement(sql, parameters)
