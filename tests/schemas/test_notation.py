"""Reading quantities as they were printed."""

from decimal import Decimal

import pytest
from babel import Locale
from babel.localedata import locale_identifiers
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from schemas.notation import NOTATIONS, printed_value


@pytest.mark.parametrize(
    ("stated", "language", "value"),
    [
        ("25", "en", "25"),
        ("143,095", "en", "143095"),
        ("9,723", "en", "9723"),
        ("9.723", "en", "9.723"),
        ("9.723", "es", "9723"),
        ("9,723", "es", "9.723"),
        ("9,723", "es-PE", "9723"),
        ("9.723", "es-PE", "9.723"),
        ("9.723", "es-AR", "9723"),
        ("S/. 1.874 billion", "en", "1874000000"),
        ("S/. 1.874 billion", "en-GB", "1874000000"),
        ("100 million soles", "en", "100000000"),
        ("100 MILLION soles", "en", "100000000"),
        ("20\u00a0million", "en", "20000000"),
        ("2 thousand", "en", "2000"),
        ("1.5 trillion", "en", "1500000000000"),
        ("1,5 millones", "es", "1500000"),
        ("1.874 mil millones", "es-PE", "1874000000"),
        ("2 mil", "es", "2000"),
        ("un 1 millón", "es", "1000000"),
        ("1 billón", "es", "1000000000000"),
        ("10 millionaires", "en", "10"),
        ("0.25", "en", "0.25"),
        ("1,234,567.89", "en", "1234567.89"),
        ("more than 7.", "en", "7"),
        ("7, at least", "en", "7"),
        ("0007", "en", "7"),
        ("1 mil\u00a0millones", "es", "1000000000"),
        ("1 mil  millones", "es-PE", "1000000000"),
        ("5 millo\u0301n", "es", "5000000"),
        ("5 MILLONES", "es", "5000000"),
        ("5 thou\u017fand", "en", "5000"),
        ("1,234", "es-MX", "1234"),
    ],
)
def test_a_quantity_is_read_as_its_language_prints_it(
    stated: str, language: str, value: str
) -> None:
    assert printed_value(stated, language) == Decimal(value)


@pytest.mark.parametrize(
    ("stated", "language"),
    [
        ("1,23", "en"),
        ("1,2345", "en"),
        ("12,34,567", "en"),
        ("1234,567", "en"),
        (",123", "en"),
        (".5", "en"),
        ("1.234.567", "en"),
        ("1.23", "es"),
        ("1,234,567", "es"),
        ("5 to 7", "en"),
        ("5-7", "en"),
        ("2 of 10", "en"),
        ("7²", "en"),
        ("٣", "en"),
        ("seven", "en"),
        ("5 m\u0131llion", "en"),
        ("5 M\u0130LLONES", "es"),
        ("", "en"),
    ],
)
def test_what_is_not_one_number_is_refused(stated: str, language: str) -> None:
    with pytest.raises(ValueError, match="exactly one number"):
        printed_value(stated, language)


SPANISH = [name for name in locale_identifiers() if name.partition("_")[0] == "es"]


@pytest.mark.parametrize("locale", SPANISH)
def test_spanish_is_read_as_each_country_prints_it(locale: str) -> None:
    symbols = Locale.parse(locale).number_symbols["latn"]
    language = locale.replace("_", "-")
    group, decimal = symbols["group"], symbols["decimal"]
    assert printed_value(f"1{decimal}25", language) == Decimal("1.25")
    if group in ",.":  # Costa Rica parts its thousands by a blank
        assert printed_value(f"1{group}234", language) == 1234


def test_a_language_without_a_notation_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no notation is known for language 'qu'"):
        printed_value("25", "qu")


@given(
    digits=st.integers(0, 10**15 - 1),
    decimals=st.integers(0, 4),
    language=st.sampled_from(sorted(NOTATIONS)),
    around=st.sampled_from([("", ""), ("S/. ", " soles"), ("more than ", "")]),
)
def test_what_is_printed_is_read_again(
    digits: int, decimals: int, language: str, around: tuple[str, str]
) -> None:
    value = Decimal(digits).scaleb(-decimals)
    locale = "es_AR" if language == "es" else language.replace("-", "_")
    printed = format_decimal(value, locale=locale, decimal_quantization=False)
    assert printed_value(around[0] + printed + around[1], language) == value


@given(
    whole=st.integers(1, 999),
    language=st.sampled_from(sorted(NOTATIONS)),
    data=st.data(),
)
def test_a_word_multiplies(whole: int, language: str, data: st.DataObject) -> None:
    word, factor = data.draw(st.sampled_from(sorted(NOTATIONS[language].scales.items())))
    assert printed_value(f"{whole} {word}", language) == whole * factor
    if " " not in word:
        assert printed_value(f"{whole} {word}x", language) == whole
