"""Reading a quantity as it was printed: 'S/. 1.874 billion' is 1,874,000,000.

Each language has one notation. A number is read strictly: groups of three digits or none at
all, so that '9,723' can never come out as 9.723.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple


@dataclass(frozen=True)
class Notation:
    """How a language prints numbers: its marks, and the words that multiply."""

    group: str
    decimal: str
    scales: dict[str, int]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        group, decimal = re.escape(self.group), re.escape(self.decimal)
        words = "|".join(sorted(map(re.escape, self.scales), key=len, reverse=True))
        return re.compile(
            rf"(?<![0-9{group}{decimal}])"
            rf"(?P<whole>[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]+)"
            rf"(?:{decimal}(?P<part>[0-9]+))?"
            rf"(?![0-9]|[{group}{decimal}][0-9])"
            rf"(?:\s+(?P<scale>{words})\b)?",
            re.IGNORECASE,
        )


# Spanish counts by the long scale: its billón is a million millions.
LONG_SCALE = {
    "mil": 10**3,
    "millón": 10**6,
    "millones": 10**6,
    "mil millones": 10**9,
    "billón": 10**12,
    "billones": 10**12,
}
NOTATIONS = {
    "en": Notation(
        ",",
        ".",
        {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12},
    ),
    "es": Notation(".", ",", LONG_SCALE),
    # Peru prints its numbers the other way round from Spain.
    "es-PE": Notation(",", ".", LONG_SCALE),
}


class Reading(NamedTuple):
    """How a printed quantity comes to its value: digits in a notation, times a word's factor."""

    notation: str
    group: str
    decimal: str
    digits: str
    scale: str | None
    factor: int
    value: Decimal


def printed_value(stated: str, language: str) -> Decimal:
    """The one quantity in `stated`. Raises ValueError as `read_printed` does."""
    return read_printed(stated, language).value


def read_printed(stated: str, language: str) -> Reading:
    """The one quantity in `stated`, read as `language` (BCP 47) prints numbers.

    Raises ValueError when there is no number, more than one, or no notation for the language.
    """
    name = language if language in NOTATIONS else language.split("-", maxsplit=1)[0]
    notation = NOTATIONS.get(name)
    if notation is None:
        known = ", ".join(NOTATIONS)
        raise ValueError(f"no notation is known for language {language!r} (known: {known})")
    match = notation.pattern.search(stated)
    if match is None or any(map(str.isdigit, stated[: match.start()] + stated[match.end() :])):
        raise ValueError(f"{stated!r} does not hold exactly one number as {language} prints them")
    whole = match["whole"].replace(notation.group, "")
    value = Decimal(f"{whole}.{match['part'] or 0}")
    factor = notation.scales[match["scale"].lower()] if match["scale"] else 1
    digits = match["whole"] + (f"{notation.decimal}{match['part']}" if match["part"] else "")
    return Reading(
        name,
        notation.group,
        notation.decimal,
        digits,
        match["scale"],
        factor,
        (value * factor).normalize(),
    )
