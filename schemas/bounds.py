"""What a qualifier says about the true value."""

from decimal import Decimal
from typing import NamedTuple

Number = Decimal | int | float


class Bounds(NamedTuple):
    """The interval that a stated value leaves open; None where nothing is known."""

    lower: Number | None = None
    upper: Number | None = None
    lower_inclusive: bool | None = None
    upper_inclusive: bool | None = None

    @property
    def known(self) -> bool:
        """Whether anything is ruled out."""
        return self.lower is not None or self.upper is not None


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


def meet(one: Bounds, other: Bounds) -> bool:
    """Whether some value lies within both: then both can be true."""
    return _reaches(one, other) and _reaches(other, one)


def _reaches(one: Bounds, other: Bounds) -> bool:
    """Whether what is within `one` goes up to where `other` begins."""
    if one.upper is None or other.lower is None or other.lower < one.upper:
        return True
    return other.lower == one.upper and bool(one.upper_inclusive and other.lower_inclusive)
