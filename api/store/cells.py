"""The cells of a sum, in SQL: from the groups of a total, where one knows them, or the rows."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from api.store.conditions import matching
from api.store.counted import count_stand_ins, counted_clause, stand_ins
from api.store.grouped import NUMBERS, Dimension, grouped, rows_of
from api.store.narrow import table_for
from api.store.ranking import REST, WHOLE_PART, numbers_table, ranked
from api.store.statement import Run, Statement
from api.store.totals import Total, fixed_by, total_for
from api.store.versions import in_version
from schemas import FIGURE
from schemas.aggregate import DEFAULT_SORT
from schemas.query import Ordering, Query

# Of every cell: how many there are, and how many figures of several regions they count once.
ALL = "SELECT COUNT(*) AS cells, SUM(each_of_several) AS several FROM c"


class Cells(NamedTuple):
    """The cells of a question by some groups: SQL that makes them, and its parameters.

    Where they are the groups of a total, each as it is, `total` is that one and `where` are the
    conditions on its table.
    """

    groups: tuple[str, ...]
    sql: str
    parameters: dict[str, Any]
    total: Total | None = None
    where: str = ""


def cells(run: Run, query: Query, at: int | None, groups: Sequence[str]) -> Cells:
    """The cells of a question. `run` gives the rows of a statement."""
    dimensions = [Dimension(name, FIGURE.group_places[name], whole=True) for name in groups]
    names = {_dimension(name) for name in groups}
    known = total_for(names, query) if at is None else None
    if known is None:
        found = matching(FIGURE, query, at)
        counted = f"{found.sql} AND {counted_clause(query, at, counted=True)}"
        rows = _from_rows(table_for(FIGURE, query, at), dimensions, counted)
        return Cells(tuple(groups), rows, found.parameters)
    total, where = known
    stored = f"SELECT {_columns(groups)} FROM {total.table} WHERE {where.sql}"
    # It holds the best of each claim. What stands in for one is added to it.
    if count_stand_ins(run, query):
        counted = f"{in_version(at)} AND id IN ({stand_ins(query, at)})"
        stored = f"{stored} UNION ALL {_from_rows(FIGURE.name, dimensions, counted)}"
    elif names | fixed_by(query) | {"measure"} >= set(total.dimensions):
        sql = f"SELECT * FROM ({stored}) AS p WHERE counted > 0"
        return Cells(tuple(groups), sql, where.parameters, total, where.sql)
    numbers = [f"{number.of_parts} AS {number.name}" for number in NUMBERS]
    sql = (
        f"SELECT {', '.join([*groups, *numbers])} FROM ({stored}) AS p "
        f"GROUP BY {', '.join(groups)} HAVING SUM(counted) > 0"
    )
    parameters = {**matching(FIGURE, query, at).parameters, **where.parameters}
    return Cells(tuple(groups), sql, parameters)


def all_of(made: Cells, sort: Sequence[Ordering]) -> Statement:
    """(group, group, ..., number, ...) of every cell, in order."""
    names, order = _names(made.groups), _order(made.groups, sort)
    return Statement(f"SELECT {names} FROM ({made.sql}) AS c ORDER BY {order}", made.parameters)


def page_of(made: Cells, query: Query, sort: Sequence[Ordering]) -> Statement:
    """(how many cells, how many of several regions, ...) in the first row, of all cells; then
    (-1, 0, group, group, ..., number, ...) of each of a page, in order."""
    names, order = _names(made.groups), _order(made.groups, sort)
    index = ranked(made.total, query, sort) if made.total else None
    first, page, numbers = (
        _looked_up(made, made.total, index, sort) if made.total and index else _sorted(made, order)
    )
    # The numbers of all come first, as a row without a cell.
    nothing = ", ".join(["''"] * len(made.groups) + ["0"] * len(NUMBERS))
    sql = (
        f"{first} SELECT * FROM (SELECT -1 AS cells, 0 AS several, {names} FROM ({page}) AS p "
        f"UNION ALL SELECT cells, several, {nothing} FROM ({numbers}) AS n) AS u "
        f"ORDER BY cells DESC, {order}"
    )
    limits = {"limit": query.per_page, "offset": ((query.page or 1) - 1) * query.per_page}
    return Statement(sql, {**made.parameters, **limits})


def _sorted(made: Cells, order: str) -> tuple[str, str, str]:
    """(what comes first, a page, the numbers of all) from all cells, sorted and counted.

    The groups of a total are read off it twice; what must be added up is added up once.
    """
    hint = "NOT MATERIALIZED" if made.total else "MATERIALIZED"
    page = f"SELECT * FROM c ORDER BY {order} LIMIT :limit OFFSET :offset"
    return f"WITH c AS {hint} ({made.sql})", page, ALL


def _looked_up(
    made: Cells, total: Total, index: str, sort: Sequence[Ordering]
) -> tuple[str, str, str]:
    """The same as they were sorted and counted when data were loaded."""
    keys, order = ", ".join(total.dimensions), _order([*map(_dimension, made.groups)], sort)
    # Found in the index alone, and only then looked up: a page may begin far down.
    found = (
        f"SELECT {keys} FROM {index} WHERE {made.where} AND counted > 0 "
        f"ORDER BY {order} LIMIT :limit OFFSET :offset"
    )
    page = f"SELECT {_columns(made.groups)} FROM ({found}) AS k JOIN {total.table} USING ({keys})"
    several = "0" if "area" in total.dimensions else "SUM(several)"
    numbers = (
        f"SELECT SUM(cells) AS cells, {several} AS several "
        f"FROM {numbers_table(total)} WHERE {made.where}"
    )
    return "", page, numbers


def _names(groups: Sequence[str]) -> str:
    return ", ".join([*groups, *(number.name for number in NUMBERS)])


def _order(groups: Sequence[str], sort: Sequence[Ordering]) -> str:
    keys = [part for one in (*sort, DEFAULT_SORT) for part in _keys(one)]
    return ", ".join(dict.fromkeys([*keys, *groups]))


def _keys(asked: Ordering) -> list[str]:
    direction = "DESC" if asked.descending else "ASC"
    if asked.name == "count":
        return [f"counted {direction}"]
    # Sums of different units are not compared.
    return ["unit", f"{WHOLE_PART} {direction}", f"{REST} {direction}"]


def _dimension(group: str) -> str:
    """What a total calls what sums are grouped by."""
    return "area" if FIGURE.group_places[group].many else group


def _columns(groups: Sequence[str]) -> str:
    """What a cell has, from a group of a total. In a cell of regions no figure is counted for
    others too."""
    names = {name: _dimension(name) for name in groups}
    numbers = {number.name: number.name for number in NUMBERS}
    if "area" in names.values():
        numbers["each_of_several"] = "0"
    return ", ".join(f"{sql} AS {name}" for name, sql in {**names, **numbers}.items())


def _from_rows(figures: str, dimensions: Sequence[Dimension], where: str) -> str:
    """SQL for the groups of the rows where something holds."""
    by_area = any(dimension.place.many for dimension in dimensions)
    each = "NULL AS regions_each" if by_area else "regions_each"
    rows = rows_of(figures, dimensions, where, ["value", "qualifier", each])
    numbers = [f"{number.of_rows} AS {number.name}" for number in NUMBERS]
    return grouped(FIGURE, dimensions, rows, numbers)
