"""Sums and counts of the current figures that are made when data are loaded.

A total is a table of what the figures of each group come to, for a few dimensions together. A
question that speaks only of these is answered from its groups, not from the rows; any other is
answered from the rows. `api.store.totalling` fills the tables, `api.store.following` keeps them
right.

`found` is how many figures are in a group; `deprecated` and `repeated` how many of them are left
out where the best of their claim is found; the other numbers are of those that are counted then.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import product
from typing import Any, NamedTuple

from api.store.columns import encode
from api.store.grouped import NUMBERS, Dimension
from api.store.statement import Clauses, listed
from schemas import FIGURE
from schemas.filter import DENIES, SAYS
from schemas.group import TOGETHER
from schemas.query import Condition, Query

EXTREMES = ("least", "most")
# What names a group of a total, the values of its dimensions; and what is kept of one.
Key = tuple[str, ...]
Kept = tuple[Any, ...]


class Shift(NamedTuple):
    """What a group of a total came to before, and what it comes to now."""

    before: Kept
    now: Kept


Shifts = dict[Key, Shift]


class Total(NamedTuple):
    """A table of groups, by its dimensions.

    A dimension is the name of a filter; `area` is the regions as sums part them: one amount over
    several regions is a group of its own. A total that is made `of` another one has some of its
    dimensions, or the regions of its areas; all others have what the narrow index begins with.
    One with dimensions of `many` values has its groups in the orders of pages, all of them or
    `within` each value of others (`api.store.ranking`).
    """

    name: str
    dimensions: tuple[str, ...]
    of: str | None = None
    many: tuple[str, ...] = ()
    within: tuple[tuple[str, ...], ...] = ((),)

    @property
    def table(self) -> str:
        return f"{FIGURE.name}_by_{self.name}"


# The first that knows all of what is asked for answers: the smaller ones come first. What is
# grouped by one thing has a total that is exactly this; two things, and filters, one for several.
# Of those with many groups what is grouped by comes first, so that it lies together.
TOTALS = (
    Total("unit", ("unit", "status", "measure"), of="metric_and_year"),
    Total("metric", ("metric", "unit", "status", "measure"), of="metric_and_year"),
    Total("year", ("year", "unit", "status", "measure"), of="metric_and_year"),
    Total("area", ("area", "unit", "status", "measure"), of="area_and_metric", many=("area",)),
    Total(
        "organization", ("organization", "unit", "status", "measure"), of="organization_and_metric"
    ),
    Total(
        "program",
        ("program", "unit", "status", "measure"),
        of="program_and_metric",
        many=("program",),
    ),
    # What facets count of one metric, or one region.
    Total("metric_and_program", ("metric", "program"), of="program_and_metric"),
    Total("metric_and_source", ("metric", "source"), of="source_and_metric"),
    Total("region_and_program", ("region", "program"), of="program_and_area"),
    Total("region_and_metric", ("region", "metric", "unit", "status", "measure")),
    Total("area_and_metric", ("area", "metric", "unit", "status", "measure"), many=("area",)),
    Total("metric_and_year", ("metric", "year", "unit", "status", "measure")),
    Total("organization_and_metric", ("organization", "metric", "unit", "status", "measure")),
    Total(
        "program_and_metric",
        ("program", "metric", "unit", "status", "measure"),
        many=("program",),
        within=((), ("metric",)),
    ),
    Total(
        "source", ("source", "unit", "status", "measure"), of="source_and_metric", many=("source",)
    ),
    Total(
        "source_and_metric",
        ("source", "unit", "status", "measure", "metric"),
        many=("source",),
        within=((), ("metric",)),
    ),
    Total(
        "program_and_year",
        ("program", "year", "unit", "status", "measure"),
        of="program_year_and_metric",
        many=("program",),
    ),
    Total(
        "program_year_and_metric",
        ("program", "year", "unit", "status", "measure", "metric"),
        many=("program",),
    ),
    Total(
        "program_and_area",
        ("program", "area", "unit", "status", "measure"),
        of="program_area_and_metric",
        many=("program", "area"),
    ),
    Total(
        "program_area_and_metric",
        ("program", "area", "unit", "status", "measure", "metric"),
        many=("program", "area"),
    ),
    Total(
        "program_and_region",
        ("program", "region", "unit", "status", "measure"),
        of="program_and_area",
        many=("program",),
        within=(("region",),),
    ),
)
OF_ALL = (
    ("found", "COUNT(*)"),
    ("deprecated", "SUM(f.is_deprecated)"),
    ("repeated", "SUM(f.is_repeated)"),
)
KEPT = (*(name for name, _ in OF_ALL), *(number.name for number in NUMBERS))


@cache
def dimension(name: str) -> Dimension:
    """A dimension of the totals by its name."""
    if name == "area":
        return Dimension(name, FIGURE.group_places["region"], whole=True)
    path = next(declared.path for declared in FIGURE.filters if declared.name == name)
    return Dimension(name, FIGURE.asked_places[path])


def create(connection: Any) -> None:
    for total in TOTALS:
        columns = [f"{name} TEXT NOT NULL" for name in total.dimensions]
        columns += [f"{name} INTEGER" + " NOT NULL" * (name not in EXTREMES) for name in KEPT]
        key = f"PRIMARY KEY ({', '.join(total.dimensions)})"
        connection.execute(
            f"CREATE TABLE {total.table} ({', '.join([*columns, key])}) WITHOUT ROWID"
        )


def total_for(groups: Iterable[str], query: Query) -> tuple[Total, Clauses] | None:
    """A total that answers a question about these groups, and the conditions on its table.

    None where there is no such total: where a filter compares something else, or where the total
    would count a row once for each of its several values.
    """
    if query.q is not None or query.is_of_a_sum:
        return None
    wanted, asked = set(groups), {condition.filter for condition in query.conditions}
    fixed = fixed_by(query)
    # Those come first that begin with what is asked for: it lies together there.
    ordered = sorted(TOTALS, key=lambda total: total.dimensions[0] not in fixed)
    # Where nothing is grouped by areas, they know of each region what is said of it: those that
    # know it at once come first.
    for by_area, total in product((False, True), ordered):
        names = set(total.dimensions)
        several = names
        if by_area and "area" in names - wanted and "region" in fixed:
            names, several = names | {"region"}, names - {"area"}
        if not wanted | asked <= names:
            continue
        several = {name for name in several if dimension(name).place.many}
        if several <= (wanted - asked) | fixed:
            where = _where(query.conditions, by_area=by_area)
            return (total, where) if where else None
    return None


def _where(conditions: Sequence[Condition], *, by_area: bool) -> Clauses | None:
    """The conditions on a total's table; None if they cannot be asked of its text."""
    clauses: list[str] = ["1 = 1"]
    parameters: dict[str, Any] = {}
    of_several: list[str] = []
    for condition in conditions:
        if condition.place.many:
            # Of several values a row of a total has one, or the text of all: it cannot meet two
            # conditions as a record does.
            if condition.place.path in of_several:
                return None
            of_several.append(condition.place.path)
        known = _in_areas(condition) if by_area and condition.place.many else _on_total(condition)
        if known is None:
            return None
        clauses.append(known[0])
        parameters |= known[1]
    return Clauses(clauses, parameters)


