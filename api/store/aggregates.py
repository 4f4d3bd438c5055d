"""Sums of figures: the cells of a question, read."""

from collections.abc import Sequence
from decimal import Context, Decimal
from typing import Any

from api.store.cells import cells, page_of
from api.store.grouped import HALF, NUMBERS, value_of
from api.store.results import CellPage
from api.store.statement import Run
from schemas import FIGURE
from schemas.aggregate import Cell
from schemas.codes import QUALIFIERS
from schemas.display import LONGEST_SUM
from schemas.fields import Amount
from schemas.fields.number import TEN_THOUSANDTHS
from schemas.group import TOGETHER
from schemas.query import Ordering, Query

EXACT = Context(prec=LONGEST_SUM)
NAMES = tuple(number.name for number in NUMBERS)


def read_cells(
    run: Run,
    query: Query,
    at: int | None,
    groups: Sequence[str],
    sort: Sequence[Ordering],
) -> CellPage:
    """A page of the cells of a sum. `run` gives the rows of a statement."""
    rows = run(page_of(cells(run, query, at, groups), query, sort))
    number, each, *_ = rows[0]
    return CellPage([read_cell(groups, row[2:]) for row in rows[1:]], number or 0, each or 0)


def read_cell(groups: Sequence[str], row: Sequence[Any]) -> Cell:
    """A cell from a row of the statement."""
    numbers = dict(zip(NAMES, row[len(groups) :], strict=True))
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
    whole, part = divmod(ten_thousandths, TEN_THOUSANDTHS)
    if not part:
        return Decimal(whole)
    return Decimal(ten_thousandths).scaleb(-Amount.decimals, EXACT).normalize(EXACT)
