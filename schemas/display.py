"""A figure's value as a person would read it, in each language."""

import re
from decimal import Decimal, localcontext

from babel.numbers import format_currency, format_decimal

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


def display(value: Decimal, qualifier: str, measure: str, unit: str) -> dict[str, str]:
    """{language: text}. Full digits always: a Spanish 'billón' is not an English 'billion'.

    A count is given without its unit: the figure's label says what is counted.
    """
    # A sum may have more digits than Python's arithmetic keeps unless it is told to.
    with localcontext(prec=LONGEST_SUM):
        return {
            language: PHRASES[qualifier][language].format(_number(value, measure, unit, locale))
            for language, locale in LOCALES.items()
        }


def _number(value: Decimal, measure: str, unit: str, locale: str) -> str:
    if measure == "money":
        text = format_currency(value, unit, locale=locale, decimal_quantization=False)
        # CLDR parts a symbol of letters from the number ('PEN 25'); Babel does not do so yet.
        return re.sub(r"(?<=[A-Za-z])(?=[0-9])", "\u00a0", text)
    return format_decimal(value, locale=locale, decimal_quantization=False)
