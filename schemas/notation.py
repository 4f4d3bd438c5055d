"""How languages print quantities: their marks, and the words that multiply."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from schemas.scales import ENGLISH, FRENCH, PORTUGUESE_LONG, PORTUGUESE_SHORT, SPANISH, Scales

# Between a number and its word: nothing ('20bn'), blanks, or a hyphen ('a 20-million fund').
TO_WORD = r"(?:\s+|[-\u2010\u2011])?"
# Between a word and another that multiplies it again: 'miles de docenas'.
TO_SECOND = rf"{TO_WORD}(?:(?:of|de)\s+)?"
# By blanks too thousands are parted. A blank that breaks no line is how it is well set.
BLANKS = "\u00a0\u202f "


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
    "BR", "BZ", "CU", "DO", "GT", "HN", "MX", "NI", "PA", "PE", "PR", "SV", "US",
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


def declared(language: str) -> str:
    """The language whose notation is that of `language`, if there is one."""
    return language if language in NOTATIONS else language.split("-", maxsplit=1)[0]


def notation_of(language: str) -> Notation | None:
    """How a language (BCP 47) prints numbers; None where that is not known."""
    return NOTATIONS.get(declared(language))


def parts_by_blanks(language: str) -> bool:
    """Whether blanks may part the thousands of a number."""
    notation = notation_of(language)
    return notation is not None and " " in notation.group
