"""What follows from a qualifier, and what does not."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.bounds import Bounds, bounds, combined
from schemas.codes import QUALIFIERS
from schemas.display import LOCALES, PHRASES, display
from tests.contract.sums import added, interval

TEN = Decimal(10)
TABLE = {
    "exact": Bounds(TEN, TEN, True, True),
    "about": Bounds(None, None, None, None),
    "more_than": Bounds(TEN, None, False, None),
    "at_least": Bounds(TEN, None, True, None),
    "less_than": Bounds(None, TEN, None, False),
    "at_most": Bounds(None, TEN, None, True),
}


@pytest.mark.parametrize("qualifier", QUALIFIERS)
def test_each_qualifier_gives_its_bounds(qualifier: str) -> None:
    assert bounds(TEN, qualifier) == TABLE[qualifier]


@given(
    st.decimals(0, 10**15, places=4, allow_nan=False, allow_infinity=False),
    st.sampled_from(QUALIFIERS),
)
def test_a_bound_is_the_value_and_is_open_or_closed_if_it_is_there(
    value: Decimal, qualifier: str
) -> None:
    found = bounds(value, qualifier)
    assert {found.lower, found.upper} <= {value, None}
    assert (found.lower is None) == (found.lower_inclusive is None)
    assert (found.upper is None) == (found.upper_inclusive is None)


@given(
    st.lists(
        st.tuples(
            st.decimals(0, 10**15, places=4, allow_nan=False, allow_infinity=False),
            st.sampled_from(QUALIFIERS),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_the_qualifier_of_a_sum_is_what_the_arithmetic_of_intervals_says(
    parts: list[tuple[Decimal, str]],
) -> None:
    expected = added(
        interval({"value": value, **bounds(value, qualifier)._asdict()})
        for value, qualifier in parts
    )
    total = sum((value for value, _ in parts), Decimal())
    found = bounds(total, combined(qualifier for _, qualifier in parts))
    assert found == (
        expected.lower,
        expected.upper,
        expected.lower_inclusive,
        expected.upper_inclusive,
    )


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ([], "exact"),
        (["exact", "more_than"], "more_than"),
        (["exact", "at_least"], "at_least"),
        (["at_least", "more_than"], "more_than"),
        (["at_most", "less_than", "exact"], "less_than"),
        (["at_most", "at_most"], "at_most"),
        (["more_than", "less_than"], "about"),
        (["exact", "exact", "about"], "about"),
    ],
)
def test_qualifiers_travel_into_a_sum(parts: list[str], whole: str) -> None:
    assert combined(parts) == combined(reversed(parts)) == whole


NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("value", "qualifier", "measure", "unit", "en", "es"),
    [
        ("143095", "more_than", "count", "services", "more than 143,095", "más de 143,095"),
        ("25", "exact", "count", "plans", "25", "25"),
        ("0.25", "about", "count", "plans", "about 0.25", "alrededor de 0.25"),
        ("7", "at_least", "count", "plans", "at least 7", "al menos 7"),
        ("7", "less_than", "count", "plans", "less than 7", "menos de 7"),
        ("7", "at_most", "count", "plans", "at most 7", "como máximo 7"),
        ("1E+8", "exact", "count", "plans", "100,000,000", "100,000,000"),
        ("0.0001", "exact", "count", "plans", "0.0001", "0.0001"),
    ],
)
def test_a_value_is_written_out_in_both_languages(
    value: str, qualifier: str, measure: str, unit: str, en: str, es: str
) -> None:
    assert display(Decimal(value), qualifier, measure, unit) == {"en": en, "es": es}


@pytest.mark.parametrize(
    ("unit", "en", "es"),
    [("PEN", f"PEN{NBSP}", f"S/{NBSP}"), ("USD", "$", f"USD{NBSP}"), ("XTS", f"XTS{NBSP}", None)],
)
def test_money_is_written_with_its_currency_and_all_its_digits(
    unit: str, en: str, es: str | None
) -> None:
    shown = display(Decimal(1_874_000_000), "about", "money", unit)
    assert shown["en"].startswith(f"about {en}1,874,000,000")
    assert shown["es"].startswith(f"alrededor de {es or en}1,874,000,000")


def test_every_qualifier_has_a_phrase_in_every_language() -> None:
    assert set(PHRASES) == set(QUALIFIERS)
    assert all(set(phrases) == set(LOCALES) for phrases in PHRASES.values())
    shown = {display(TEN, q, "count", "plans")[language] for q in PHRASES for language in LOCALES}
    assert len(shown) == 2 * len(QUALIFIERS) - 1  # 'exactly 10' is '10' in both
