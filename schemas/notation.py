"""Reading a quantity as it was printed: 'S/. 1.874 billion' is 1,874,000,000.

Each language has one notation. A number is read strictly: groups of three digits or none at
all, so that '9,723' can never come out as 9.723. So is what stands around it: a word that
multiplies is read or the quantity is refused, never taken for a unit.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple
from unicodedata import normalize

from schemas.scales import ENGLISH, FRENCH, PORTUGUESE_LONG, PORTUGUESE_SHORT, SPANISH, Scales

# Between a number and its word: nothing ('20bn'), blanks, or a hyphen ('a 20-million fund').
TO_WORD = r"(?:\s+|[-\u2010\u2011])?"
# Between a word and another that multiplies it again: 'miles de docenas'.
TO_SECOND = rf"{TO_WORD}(?:(?:of|de)\s+)?"
# A minus, and the sign of a currency between it and the digits; in 'COVID-19' it is a hyphen.
MINUS = re.compile(r"(?<!\w)[-\u2212](?:(?:[A-Z]{1,3}s?[^\w\s]{0,2}|[^\w\s]{1,2})\s?)?$")
# By blanks too thousands are parted. A blank that breaks no line is how it is well set.
BLANKS = "\u00a0\u202f "
# Any digits: what to look at when none are a number.
DIGITS = re.compile(r"[0-9](?:[.,\s]?[0-9])*")
# Characters that are not seen, and in which a word may be broken.
UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")


@dataclass(frozen=True)
class Notation:
    """How a language prints numbers: its marks, and the words that multiply."""

    # Those that may part groups of three, the usual one first. A number has one of them.
    group: str
    decimal: str
    scales: Scales

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        group, decimal = re.escape(self.group), re.escape(self.decimal)
        # A blank before a number is seldom one of its marks.
        marks = re.escape("".join(self.group.split())) + decimal
        read, touching = _any_of(self.scales.read), _any_of(self.scales.touching)
        return re.compile(
            rf"(?<![\w{marks}])"
            rf"(?P<whole>[0-9]{{1,3}}(?P<mark>[{group}])[0-9]{{3}}(?:(?P=mark)[0-9]{{3}})*|[0-9]+)"
            rf"(?:{decimal}(?P<part>[0-9]+))?"
            rf"(?![{marks}]?[0-9])"
            # Once a word is found none that it begins with is tried: 'Md€' is not 'Md' and more.
            rf"(?>{TO_WORD}(?P<scale>{read}|(?<=[0-9])(?:{touching}))(?!\w)|(?!\w))"
            rf"(?!{TO_SECOND}(?:{self.words})(?!\w))",
            re.IGNORECASE,
        )

    @cached_property
    def words(self) -> str:
        """A pattern for every word that multiplies, whether it is read or not."""
        return _any_of([*self.scales.read, *self.scales.refused])

    @cached_property
    def next_word(self) -> re.Pattern[str]:
        """A word that multiplies what ends before it."""
        touching = _any_of(self.scales.touching)
        return re.compile(
            rf"{TO_SECOND}(?P<word>{self.words}|(?<=[0-9])(?:{touching}))(?!\w)", re.IGNORECASE
        )

    def factor(self, word: str) -> int | None:
        """What a word multiplies by, however it is set. None for what only looks like one: a
        pattern that ignores case takes a dotless ı for an i."""
        spelt = " ".join(word.split())
        return self._factors.get(spelt) or self._factors.get(spelt.casefold())

    @cached_property
    def _factors(self) -> Mapping[str, int]:
        return {**self.scales.read, **self.scales.touching}


def _any_of(words: Iterable[str]) -> str:
    """A pattern for any of some words; the longest first, that none is taken for its beginning."""
    return "|".join(sorted(map(_spelt, words), key=len, reverse=True)) or "(?!)"


def _spelt(words: str) -> str:
    """A pattern for words, whatever blanks are between them. One that is declared with capitals
    is only that with capitals: 'MM' are millions, 'mm' are millimetres."""
    spelt = r"\s+".join(map(re.escape, words.split()))
    return spelt if words == words.casefold() else f"(?-i:{spelt})"


# Where Spanish is printed the other way round from Spain, by CLDR: with a decimal point.
WITH_A_POINT = (
    "419", "BR", "BZ", "CU", "DO", "GT", "HN", "MX", "NI", "PA", "PE", "PR", "SV", "US",
)  # fmt: skip
# Where Portuguese is printed as in Portugal, by CLDR: anywhere but in Brazil.
AS_IN_PORTUGAL = ("AO", "CH", "CV", "GQ", "GW", "LU", "MO", "MZ", "PT", "ST", "TL")
NOTATIONS = {
    "en": Notation(",", ".", ENGLISH),
    "es": Notation("." + BLANKS, ",", SPANISH),
    **{f"es-{region}": Notation("," + BLANKS, ".", SPANISH) for region in WITH_A_POINT},
    "fr": Notation(BLANKS, ",", FRENCH),
    "pt": Notation(".", ",", PORTUGUESE_SHORT),
    **{f"pt-{region}": Notation(BLANKS + ".", ",", PORTUGUESE_LONG) for region in AS_IN_PORTUGAL},
}
# The most that a word multiplies by.
LARGEST_FACTOR = max(
    factor for notation in NOTATIONS.values() for factor in notation.scales.read.values()
)


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
    name = _declared(language)
    notation = NOTATIONS.get(name)
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
        name,
        mark or notation.group[0],
        notation.decimal,
        f"{whole}{notation.decimal}{part}" if part else whole,
        scale,
        factor,
        (value * factor).normalize(),
    )


def word_left_off(stated: str, after: str, language: str) -> str | None:
    """The word that multiplies the number with which `stated` ends, where a text goes on with
    `after`. None if there is none, or if no number ends there."""
    notation = NOTATIONS.get(_declared(language))
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
    notation = NOTATIONS.get(_declared(language))
    printed = normalize("NFC", stated)
    found = notation.pattern.search(printed) if notation else None
    return found is not None and found.end() == len(printed)


def parts_by_blanks(language: str) -> bool:
    """Whether blanks may part the thousands of a number."""
    notation = NOTATIONS.get(_declared(language))
    return notation is not None and " " in notation.group


def _declared(language: str) -> str:
    """The language whose notation is that of `language`, if there is one."""
    return language if language in NOTATIONS else language.split("-", maxsplit=1)[0]


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
