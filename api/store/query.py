"""From a validated query to SQL: pure functions, testable without a database.

A version `at` of None asks for the current rows, a number for the rows as they were then. Every
value is a named parameter; the only names in the text of a statement come from declarations.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from api.store.columns import CARRIED, carrying_index, index_name, text_table
from api.store.conditions import matching, used_columns
from api.store.counted import found_by
from api.store.dialect import as_bytes, match_whole, read_by, text_rows
from api.store.order import going_on, ordered, sort_keys
from api.store.statement import Clauses, Statement, counted_to, listed
from api.store.text import fold
from api.store.versions import in_version, version_parameters
from schemas.query import Ordering, Query
from schemas.resource import Resource

# Words that so many rows hold are common.
COMMON = 2000


def page_statement(
    resource: Resource,
    query: Query,
    at: int | None,
    after: Sequence[Any] | None,
    limit: int,
    offset: int = 0,
) -> Statement:
    """Bodies, as UTF-8, and sort keys of a page, one row more than asked: (body, key, key, ...)."""
    selected, order, carrying = _page_shape(resource, query.sort)
    # Rows before an offset are only passed, which takes longer where they carry their bodies.
    table, where, parameters = _rows(resource, query, at, None if offset else carrying)
    if after is not None:
        where, parameters = going_on(where, parameters, sort_keys(resource, query.sort), after)
    sql = f"{selected} FROM {table} WHERE {' AND '.join(where)} {order} LIMIT :limit"
    if offset:
        sql, parameters = f"{sql} OFFSET :offset", {**parameters, "offset": offset}
    return Statement(sql, {**parameters, "limit": limit})


class _Carrying(NamedTuple):
    """An index that carries bodies: the column whose order it has, and the table as it is read."""

    column: str
    table: str


@lru_cache(maxsize=256)
def _page_shape(
    resource: Resource, sort: tuple[Ordering, ...]
) -> tuple[str, str, _Carrying | None]:
    """What a page selects, (body, key, key, ...), its order, and the index that carries all of it,
    if one does. They follow from its sort."""
    keys = sort_keys(resource, sort)
    first, *others = [key.column for key in keys]
    selected = f"SELECT {as_bytes('body')}, {', '.join([first, *others])}"
    carrying = None
    if first in resource.carried and others in ([], ["id"]):
        carrying = _Carrying(first, read_by(resource.name, carrying_index(resource, first)))
    return selected, f"ORDER BY {', '.join(map(ordered, keys))}", carrying


def _rows(
    resource: Resource, query: Query, at: int | None, carrying: _Carrying | None
) -> tuple[str, list[str], dict[str, Any]]:
    """The table, what is asked of its rows, and the parameters of that. An index that carries the
    bodies is read where it has all that is looked at."""
    where, parameters = found_by(resource, query, at)
    if not carrying or at is not None or query.q is not None or query.is_of_a_sum:
        return resource.name, where, parameters
    for condition in query.conditions:
        if used_columns(condition) != (carrying.column,):
            return resource.name, where, parameters
    return carrying.table, [*where, CARRIED], parameters


def common_words_statement(resource: Resource, query: Query) -> Statement:
    """(how many rows of any version hold the words that are asked for as they are), no further than
    `COMMON`."""
    rows = text_rows(text_table(resource), "words")
    sql = f"SELECT COUNT(*) FROM (SELECT 1 FROM {rows} AS w LIMIT :enough) AS counted"
    words = match_whole(fold(query.q or "").split())
    return Statement(sql, {"words": words, "enough": COMMON})


def stream_statement(
    resource: Resource, query: Query, at: int | None, column: str | None = None
) -> Statement:
    """The bodies of all rows that match, in order, as UTF-8: (body). Of the current rows, they may
    be those that the index of a `column` finds, and sorted."""
    _, order, carrying = _page_shape(resource, query.sort)
    if column is None:
        table, where, parameters = _rows(resource, query, at, carrying)
    else:
        table, (where, parameters) = by_column(resource, query, column)
    sql = f"SELECT {as_bytes('body')} FROM {table} WHERE {' AND '.join(where)} {order}"
    return Statement(sql, parameters)


def by_column(resource: Resource, query: Query, column: str) -> tuple[str, Clauses]:
    """The table as its current rows are read by the index of a column, and what a question asks of
    each of these: the other filters find none."""
    table = read_by(resource.name, index_name(resource, None, column))
    return table, matching(resource, query, None, f"{resource.name}.row + 0")


def count_statement(
    resource: Resource, query: Query, at: int | None, cap: int | None, column: str | None = None
) -> Statement:
    """How many rows match; no further than one past `cap`. Of the current rows, they may be those
    that the index of a `column` finds."""
    rows, (where, parameters) = (
        by_column(resource, query, column)
        if column and query.q is None
        else (resource.name, found_by(resource, query, at))
    )
    if "q" in parameters and query.counted is None and not query.cell:
        # From the words on: a list of all that hold them would have to be made first.
        words, others = parameters["q"], matching(resource, query._replace(q=None), at, "found")
        rows = f"{text_rows(text_table(resource), 'q')} AS w CROSS JOIN {resource.name}"
        where, parameters = ["row = found", *others.all], {**others.parameters, "q": words}
    found = f"FROM {rows} WHERE {' AND '.join(where)}"
    if cap is None:
        return Statement(f"SELECT COUNT(*) {found}", parameters)
    return counted_to(cap, found, parameters)


def items_statement(resource: Resource, ids: Sequence[str], at: int | None) -> Statement:
    """(id, body) of the records with these ids, in the order of their ids."""
    names, parameters = listed("id", ids)
    where = f"id IN ({names}) AND {in_version(at)}"
    sql = f"SELECT id, body FROM {resource.name} WHERE {where} ORDER BY id"
    return Statement(sql, {**parameters, **version_parameters(at)})


def versions_statement(resource: Resource, ids: Sequence[str], first: int, last: int) -> Statement:
    """(from_version, to_version, body) of the rows of some records that held at some time from
    version `first` to version `last`."""
    marks, parameters = listed("v", ids)
    sql = (
        f"SELECT from_version, to_version, body FROM {resource.name} WHERE id IN ({marks}) "
        "AND from_version <= :last AND (to_version IS NULL OR to_version > :first) "
        "ORDER BY id, from_version"
    )
    return Statement(sql, {**parameters, "first": first, "last": last})


def codelists_statement(concepts: Sequence[str], first: int, last: int) -> Statement:
    """The same of the codelists of some concepts; the list that came first into the data is first.

    Who reads what a code is called takes it from the first list that has it: by the order of their
    ids a data set could rename what another one had named. To refuse the code would be worse: what
    a data set has could then keep one that the program's own lists gain from being loaded.
    """
    marks, parameters = listed("v", concepts)
    sql = (
        f"SELECT from_version, to_version, body FROM codelists AS c WHERE concept IN ({marks}) "
        "AND from_version <= :last AND (to_version IS NULL OR to_version > :first) "
        "ORDER BY (SELECT MIN(f.from_version) FROM codelists AS f "
        "WHERE f.id = c.id AND f.concept = c.concept), id, from_version"
    )
    return Statement(sql, {**parameters, "first": first, "last": last})


def last_known_statement(resource: Resource, id_: str, at: int) -> Statement:
    """(body) of a record at a version, or as it last was before it."""
    sql = (
        f"SELECT body FROM {resource.name} WHERE id = :id AND from_version <= :at "
        "ORDER BY from_version DESC LIMIT 1"
    )
    return Statement(sql, {"id": id_, "at": at})


def last_version_statement(resource: Resource, id_: str) -> Statement:
    """(the last version that closed a row of a record)."""
    return Statement(f"SELECT MAX(to_version) FROM {resource.name} WHERE id = :id", {"id": id_})
