"""What a qualifier says about the true value."""

from decimal import Decimal
from typing import NamedTuple


class Bounds(NamedTuple):
    """The interval that a stated value leaves open; None where nothing is known."""

    lower: Decimal | None = None
    upper: Decimal | None = None
    lower_inclusive: bool | None = None
    upper_inclusive: bool | None = None


def bounds(value: Decimal, qualifier: str) -> Bounds:
    """The interval that follows from `value` and its qualifier.

    'about' gives none: how far off it may be was not said, and a margin is never invented.
    """
    match qualifier:
        case "exact":
            return Bounds(value, value, True, True)
        case "more_than":
            return Bounds(lower=value, lower_inclusive=False)
        case "at_least":
            return Bounds(lower=value, lower_inclusive=True)
        case "less_than":
            return Bounds(upper=value, upper_inclusive=False)
        case "at_most":
            return Bounds(upper=value, upper_inclusive=True)
        case _:
            return Bounds()
