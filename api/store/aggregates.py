"""Sums of figures: the cells of a question, and what it leaves out of them."""

from collections.abc import Sequence
from decimal import Context, Decimal
from typing import Any

from api.store.conditions import Clauses, Statement, matching
from api.store.counted import Run, count_stand_ins, counted_clause, stand_ins
from api.store.grouped import HALF, NUMBERS, Dimension, grouped, rows_of, value_of
from api.store.narrow import table_for
from api.store.results import CellPage
from api.store.totals import Total, fixed_by, total_for
from api.store.versions import in_version
from schemas import FIGURE
from schemas.aggregate import DEFAULT_SORT, Cell
from schemas.codes import QUALIFIERS
from schemas.display import LONGEST_SUM
from schemas.fields import Amount
from schemas.group import TOGETHER
from schemas.query import Ordering, Query

EXACT = Context(prec=LONGEST_SUM)
# The two halves of a sum, each without what is the other's.
WHOLE_PART, REST = f"(high + low / {HALF})", f"(low % {HALF})"


def read_cells(
    run: Run,
    query: Query,
    at: int | None,
    groups: Sequence[str],
    sort: Sequence[Ordering],
) -> CellPage:
    """A page of the cells of a sum. `run` gives the rows of a statement."""
    size, offset = query.per_page, ((query.page or 1) - 1) * query.per_page
    cells, parameters = _cells(run, query, at, groups)
    names, order = _names(groups), _order(groups, sort)
    # The numbers of all come first, as a row without a cell.
    nothing = ", ".join(["''"] * len(groups) + ["0"] * len(NUMBERS))
    page = f"SELECT -1 AS cells, 0 AS several, {names} FROM c ORDER BY {order}"
    sql = (
        f"{cells} SELECT * FROM (SELECT * FROM ({page} LIMIT :limit OFFSET :offset) AS p "
        f"UNION ALL SELECT COUNT(*), SUM(each_of_several), {nothing} FROM c) AS u "
        f"ORDER BY cells DESC, {order}"
    )
    rows = run(Statement(sql, {**parameters, "limit": size, "offset": offset}))
    number, each, *_ = rows[0]
    return CellPage([read_cell(groups, row[2:]) for row in rows[1:]], number, each or 0)


def cells_statement(
    run: Run, query: Query, at: int | None, groups: Sequence[str], sort: Sequence[Ordering]
) -> Statement:
    """(group, group, ..., number, ...) of every cell, in order."""
    cells, parameters = _cells(run, query, at, groups)
    sql = f"{cells} SELECT {_names(groups)} FROM c ORDER BY {_order(groups, sort)}"
    return Statement(sql, parameters)


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


def _cells(
    run: Run, query: Query, at: int | None, groups: Sequence[str]
) -> tuple[str, dict[str, Any]]:
    """SQL that begins with `WITH` and makes `c`, the cells; and its parameters."""
    found = matching(FIGURE, query, at)
    dimensions = [Dimension(name, FIGURE.group_places[name], whole=True) for name in groups]
    by_area = any(dimension.place.many for dimension in dimensions)
    names = {"area" if dimension.place.many else dimension.name for dimension in dimensions}
    known = total_for(names, query) if at is None else None
    if known is None:
        counted = f"{found.sql} AND {counted_clause(query, at, counted=True)}"
        rows = _from_rows(table_for(FIGURE, query, at), dimensions, counted, by_area)
        return f"WITH c AS MATERIALIZED ({rows})", found.parameters
    total, where = known
    stored = _from_total(total, where, dimensions, by_area)
    # It holds the best of each claim. What stands in for one is added to it.
    if count_stand_ins(run, query):
        counted = f"{in_version(at)} AND id IN ({stand_ins(query, at)})"
        stored = f"{stored} UNION ALL {_from_rows(FIGURE.name, dimensions, counted, by_area)}"
    elif names | fixed_by(query) | {"measure"} >= set(total.dimensions):
        # Its groups are the cells: they are read off it, each time that they are needed.
        cells = f"SELECT * FROM ({stored}) AS p WHERE counted > 0"
        return f"WITH c AS NOT MATERIALIZED ({cells})", where.parameters
    numbers = [f"{number.of_parts} AS {number.name}" for number in NUMBERS]
    cells = (
        f"SELECT {', '.join([*groups, *numbers])} FROM ({stored}) AS p "
        f"GROUP BY {', '.join(groups)} HAVING SUM(counted) > 0"
    )
    return f"WITH c AS MATERIALIZED ({cells})", {**found.parameters, **where.parameters}


def _from_rows(figures: str, dimensions: Sequence[Dimension], where: str, by_area: bool) -> str:
    """SQL for the groups of the rows where something holds."""
    each = "NULL AS regions_each" if by_area else "regions_each"
    rows = rows_of(figures, dimensions, where, ["value", "qualifier", each])
    numbers = [f"{number.of_rows} AS {number.name}" for number in NUMBERS]
    return grouped(FIGURE, dimensions, rows, numbers)


def _from_total(
    total: Total, where: Clauses, dimensions: Sequence[Dimension], by_area: bool
) -> str:
    """SQL for the groups of a total, of which there may be several in a cell."""
    columns = [
        f"area AS {dimension.name}" if dimension.place.many else dimension.name
        for dimension in dimensions
    ]
    columns += [
        "0 AS each_of_several" if by_area and number.name == "each_of_several" else number.name
        for number in NUMBERS
    ]
    return f"SELECT {', '.join(columns)} FROM {total.table} WHERE {where.sql}"


def read_cell(groups: Sequence[str], row: Sequence[Any]) -> Cell:
    """A cell from a row of the statement."""
    numbers = dict(zip((number.name for number in NUMBERS), row[len(groups) :], strict=True))
    return Cell(
        group={name: _group_value(name, text) for name, text in zip(groups, row, strict=False)},
        count=numbers["counted"],
        sum=amount(numbers["high"] * HALF + numbers["low"]),
        min=amount(numbers["least"]),
        max=amount(numbers["most"]),
        qualifiers={name: numbers[name] for name in QUALIFIERS},
        each_counted_once=numbers["each_of_several"],
    )


def _group_value(name: str, text: str) -> Any:
    place = FIGURE.group_places[name]
    if place.many:
        return tuple(text.split(TOGETHER)) if text else ()
    return value_of(place, text)


def amount(ten_thousandths: int) -> Decimal:
    """An exact amount from what is stored of it, without zeros at its end."""
    number = Decimal(ten_thousandths).scaleb(-Amount.decimals, EXACT).normalize(EXACT)
    return number.quantize(Decimal(1), context=EXACT) if number == int(number) else number
