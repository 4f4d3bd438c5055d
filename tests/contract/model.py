"""What a filter means and which figures contradict each other, said once more and as simply as
possible: the tests compare with this."""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from schemas.comparison import compare, subject
from schemas.filter import TAKES_LIST
from schemas.match import STATED
from schemas.parameter import Parameter
from schemas.paths import values_at

Record = Mapping[str, Any]

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def in_company(parameter: Parameter, parameters: Iterable[Parameter]) -> list[tuple[str, str]]:
    """A question by a parameter's example, with one that it goes with where it needs one."""
    known = {one.name: one for one in parameters}
    return [
        (one.name, one.example) for one in (parameter, *map(known.get, parameter.goes_with[:1]))
    ]


def asked_values(parameter: Parameter, text: str) -> list[Any]:
    """What a parameter's text stands for."""
    parts = text.split(",") if parameter.operator in TAKES_LIST else [text]
    return [parameter.field.deserialize(parameter.field.from_text(part)) for part in parts]


def matches(
    parameter: Parameter,
    text: str,
    record: dict[str, Any],
    among: Iterable[dict[str, Any]],
    match: str = STATED,
) -> bool:
    """Whether a record (as JSON has it) is among what `parameter=text` asks for; `among` are all
    the records of the collection."""
    asked = asked_values(parameter, text)
    if parameter.operator == "contested":
        return any(conflict(record, other) for other in among) == asked[0]
    assert parameter.place is not None
    assert parameter.operator is not None
    if parameter.interval and match != STATED:
        found = [compares(parameter.operator, x, asked) for x in samples(record, asked)]
        return all(found) if match == "certain" else any(found)
    held = [_comparable(value) for value in parameter.place.values(record)]
    return found_among(parameter.operator, held, asked)


def found_among(operator: str, held: Sequence[Any], asked: Sequence[Any]) -> bool:
    match operator:
        case "isnull":
            return (not held) == asked[0]
        case "eq" | "in":
            return any(value in asked for value in held)
        case "ne" | "nin":
            return not any(value in asked for value in held)
        case "covers":
            return any(value in asked or value in _countries(asked) for value in held)
        case other:
            return any(COMPARE[str(other)](value, asked[0]) for value in held)


def compares(operator: str, number: Fraction, asked: Sequence[Decimal]) -> bool:
    """Whether one number meets a comparison."""
    return found_among(operator, [number], [Fraction(value) for value in asked])


def samples(record: dict[str, Any], asked: Sequence[Decimal]) -> list[Fraction]:
    """Numbers of the interval of a figure, some of every kind that a comparison can tell apart:
    those that are asked for or are bounds, and some between and beyond them."""
    marks = sorted({Fraction(str(record["value"])), *map(Fraction, asked)})
    between = [(low + high) / 2 for low, high in pairwise(marks)]
    return [
        number
        for number in [marks[0] - 1, *marks, *between, marks[-1] + 1]
        if within(record, number)
    ]


def within(record: dict[str, Any], number: Fraction) -> bool:
    """Whether a number may be the true one, by what the record says of its bounds."""
    lower, upper = value_at(record, "lower"), value_at(record, "upper")
    if lower is not None:
        bound = Fraction(str(lower))
        if number < bound or (number == bound and not record["lower_inclusive"]):
            return False
    if upper is not None:
        bound = Fraction(str(upper))
        if number > bound or (number == bound and not record["upper_inclusive"]):
            return False
    return True


def _countries(regions: Sequence[str]) -> list[str]:
    return [region.split("-")[0] for region in regions]


def _comparable(value: Any) -> Any:
    if isinstance(value, float | int) and not isinstance(value, bool):
        return Decimal(str(value))
    return value


def conflict(one: Record, other: Record) -> bool:
    """Whether of two figures that both count one must be wrong."""
    return (
        are_counterparts(one, other)
        and "deprecated" not in (one["rank"], other["rank"])
        and compare(one, other).relation == "cannot_both_be_true"
    )


def may_overlap(one: Record | None, other: Record | None) -> bool:
    """Whether two periods may have a day in common: an end that is not stated is open, and a
    duration alone is no date."""
    return _begins_in_time(one, other) and _begins_in_time(other, one)


def _begins_in_time(one: Record | None, other: Record | None) -> bool:
    start, end = (one or {}).get("start"), (other or {}).get("end")
    return start is None or end is None or start <= end


def are_counterparts(one: Record, other: Record) -> bool:
    """Whether two figures are about the same thing."""
    return (
        subject(one) == subject(other)
        and one["metric"] == other["metric"]
        and may_overlap(one["period"], other["period"])
    )


def value_at(record: Any, path: str) -> Any:
    """The one value at a path, or None."""
    return next(iter(values_at(record, path)), None)
