"""Rows in groups: what a group is in SQL, and the numbers that stand for the figures in it.

A group's value is text here, empty where nothing is stated, so that it is equal to itself in
every engine and can be part of a key.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from api.store.columns import column_name, join_table
from schemas.codes import QUALIFIERS
from schemas.fields import Flag, Whole
from schemas.group import TOGETHER
from schemas.paths import Place
from schemas.resource import Resource

# Sums pass what an engine's whole numbers hold: the two halves of each value are added apart.
HALF = 1_000_000_000


class Number(NamedTuple):
    """Something that is known of a group: how it comes from its rows, and how parts of it add up.

    The rows have `value`, `qualifier` and `regions_each`, all null in those that do not count.
    """

    name: str
    of_rows: str
    of_parts: str


def _added(name: str, of_rows: str) -> Number:
    return Number(name, of_rows, f"SUM({name})")


NUMBERS = (
    _added("counted", "COUNT(f.value)"),
    _added("high", f"COALESCE(SUM(f.value / {HALF}), 0)"),
    _added("low", f"COALESCE(SUM(f.value % {HALF}), 0)"),
    Number("least", "MIN(f.value)", "MIN(least)"),
    Number("most", "MAX(f.value)", "MAX(most)"),
    _added("each_of_several", "SUM(CASE WHEN f.regions_each IS NULL THEN 0 ELSE 1 END)"),
    *(
        _added(name, f"SUM(CASE WHEN f.qualifier = '{name}' THEN 1 ELSE 0 END)")
        for name in QUALIFIERS
    ),
)


class Dimension(NamedTuple):
    """What rows are grouped by: a column, or the several values of a join table.

    `whole` is for sums: there what is one amount over several values is a group of its own.
    """

    name: str
    place: Place
    whole: bool = False

    def selected(self) -> list[str]:
        """What of a row must be at hand to group it."""
        if not self.place.many:
            return [f"{column_name(self.place.path)} AS {self.name}"]
        return [together_column(self.place)] if self.whole else []

    def join(self, resource: Resource) -> str:
        """SQL that brings the several values of the rows of `f`, which are called `member`."""
        if not self.place.many:
            return ""
        only = f" AND f.{together_column(self.place)} IS NULL" if self.whole else ""
        table = join_table(resource, self.place.path)
        return f" LEFT JOIN {table} AS {self.name}_of ON {self.name}_of.row = f.member{only}"

    @property
    def raw(self) -> str:
        """SQL for what rows are grouped by: a column as it is, so that an index may order them."""
        if not self.place.many:
            return f"f.{self.name}"
        value = f"{self.name}_of.value"
        return f"COALESCE(f.{together_column(self.place)}, {value})" if self.whole else value

    @property
    def text(self) -> str:
        """SQL for a group's value as text."""
        numeric = isinstance(self.place.field, Flag | Whole)
        text = f"CAST({self.raw} AS TEXT)" if numeric else self.raw
        return f"COALESCE({text}, '')" if self.place.many or self.place.nullable else text

    def only(self, resource: Resource, text: str, name: str) -> tuple[str, dict[str, Any]]:
        """SQL for the rows of one group, and its parameter."""
        if not self.place.many:
            column = column_name(self.place.path)
            value = int(text) if text and isinstance(self.place.field, Flag | Whole) else text
            return (f"{column} = :{name}", {name: value}) if text else (f"{column} IS NULL", {})
        table = join_table(resource, self.place.path)
        if not text:
            return f"row NOT IN (SELECT row FROM {table})", {}
        if self.whole and TOGETHER in text:
            return f"{together_column(self.place)} = :{name}", {name: text}
        apart = f"{together_column(self.place)} IS NULL AND " * self.whole
        return f"{apart}row IN (SELECT row FROM {table} WHERE value = :{name})", {name: text}


def together_column(place: Place) -> str:
    """The column of what is not to be split over the several values of a place."""
    return f"{column_name(place.path)}_together"


def rows_of(
    table: str, dimensions: Sequence[Dimension], where: str, more: Sequence[str] = ()
) -> str:
    """SQL for the rows of a table where something holds, with what it takes to group them; `more`
    is selected of each, for the numbers to speak of."""
    selected = [one for dimension in dimensions for one in dimension.selected()]
    columns = dict.fromkeys(["row AS member", *selected, *more])
    return f"(SELECT {', '.join(columns)} FROM {table} WHERE {where})"


def grouped(
    resource: Resource, dimensions: Sequence[Dimension], rows: str, numbers: Iterable[str]
) -> str:
    """SQL for (group, group, ..., number, ...) of rows, which are SQL or a table."""
    joins = "".join(dimension.join(resource) for dimension in dimensions)
    values = [f"{dimension.text} AS {dimension.name}" for dimension in dimensions]
    by = [dimension.raw for dimension in dimensions]
    return (
        f"SELECT {', '.join([*values, *numbers])} FROM {rows} AS f{joins}"
        + f" GROUP BY {', '.join(by)}" * bool(by)
    )


def value_of(place: Place, text: str) -> Any:
    """A group's value as a record has it, from its text; None where nothing is stated."""
    if not text:
        return None
    if isinstance(place.field, Flag):
        return text == "1"
    return int(text) if isinstance(place.field, Whole) else text
