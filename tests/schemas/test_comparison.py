"""Whether two counterparts can both be true: by the table, by brute force, and from either side."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.bounds import RULES, Bounds, bounds, meet
from schemas.codes import QUALIFIERS
from schemas.comparison import (
    TERMS,
    compare,
    contested_terms,
    highest,
    lowest,
)
from schemas.counterpart import REASONS, RELATIONS
from tests.contract.model import are_counterparts, conflict, may_overlap

# (one, other): whether both can be true, for 10 said so and 20, 10 or 5 said so.
TABLE = {
    ("exact", "exact"): (False, True, False),
    ("exact", "about"): (True, True, True),
    ("exact", "more_than"): (False, False, True),
    ("exact", "at_least"): (False, True, True),
    ("exact", "less_than"): (True, False, False),
    ("exact", "at_most"): (True, True, False),
    ("about", "about"): (True, True, True),
    ("about", "more_than"): (True, True, True),
    ("about", "at_least"): (True, True, True),
    ("about", "less_than"): (True, True, True),
    ("about", "at_most"): (True, True, True),
    ("more_than", "more_than"): (True, True, True),
    ("more_than", "at_least"): (True, True, True),
    ("more_than", "less_than"): (True, False, False),
    ("more_than", "at_most"): (True, False, False),
    ("at_least", "at_least"): (True, True, True),
    ("at_least", "less_than"): (True, False, False),
    ("at_least", "at_most"): (True, True, False),
    ("less_than", "less_than"): (True, True, True),
    ("less_than", "at_most"): (True, True, True),
    ("at_most", "at_most"): (True, True, True),
}
NUMBERS = [Decimal(text) for text in ("0", "0.0001", "7", "7.5", "8", "922337203685477")]


def figure(value: Decimal | int = 10, qualifier: str = "exact", **others: Any) -> dict[str, Any]:
    """A figure as JSON has it, as far as it is compared."""
    found = bounds(Decimal(value), qualifier)
    return {
        "id": f"{qualifier}-{value}",
        "program": "procompite",
        "organization": None,
        "metric": "plans",
        "unit": "plans",
        "value": Decimal(value),
        "qualifier": qualifier,
        **found._asdict(),
        "status": "achieved",
        "period": None,
        "scope": "national",
        "regions": ["PE"],
        "allocation": None,
        "rank": "normal",
        **others,
    }


def test_the_table_has_every_pair_of_qualifiers() -> None:
    pairs = {frozenset(pair) for pair in TABLE}
    assert pairs == {frozenset((a, b)) for a in QUALIFIERS for b in QUALIFIERS}


@pytest.mark.parametrize("pair", TABLE, ids="-".join)
def test_bounds_meet_as_the_table_says(pair: tuple[str, str]) -> None:
    one = bounds(Decimal(10), pair[0])
    for value, expected in zip((20, 10, 5), TABLE[pair], strict=True):
        other = bounds(Decimal(value), pair[1])
        assert meet(one, other) == meet(other, one) == expected, value


def within(value: Decimal, interval: Bounds) -> bool:
    """Whether a value lies within bounds, said as plainly as possible."""
    above = interval.lower is None or (
        value >= interval.lower if interval.lower_inclusive else value > interval.lower
    )
    below = interval.upper is None or (
        value <= interval.upper if interval.upper_inclusive else value < interval.upper
    )
    return above and below


STATED = st.tuples(st.sampled_from(NUMBERS), st.sampled_from(QUALIFIERS))


@given(STATED, STATED)
def test_bounds_meet_just_when_some_value_lies_within_both(
    one: tuple[Decimal, str], other: tuple[Decimal, str]
) -> None:
    mine, theirs = bounds(*one), bounds(*other)
    # Beside the bounds themselves: something between each two of them, below and above all.
    between = [(low + high) / 2 for low, high in pairwise(NUMBERS)]
    values = [*NUMBERS, *between, Decimal(-1), NUMBERS[-1] + 1]
    expected = any(within(value, mine) and within(value, theirs) for value in values)
    assert meet(mine, theirs) == expected


@given(STATED, STATED)
def test_what_the_store_compares_says_the_same(
    one: tuple[Decimal, str], other: tuple[Decimal, str]
) -> None:
    mine, theirs = figure(*one), figure(*other)

    def past(low: str | None, high: str | None) -> bool:
        return low is not None and high is not None and low > high

    apart = past(lowest(mine), highest(theirs)) or past(lowest(theirs), highest(mine))
    assert apart == (not meet(bounds(*one), bounds(*other)))


@pytest.mark.parametrize(
    ("one", "other", "relation", "reasons"),
    [
        (figure(10), figure(10, id="again"), "same_value", ("same_value",)),
        (figure(10), figure(10, "about"), "can_both_be_true", ("no_bounds",)),
        (figure(10, "about"), figure(10, "about", id="x"), "same_value", ("same_value",)),
        (figure(10), figure(10, "at_most"), "can_both_be_true", ("bounds_meet",)),
        (figure(10), figure(10, "more_than"), "cannot_both_be_true", ("bounds_do_not_meet",)),
        (figure(10), figure(11), "cannot_both_be_true", ("bounds_do_not_meet",)),
        (figure(10), figure(10), "itself", ("itself",)),
        (
            figure(10),
            figure(11, status="target", regions=["PE-PIU"], scope="regional"),
            "not_comparable",
            ("status_differs", "scope_differs", "regions_differ"),
        ),
    ],
)
def test_a_word_says_how_two_claims_stand(
    one: dict[str, Any], other: dict[str, Any], relation: str, reasons: tuple[str, ...]
) -> None:
    assert compare(one, other) == compare(other, one) == (relation, reasons)


OTHERS = {
    "unit": "services",
    "status": "target",
    "scope": None,
    "regions": ["PE-PIU"],
    "allocation": "joint",
    "period": {"start": None, "end": "2021-12-31", "duration": None},
}


@pytest.mark.parametrize("term", TERMS)
def test_claims_in_different_terms_are_not_compared(term: str) -> None:
    one, other = figure(10), figure(11, **{term: OTHERS[term]})
    found = compare(one, other)
    assert found.relation == "not_comparable"
    assert len(found.reasons) == 1
    assert found.reasons[0].startswith(term)
    assert contested_terms(one) != contested_terms(other)
    assert not conflict(one, other)


def test_the_order_of_regions_is_no_term() -> None:
    one, other = figure(10, regions=["PE-PIU", "PE-TAC"]), figure(11, regions=["PE-TAC", "PE-PIU"])
    assert compare(one, other).relation == "cannot_both_be_true"
    assert contested_terms(one) == contested_terms(other)


def test_a_deprecated_claim_is_told_but_contradicts_none() -> None:
    one, other = figure(10), figure(11, rank="deprecated")
    assert compare(one, other).relation == "cannot_both_be_true"
    assert not conflict(one, other)
    assert not conflict(other, one)
    assert contested_terms(other) is None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (None, None, True),
        (None, ("2021-01-01", "2021-12-31"), True),
        (("2020-01-01", "2020-12-31"), ("2021-01-01", "2021-12-31"), False),
        (("2020-01-01", "2021-01-01"), ("2021-01-01", "2021-12-31"), True),
        (("2020-01-01", None), ("2021-01-01", "2021-12-31"), True),
        (("2022-01-01", None), ("2021-01-01", "2021-12-31"), False),
        ((None, "2020-12-31"), ("2021-01-01", None), False),
        ((None, "2021-01-01"), ("2021-01-01", None), True),
        ((None, None), ("2021-01-01", "2021-12-31"), True),
    ],
)
def test_periods_may_overlap_where_their_ends_are_open(
    one: Any, other: Any, expected: bool
) -> None:
    first, second = (
        period and {"start": period[0], "end": period[1], "duration": "P8Y"}
        for period in (one, other)
    )
    assert may_overlap(first, second) == may_overlap(second, first) == expected


def test_claims_share_subject_and_metric() -> None:
    assert are_counterparts(figure(1), figure(2, unit="services"))
    assert not are_counterparts(figure(1), figure(2, metric="services"))
    assert not are_counterparts(figure(1), figure(2, program="innovate-peru"))
    organized = {"program": None, "organization": "produce"}
    assert are_counterparts(figure(1, **organized), figure(2, **organized))
    # A programme of the ministry is not the ministry; whose doing it is, is then not asked.
    assert not are_counterparts(figure(1, **organized), figure(2))
    assert are_counterparts(figure(1), figure(2, organization="produce"))


def test_every_relation_and_reason_and_rule_has_its_sentence_in_each_language() -> None:
    for sentences in (*REASONS.values(), *RULES.values()):
        assert set(sentences) == {"en", "es"}
        assert all(sentence.endswith(".") for sentence in sentences.values())
    assert set(RULES) == set(QUALIFIERS)
    differing = {code for code in REASONS if code.endswith(("_differs", "_differ"))}
    assert len(differing) == len(TERMS)
    assert "itself" in RELATIONS
