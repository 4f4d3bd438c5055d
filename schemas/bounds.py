"""What a qualifier says about the true value."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

Number = Decimal | int | float
# What bounds a value from below only, and from above only; the exclusive one first.
FROM_BELOW = ("more_than", "at_least")
FROM_ABOVE = ("less_than", "at_most")


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


# Why the bounds are as they are, for each qualifier.
RULES = {
    "exact": {
        "en": "The value was stated without a hedge: it is the lower and the upper bound.",
        "es": "El valor se dio sin salvedad: es el límite inferior y el superior.",
    },
    "about": {
        "en": "The value was stated as 'about': how far off it may be was not said, so there are "
        "no bounds.",
        "es": "El valor se dio como «alrededor de»: no se dijo cuánto puede variar, así que no "
        "hay límites.",
    },
    "more_than": {
        "en": "The value was stated as 'more than': it is the lower bound, and is not reached.",
        "es": "El valor se dio como «más de»: es el límite inferior, sin incluirlo.",
    },
    "at_least": {
        "en": "The value was stated as 'at least': it is the lower bound, and may be reached.",
        "es": "El valor se dio como «al menos»: es el límite inferior, incluido.",
    },
    "less_than": {
        "en": "The value was stated as 'less than': it is the upper bound, and is not reached.",
        "es": "El valor se dio como «menos de»: es el límite superior, sin incluirlo.",
    },
    "at_most": {
        "en": "The value was stated as 'at most': it is the upper bound, and may be reached.",
        "es": "El valor se dio como «como máximo»: es el límite superior, incluido.",
    },
}


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
