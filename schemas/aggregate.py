"""A sum of figures: what it is grouped by, what a cell of it says, and what was left out.

Never stored: a sum follows from the figures that it is made of, and its links lead to them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from marshmallow import Schema, fields

from schemas.about import described
from schemas.bounds import bounds, combined
from schemas.codes import MEASURES, QUALIFIERS
from schemas.derived import measure_of
from schemas.direct import dumper
from schemas.display import LONGEST_SUM, display
from schemas.fields import (
    Amount,
    Choice,
    Code,
    Flag,
    LanguageMap,
    Reference,
    RegionCode,
    Sum,
    Text,
    Whole,
    several,
)
from schemas.figure import FIGURE
from schemas.parameter import Parameter
from schemas.parameters import (
    AS_OF,
    LARGEST_PAGE,
    PAGED_ROWS,
    PER_PAGE,
    WORDS,
    filter_parameters,
    format_parameter,
    match_parameter,
)
from schemas.query import Ordering

# Why a figure that was found is not counted.
REASONS = {
    "deprecated": "its rank is `deprecated`: it is not to be used any more",
    "same_claim": "it says the same as the figure named in `counted`, which is counted",
}
# So many of those left out are listed; the link leads to all.
LISTED = 20
SORTS = ("count", "sum")
DEFAULT_SORT = Ordering("count", descending=True)
MOST_GROUPS = 2
# What of a question is about the sum, and not about which figures are added.
OF_THE_SUM = ("group_by", "across_status", "sort", "per_page", "page", "as_of", "format")


@dataclass(frozen=True)
class Cell:
    """What figures of one group come to. `group` has a value for each of its names: a code, an
    id, a year or None; of `region` a tuple of ids.

    `qualifiers` says how many of the figures are hedged in which way; `each_counted_once` how
    many of them hold for each of several regions, and are counted once all the same.
    """

    group: Mapping[str, Any]
    count: int
    sum: Decimal
    min: Decimal
    max: Decimal
    qualifiers: Mapping[str, int]
    each_counted_once: int

    @property
    def qualifier(self) -> str:
        return combined(name for name, number in self.qualifiers.items() if number)


class Excluded(NamedTuple):
    """A figure that was found and is not counted; `counted` is the one that is in its place."""

    id: str
    reason: str
    counted: str | None


class Digits(Text):
    """An exact decimal, every digit of it."""

    pattern = r"^(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$"
    longest = LONGEST_SUM + 1


class GroupSchema(Schema):
    """What the figures of a cell have in common: the members that the sum is grouped by."""

    program = Reference(
        "programs", allow_none=True, metadata=described("The programme; null where none is named")
    )
    region = several(
        RegionCode(),
        metadata=described(
            "The region, or the country; several where one amount is over all of them, which is "
            "not split; empty where none is named"
        ),
    )
    metric = Code("metrics", metadata=described("What is measured"))
    measure = Choice(MEASURES, metadata=described("Money or a count"))
    unit = Code("units", metadata=described("Currency, or what is counted"))
    status = Code("statuses", metadata=described("Achieved, planned, ..."))
    source = Reference("sources", metadata=described("Where it was stated"))
    organization = Reference(
        "organizations",
        allow_none=True,
        metadata=described("Whose doing it is, where no programme is named; else null"),
    )
    year = Whole(
        1,
        9999,
        allow_none=True,
        metadata=described("The calendar year that all of the period lies in; null where none is"),
    )


QualifierCountsSchema = Schema.from_dict(
    {
        name: Whole(required=True, metadata=described(f"Figures that are `{name}`"))
        for name in QUALIFIERS
    },
    name="QualifierCountsSchema",
)


class CellSchema(Schema):
    """A cell as it is served, but for its links."""

    group = fields.Nested(
        GroupSchema, required=True, metadata=described("What its figures have in common")
    )
    count = Whole(1, required=True, metadata=described("How many figures are counted"))
    sum = Sum(required=True, metadata=described("The sum of their values as printed"))
    sum_exact = Digits(
        required=True,
        metadata=described("The sum to its last digit, where a double cannot carry it"),
    )
    qualifier = Code(
        "qualifiers",
        required=True,
        metadata=described("How the sum is hedged, which follows from how its parts are"),
    )
    lower = Sum(
        outwards=-math.inf,
        required=True,
        allow_none=True,
        metadata=described(
            "Lower bound of the sum, if all have one: `sum_exact`, or the next number below it "
            "that a double carries"
        ),
    )
    upper = Sum(
        outwards=math.inf,
        required=True,
        allow_none=True,
        metadata=described(
            "Upper bound of the sum, if all have one: `sum_exact`, or the next number above it "
            "that a double carries"
        ),
    )
    lower_inclusive = Flag(
        required=True,
        allow_none=True,
        metadata=described("Whether it may be the lower bound itself"),
    )
    upper_inclusive = Flag(
        required=True,
        allow_none=True,
        metadata=described("Whether it may be the upper bound itself"),
    )
    display = LanguageMap(required=True, metadata=described("The sum with its qualifier in words"))
    qualifiers = fields.Nested(
        QualifierCountsSchema,
        required=True,
        metadata=described("How many of the figures are hedged in which way"),
    )
    min = Amount(required=True, metadata=described("The smallest of their values as printed"))
    max = Amount(required=True, metadata=described("The largest of their values as printed"))
    each_counted_once = Whole(
        required=True,
        metadata=described(
            "How many of them hold for each of several regions, and are counted once all the "
            "same; none when grouped by region"
        ),
    )


class ExcludedSchema(Schema):
    """A figure that was left out, but for its links."""

    id = Reference("figures", required=True, metadata=described("The figure"))
    reason = Choice(tuple(REASONS), required=True, metadata=described("Why it is not counted"))
    counted = Reference(
        "figures",
        required=True,
        allow_none=True,
        metadata=described(
            "The figure that is counted in its place, where that is why it is left out"
        ),
    )


CELL, GROUP = CellSchema(), GroupSchema()
_dump_cell, _dump_excluded = dumper(CELL), dumper(ExcludedSchema())


def cell_as_record(cell: Cell) -> dict[str, Any]:
    """A cell as JSON has it."""
    unit, measure, qualifier = cell.group["unit"], measure_of(cell.group["unit"]), cell.qualifier
    group = {
        name: value
        for key, found in cell.group.items()
        for name, value in ((("measure", measure),) if key == "unit" else ()) + ((key, found),)
    }
    return _dump_cell(
        {
            **vars(cell),
            **bounds(cell.sum, qualifier)._asdict(),
            "group": group,
            "sum_exact": f"{cell.sum:f}",
            "qualifier": qualifier,
            "display": display(cell.sum, qualifier, measure, unit),
        }
    )


def excluded_as_record(one: Excluded) -> dict[str, Any]:
    """A figure that was left out, as JSON has it."""
    return _dump_excluded(one._asdict())


def aggregate_parameters(formats: Sequence[str]) -> tuple[Parameter, ...]:
    """What may be asked of the sums of figures."""
    filters = filter_parameters(FIGURE)
    return (
        *filters,
        *match_parameter(filters),
        WORDS,
        Parameter(
            "group_by",
            Text(),
            "What the figures are grouped by: nothing, one or two of these. Units are always "
            "parted, and statuses unless `across_status` is true.",
            "program",
            many=True,
            choices=FIGURE.groups,
            most=MOST_GROUPS,
        ),
        Parameter(
            "across_status",
            Flag(),
            "Add what was achieved to what is planned, a target or left open.",
            "false",
            default=False,
        ),
        Parameter(
            "sort",
            Text(),
            "The cells of most figures first, or by their sums, each unit by itself; `-` turns "
            "one round. The group breaks ties.",
            "-sum",
            many=True,
            default="-count",
            choices=(*SORTS, *(f"-{name}" for name in SORTS)),
        ),
        Parameter("per_page", Whole(1, LARGEST_PAGE), "Cells on a page.", "5", default=PER_PAGE),
        Parameter(
            "page", Whole(1, PAGED_ROWS), f"Which page, within the first {PAGED_ROWS} cells.", "1"
        ),
        AS_OF,
        format_parameter(formats),
    )