def fixed_by(query: Query) -> set[str]:
    """The filters that leave one value: of several of a row, too, so that no row is there twice."""
    return {condition.filter for condition in query.conditions if _is_one(condition)}


def _is_one(condition: Condition) -> bool:
    return condition.operator in SAYS and len(condition.values) == 1


def _in_areas(condition: Condition) -> tuple[str, dict[str, Any]] | None:
    """A region as one of those that stand in the text of an area."""
    if not _is_one(condition):
        return None
    (value,) = condition.values
    name = f"of_{condition.name}"
    return names_region("area", name), {name: encode(condition.place.field, value)}


def names_region(area: str, name: str) -> str:
    """SQL that is true for an area that names the region of the parameter `name`."""
    text = f"'{TOGETHER}' || {area} || '{TOGETHER}'"
    return f"REPLACE({text}, '{TOGETHER}' || :{name} || '{TOGETHER}', '') <> {text}"


def _on_total(condition: Condition) -> tuple[str, dict[str, Any]] | None:
    """A condition on a total's text; None if text cannot be compared so."""
    name, operator = condition.filter, condition.operator
    # A record that has several values is there with each: what it has none of cannot be seen.
    if condition.place.many and not _is_one(condition):
        return None
    if operator == "isnull":
        return f"{name} {'=' if condition.values[0] else '<>'} ''", {}
    if operator not in (*SAYS, *DENIES) or condition.interval:
        return None
    values = [str(encode(condition.place.field, value)) for value in condition.values]
    marks, parameters = listed(f"of_{condition.name}_", values)
    return f"{name} {'NOT ' * (operator in DENIES)}IN ({marks})", parameters
