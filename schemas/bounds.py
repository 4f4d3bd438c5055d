"""What a qualifier says about the true value."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

# What bounds a value from below only, and from above only; the exclusive one first.
FROM_BELOW = ("more_than", "at_least")
FROM_ABOVE = ("less_than", "at_most")


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


def combined(qualifiers: Iterable[str]) -> str:
    """The qualifier of a sum, from those of what is added: exact 20 and more than 100 are more
    than 120.

    A sum has a lower bound if all of its parts have one, and it is inclusive if all of them are;
    so with an upper one. Where it has neither, it is 'about'. A test holds this against the
    arithmetic of intervals.
    """
    hedged = set(qualifiers) - {"exact"}
    if not hedged:
        return "exact"
    for exclusive, inclusive in (FROM_BELOW, FROM_ABOVE):
        if hedged <= {exclusive, inclusive}:
            return exclusive if exclusive in hedged else inclusive
    return "about"
