"""Numbers are written as Babel writes them."""

import re
from decimal import Decimal, localcontext

import pytest
from babel.numbers import format_currency, format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st
from pycountry import currencies

from schemas.display import LOCALES, LONGEST_SUM, display, form_of, written
from schemas.fields import Amount

CURRENCIES = sorted(currency.alpha_3 for currency in currencies)
AMOUNTS = st.decimals(0, Amount.largest, places=4, allow_nan=False) | st.integers(
    0, Amount.largest
).map(Decimal)
SUMS = st.integers(0, 10 ** (LONGEST_SUM - 5)).map(lambda number: Decimal(number).scaleb(-4))
# The same number, written otherwise.
EXPONENTS = st.builds(Decimal, st.sampled_from(["1E+3", "0E+2", "0E-4", "2.50", "1.000E+2"]))


def by_babel(value: Decimal, currency: str | None, locale: str) -> str:
    with localcontext(prec=LONGEST_SUM):
        if currency is None:
            return format_decimal(value, locale=locale, decimal_quantization=False)
        text = format_currency(value, currency, locale=locale, decimal_quantization=False)
        return re.sub(r"(?<=[A-Za-z])(?=[0-9])", "\u00a0", text)


@settings(max_examples=1000)
@given(
    value=AMOUNTS | SUMS.map(lambda sum_: sum_.normalize()) | EXPONENTS,
    currency=st.none() | st.sampled_from(CURRENCIES),
    locale=st.sampled_from(sorted(LOCALES.values())),
)
def test_any_number_is_written_as_babel_writes_it(
    value: Decimal, currency: str | None, locale: str
) -> None:
    assert written(value, form_of(currency, locale)) == by_babel(value, currency, locale)


@pytest.mark.parametrize("locale", sorted(LOCALES.values()))
def test_any_currency_is_written_as_babel_writes_it(locale: str) -> None:
    for currency in [*CURRENCIES, "ABC"]:
        for value in map(Decimal, ("0", "0.5", "7", "1234", "1234567.8901")):
            shown = written(value, form_of(currency, locale))
            assert shown == by_babel(value, currency, locale)


def test_a_sum_keeps_all_of_its_digits() -> None:
    many = Decimal("9" * LONGEST_SUM + ".9999")
    shown = display(many, "exact", "count", "plans")["en"]
    assert Decimal(shown.replace(",", "")) == many
