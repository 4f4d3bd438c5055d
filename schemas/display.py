"""A figure's value as a person would read it, in each language."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

LONGEST_SUM = 60  # digits
LOCALES = {"en": "en", "es": "es_PE"}

PHRASES = {
    "exact": {"en": "{}", "es": "{}"},
    "about": {"en": "about {}", "es": "alrededor de {}"},
    "more_than": {"en": "more than {}", "es": "más de {}"},
    "at_least": {"en": "at least {}", "es": "al menos {}"},
    "less_than": {"en": "less than {}", "es": "menos de {}"},
    "at_most": {"en": "at most {}", "es": "como máximo {}"},
}


class Form(NamedTuple):
    """How a language writes the numbers of a unit: what stands before and after the digits, at
    least how many decimals, and the marks between them."""

    before: str
    after: str
    decimals: int
    group: str
    point: str


def display(value: Decimal, qualifier: str, measure: str, unit: str) -> dict[str, str]:
    """{language: text}. Full digits always: a Spanish 'billón' is not an English 'billion'.

    A count is given without its unit: the figure's label says what is counted.
    """
    money = unit if measure == "money" else None
    return {
        language: PHRASES[qualifier][language].format(written(value, form_of(money, locale)))
        for language, locale in LOCALES.items()
    }


def written(value: Decimal, form: Form) -> str:
    """A number of zero or more in a form: all of its digits, and no zeros that say nothing."""
    # Without a precision nothing is rounded, however many digits there are.
    whole, _, part = f"{value:,f}".partition(".")
    part = part.rstrip("0").ljust(form.decimals, "0")
    digits = whole.replace(",", form.group)
    return f"{form.before}{digits}{form.point * bool(part)}{part}{form.after}"


@lru_cache(maxsize=512)
def form_of(currency: str | None, locale: str) -> Form:
    """The form that CLDR has for amounts of a currency, or for plain numbers: read off how Babel
    writes a zero. A test holds what is written so against Babel, which takes forty times as long.
    """
    # A start needs none of it (decision 38).
    from babel.numbers import (  # noqa: PLC0415
        format_currency,
        get_decimal_symbol,
        get_group_symbol,
    )

    zero = "0"
    if currency:
        zero = format_currency(Decimal(0), currency, locale=locale, decimal_quantization=False)
    before, after = re.split(r"0(?:[^0-9]0+)?", zero)
    # CLDR parts a symbol of letters from the number ('PEN 25'); Babel does not do so yet.
    before = re.sub(r"(?<=[A-Za-z])$", "\u00a0", before)
    return Form(
        before,
        after,
        max(zero.count("0") - 1, 0),
        get_group_symbol(locale),
        get_decimal_symbol(locale),
    )
