"""What a filter means, said once more and as simply as possible: the tests compare with this."""

import operator
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from schemas.comparison import conflict
from schemas.filter import TAKES_LIST
from schemas.parameters import Parameter
from schemas.paths import values_at

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def asked_values(parameter: Parameter, text: str) -> list[Any]:
    """What a parameter's text stands for."""
    parts = text.split(",") if parameter.operator in TAKES_LIST else [text]
    return [parameter.field.deserialize(parameter.field.from_text(part)) for part in parts]


def matches(
    parameter: Parameter, text: str, record: dict[str, Any], among: Iterable[dict[str, Any]]
) -> bool:
    """Whether a record (as JSON has it) is among what `parameter=text` asks for; `among` are all
    the records of the collection."""
    asked = asked_values(parameter, text)
    if parameter.operator == "contested":
        return any(conflict(record, other) for other in among) == asked[0]
    assert parameter.place is not None
    held = [_comparable(value) for value in values_at(record, parameter.place.path)]
    match parameter.operator:
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


def _countries(regions: Sequence[str]) -> list[str]:
    return [region.split("-")[0] for region in regions]


def _comparable(value: Any) -> Any:
    if isinstance(value, float | int) and not isinstance(value, bool):
        return Decimal(str(value))
    return value
