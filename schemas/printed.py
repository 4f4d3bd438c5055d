"""Reading a quantity as it was printed: 'S/. 1.874 billion' is 1,874,000,000.

Each language has one notation. A number is read strictly: groups of three digits or none at
all, so that '9,723' can never come out as 9.723. So is what stands around it: a word that
multiplies is read or the quantity is refused, never taken for a unit.
"""

import re
from decimal import Decimal
from typing import NamedTuple
from unicodedata import normalize

from schemas.notation import NOTATIONS, Notation, declared, notation_of

# A minus, and the sign of a currency between it and the digits; in 'COVID-19' it is a hyphen.
MINUS = re.compile(r"(?<!\w)[-\u2212](?:(?:[A-Z]{1,3}s?[^\w\s]{0,2}|[^\w\s]{1,2})\s?)?$")
# Any digits: what to look at when none are a number.
DIGITS = re.compile(r"[0-9](?:[.,\s]?[0-9])*")
# Characters that are not seen, and in which a word may be broken.
NOT_SEEN = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
UNSEEN = re.compile(f"[{NOT_SEEN}]")


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

    Raises ValueError when there is no number or more than one, when something stands at it that
    is not read (another word that multiplies, letters, a minus), and when no notation is known for
    the language.
    """
    notation = notation_of(language)
    if notation is None:
        known = ", ".join(NOTATIONS)
        raise ValueError(f"no notation is known for language {language!r} (known: {known})")
    # An accent may be a character of its own.
    printed = normalize("NFC", stated)
    if not printed.isascii() and UNSEEN.search(printed):
        raise ValueError(f"{stated!r} has a character that is not seen")
    match = notation.pattern.search(printed)
    if match is None:
        raise ValueError(_why_not(stated, language, notation))
    whole, mark, part, scale = match.groups()
    factor = notation.factor(scale) if scale else 1
    before, after = printed[: match.start()], printed[match.end() :]
    if factor is None or any(map(str.isnumeric, before + after)):
        raise ValueError(_not_one(stated, language))
    if before and _ends_in_minus(before):
        raise ValueError(_below_zero(stated))
    value = Decimal(f"{whole.replace(mark, '') if mark else whole}.{part or 0}")
    return Reading(
        declared(language),
        mark or notation.group[0],
        notation.decimal,
        f"{whole}{notation.decimal}{part}" if part else whole,
        scale,
        factor,
        (value * factor).normalize(),
    )


def read_before(stated: str, language: str, value: int | float) -> Reading:
    """What an earlier version of the program took for a number, and read as a value."""
    notation = notation_of(language)
    group, decimal = (notation.group[0], notation.decimal) if notation else ("", "")
    return Reading(language, group, decimal, stated, None, 1, Decimal(repr(value)))


def word_left_off(stated: str, after: str, language: str) -> str | None:
    """The word that multiplies the number with which `stated` ends, where a text goes on with
    `after`. None if there is none, or if no number ends there."""
    notation = notation_of(language)
    if notation is None or not ends_in_number(stated, language):
        return None
    printed = normalize("NFC", stated)
    found = notation.next_word.match(printed + normalize("NFC", after), len(printed))
    # A letter that stands apart may be a unit: who leaves it off takes it for one.
    if found is None or (len(found["word"]) == 1 and found.start("word") > found.start()):
        return None
    return found["word"]


def ends_in_number(stated: str, language: str) -> bool:
    """Whether the number, with its word, is the last that stands in `stated`."""
    notation = notation_of(language)
    printed = normalize("NFC", stated)
    found = notation.pattern.search(printed) if notation else None
    return found is not None and found.end() == len(printed)


def _why_not(stated: str, language: str, notation: Notation) -> str:
    """What keeps a printed quantity from being read."""
    printed = normalize("NFC", stated)
    digits = DIGITS.search(printed)
    if digits is None:
        return _not_one(stated, language)
    before, after = printed[: digits.start()], printed[digits.end() :]
    if any(map(str.isnumeric, before + after)):
        return _not_one(stated, language)
    if _ends_in_minus(before):
        return _below_zero(stated)
    multiplied = _multiplied(printed, digits.end(), notation)
    # A word that is read after other digits is not what is wrong.
    if multiplied and not notation.pattern.fullmatch(f"1{multiplied}"):
        return (
            f"{stated!r} multiplies by {multiplied.strip()!r}, which is no scale read in {language}"
        )
    if not multiplied and (before[-1:].isalnum() or after[:1].isalnum()):
        return f"{stated!r} has letters at its digits that are no scale read in {language}"
    return _not_one(stated, language)


def _multiplied(printed: str, end: int, notation: Notation) -> str:
    """The words that multiply the digits which end there, as many as there are."""
    stop = end
    while word := notation.next_word.match(printed, stop):
        stop = word.end()
    return printed[end:stop]


def _ends_in_minus(before: str) -> bool:
    # Hardly any text before digits has one: to look for it is less than to match it.
    return ("-" in before or "\u2212" in before) and MINUS.search(before) is not None


def _not_one(stated: str, language: str) -> str:
    return f"{stated!r} does not hold exactly one number as {language} prints them"


def _below_zero(stated: str) -> str:
    return f"{stated!r} has a minus before its digits; what is below zero is not read"
