"""Reading a quantity as it was printed: 'S/. 1.874 billion' is 1,874,000,000.

Each language has one notation. A number is read strictly: groups of three digits or none at
all, so that '9,723' can never come out as 9.723.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple
from unicodedata import normalize


@dataclass(frozen=True)
class Notation:
    """How a language prints numbers: its marks, and the words that multiply."""

    group: str
    decimal: str
    scales: dict[str, int]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        group, decimal = re.escape(self.group), re.escape(self.decimal)
        words = "|".join(sorted(map(_spelt, self.scales), key=len, reverse=True))
        return re.compile(
            rf"(?<![0-9{group}{decimal}])"
            rf"(?P<whole>[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]+)"
            rf"(?:{decimal}(?P<part>[0-9]+))?"
            rf"(?![0-9]|[{group}{decimal}][0-9])"
            rf"(?:\s+(?P<scale>{words})\b)?",
            re.IGNORECASE,
        )

    def factor(self, word: str) -> int | None:
        """What a word multiplies by, however it is set. None for what only looks like one: a
        pattern that ignores case takes a dotless ı for an i."""
        return self.scales.get(" ".join(word.casefold().split()))


def _spelt(words: str) -> str:
    """A pattern for words, whatever blanks are between them."""
    return r"\s+".join(map(re.escape, words.split()))


# Spanish counts by the long scale: its billón is a million millions.
LONG_SCALE = {
    "mil": 10**3,
    "millón": 10**6,
    "millones": 10**6,
    "mil millones": 10**9,
    "billón": 10**12,
    "billones": 10**12,
}
SHORT_SCALE = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
# Where Spanish is printed the other way round from Spain, by CLDR: with a decimal point.
WITH_A_POINT = (
    "419", "BR", "BZ", "CU", "DO", "GT", "HN", "MX", "NI", "PA", "PE", "PR", "SV", "US",
)  # fmt: skip
NOTATIONS = {
    "en": Notation(",", ".", SHORT_SCALE),
    "es": Notation(".", ",", LONG_SCALE),
    **{f"es-{region}": Notation(",", ".", LONG_SCALE) for region in WITH_A_POINT},
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
    # An accent may be a character of its own.
    printed = normalize("NFC", stated)
    match = notation.pattern.search(printed)
    rest = printed[: match.start()] + printed[match.end() :] if match else printed
    factor = notation.factor(match["scale"]) if match and match["scale"] else 1
    if match is None or factor is None or any(map(str.isdigit, rest)):
        raise ValueError(f"{stated!r} does not hold exactly one number as {language} prints them")
    whole = match["whole"].replace(notation.group, "")
    value = Decimal(f"{whole}.{match['part'] or 0}")
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
