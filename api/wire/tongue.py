"""What is said the same of anything, in one language: days, lengths, numbers, lists."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit

from schemas.about import Bilingual
from schemas.display import LOCALES

AND_MORE = Bilingual("{} more", "{} más")
# Of a longer list the rest is only counted.
SHOWN = 12
UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}


@dataclass(frozen=True)
class Tongue:
    """Says in a language (`en`, `es`) what needs no names: texts of ours, and what Babel knows."""

    language: str

    @property
    def locale(self) -> Locale:
        return _locale(self.language)

    def say(self, text: Bilingual, *values: object) -> str:
        return text.of(self.language).format(*values)

    def listed(self, texts: Sequence[str]) -> str:
        """'A, B and C'; of many the first, and how many more there are."""
        shown = list(texts[:SHOWN])
        if len(texts) > SHOWN:
            shown.append(self.say(AND_MORE, len(texts) - SHOWN))
        text = format_list(shown, locale=self.locale)
        if self.language == "es" and len(shown) > 1 and re.match(r"(?i)h?[ií](?![aeo])", shown[-1]):
            # 'Arequipa e Ica': babel does not know that 'y' gives way to that sound.
            joint = len(text) - len(shown[-1])
            text = f"{text[:joint].removesuffix(' y ')} e {shown[-1]}"
        return text

    def number(self, value: Any) -> str:
        """A number with all of its digits: '1,234.5'."""
        return format_decimal(value, locale=self.locale, decimal_quantization=False)

    def day(self, text: str) -> str:
        return _day(text, self.language)

    def moment(self, text: str) -> str:
        return format_datetime(datetime.fromisoformat(text), format="long", locale=self.locale)

    def length(self, text: str) -> str:
        """An ISO 8601 duration: 'P8Y' is '8 years'."""
        parts = [
            format_unit(int(number), f"duration-{UNITS[unit]}", length="long", locale=self.locale)
            for number, unit in re.findall(r"([0-9]+)([YMWD])", text)
        ]
        return format_list(parts, locale=self.locale)

    def language_named(self, code: str) -> str:
        """A language by its name."""
        try:
            found = Locale.parse(code, sep="-").get_display_name(self.locale)
        except (UnknownLocaleError, ValueError):
            found = None
        return found or code


@cache
def _locale(language: str) -> Locale:
    """Read once: whoever formats a date by a locale's name has it read three times."""
    return Locale.parse(LOCALES[language])


# A feed tells the same days again and again.
@lru_cache(maxsize=1024)
def _day(text: str, language: str) -> str:
    return format_date(date.fromisoformat(text), format="long", locale=_locale(language))
