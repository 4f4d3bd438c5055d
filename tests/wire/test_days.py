"""Both days of a period, where a standard demands them: what is put there, and that it is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.wire.standards.days import both_days
from schemas.codes import LANGUAGES

STATED = "2021-04-28"
DATES = st.none() | st.dates().map(str)
LENGTHS = st.none() | st.sampled_from(["P1Y", "P18M", "P2W", "P3D", "P1Y2M3W4D", "P0D", "P9999Y"])


@pytest.mark.parametrize(
    ("start", "end", "days", "said"),
    [
        ("2020-01-01", "2020-12-31", ("2020-01-01", "2020-12-31"), None),
        ("2020-01-01", None, ("2020-01-01", STATED), "day of the statement"),
        ("2026-01-01", None, ("2026-01-01", "2026-01-01"), "its place stands the first"),
        (None, "2025-12-31", (STATED, "2025-12-31"), "day of the statement"),
        (None, "2019-12-31", ("2019-12-31", "2019-12-31"), "its place stands the last"),
        (None, None, (STATED, STATED), "states neither"),
    ],
)
def test_what_is_put_for_a_day_that_is_not_stated_is_said(
    start: str | None, end: str | None, days: tuple[str, str], said: str | None
) -> None:
    found = both_days({"start": start, "end": end, "duration": None}, STATED)
    assert found[:2] == days
    assert found.remark is None if said is None else said in (found.remark or {})["en"]


@pytest.mark.parametrize(
    ("first", "length", "last"),
    [
        ("2026-01-01", "P2Y", "2027-12-31"),
        ("2026-01-01", "P6M", "2026-06-30"),
        ("2026-01-15", "P1M", "2026-02-14"),
        ("2026-01-01", "P2W", "2026-01-14"),
        ("2026-01-01", "P1D", "2026-01-01"),
        ("2020-02-01", "P1Y1M1W1D", "2021-03-08"),
        ("2021-11-01", "P2M", "2021-12-31"),
    ],
)
def test_a_length_gives_the_day_that_is_not_stated(first: str, length: str, last: str) -> None:
    for start, end, which in ((first, None, "last day"), (None, last, "first day")):
        found = both_days({"start": start, "end": end, "duration": length}, STATED)
        assert found[:2] == (first, last)
        assert found.remark is not None
        assert f"does not state the {which}" in found.remark["en"]
        assert "follows" in found.remark["en"]


@pytest.mark.parametrize(
    ("first", "length", "last"),
    [("2021-01-31", "P1M", "2021-02-28"), ("2020-02-29", "P1Y", "2021-02-28")],
)
def test_what_would_end_on_a_day_that_is_not_in_the_month_ends_with_it(
    first: str, length: str, last: str
) -> None:
    assert both_days({"start": first, "end": None, "duration": length}, STATED)[:2] == (first, last)


@pytest.mark.parametrize("length", ["P9999Y", "P0D"])
def test_a_length_that_no_calendar_has_gives_no_day(length: str) -> None:
    begun = both_days({"start": "2026-01-01", "end": None, "duration": length}, STATED)
    ended = both_days({"start": None, "end": "2019-12-31", "duration": length}, STATED)
    assert begun[:2] == ("2026-01-01", "2026-01-01")
    assert ended[:2] == ("2019-12-31", "2019-12-31")


@given(DATES, DATES, LENGTHS, st.dates().map(str))
def test_no_period_ends_before_it_starts_and_what_is_stated_stands(
    start: str | None, end: str | None, length: str | None, on: str
) -> None:
    if start and end:
        start, end = sorted((start, end))
    found = both_days({"start": start, "end": end, "duration": length}, on)
    assert found.first <= found.last
    assert start in (None, found.first)
    assert end in (None, found.last)
    assert (found.remark is None) == bool(start and end)
    assert found.remark is None or set(found.remark) == set(LANGUAGES)


def test_without_any_period_both_days_are_those_of_the_statement() -> None:
    assert both_days(None, STATED)[:2] == (STATED, STATED)
