"""What is certain, and what is possible, of a value that was hedged."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.bounds import Bounds, bounds
from schemas.codes import QUALIFIERS
from schemas.filter import RANGE
from schemas.match import CERTAIN, MATCHES, POSSIBLE, STATED, Demand, Joined, demanded
from tests.contract.model import compares, samples

OPERATORS = ("eq", *RANGE)
# Whether a figure of 10, hedged so, is returned when 9, 10 and 11 are asked for.
TABLE = """
                    eq   ne   gt   gte  lt   lte
certain exact       -y-  y-y  y--  yy-  --y  -yy
possible exact      -y-  y-y  y--  yy-  --y  -yy
certain about       ---  ---  ---  ---  ---  ---
possible about      yyy  yyy  yyy  yyy  yyy  yyy
certain more_than   ---  yy-  yy-  yy-  ---  ---
possible more_than  --y  yyy  yyy  yyy  --y  --y
certain at_least    ---  y--  y--  yy-  ---  ---
possible at_least   -yy  yyy  yyy  yyy  --y  -yy
certain less_than   ---  -yy  ---  ---  -yy  -yy
possible less_than  y--  yyy  y--  y--  yyy  yyy
certain at_most     ---  --y  ---  ---  --y  -yy
possible at_most    yy-  yyy  y--  yy-  yyy  yyy
"""
OF_LISTS = {"in": "eq", "nin": "ne"}
LINES = [line.split() for line in TABLE.splitlines() if line]
EXPECTED = {
    (match, qualifier, operator): row
    for match, qualifier, *marks in LINES[1:]
    for operator, row in zip(LINES[0], marks, strict=True)
}
CASES = [
    (match, qualifier, operator)
    for match in MATCHES
    if match != STATED
    for qualifier in QUALIFIERS
    for operator in OPERATORS
]
NUMBERS = st.sampled_from([Decimal(text) for text in ("0", "9", "9.99995", "10", "10.0001", "11")])


def holds(demand: Demand | Joined, bounds: Bounds) -> bool:
    """Whether an interval meets a demand; what the store says in SQL."""
    if isinstance(demand, Joined):
        each = (holds(part, bounds) for part in demand.parts)
        return all(each) if demand.how == "and" else any(each)
    rule, asked = demand
    bound: Decimal | None = getattr(bounds, rule.bound)
    if bound is None:
        return rule.unbounded
    if bound == asked:
        return getattr(bounds, f"{rule.bound}_inclusive") in rule.touching
    return {">": bound > asked, "<": bound < asked, "=": False}[rule.relation]


def answer(match: str, operator: str, asked: list[Decimal], interval: Bounds) -> bool:
    return holds(demanded(match, operator, asked), interval)


@pytest.mark.parametrize(("match", "qualifier", "operator"), CASES)
def test_the_truth_table_holds(match: str, qualifier: str, operator: str) -> None:
    row = EXPECTED[match, qualifier, OF_LISTS.get(operator, operator)]
    found = [
        answer(match, operator, [Decimal(asked)], bounds(Decimal(10), qualifier))
        for asked in (9, 10, 11)
    ]
    assert "".join("y" if one else "-" for one in found) == row


def record_of(value: Decimal, qualifier: str) -> dict[str, Any]:
    return {"value": value, **bounds(value, qualifier)._asdict()}


@given(
    value=NUMBERS,
    qualifier=st.sampled_from(QUALIFIERS),
    operator=st.sampled_from(OPERATORS),
    asked=st.lists(NUMBERS, min_size=1, max_size=3, unique=True),
    match=st.sampled_from([CERTAIN, POSSIBLE]),
)
def test_the_rules_say_what_each_number_of_the_interval_says(
    value: Decimal, qualifier: str, operator: str, asked: list[Decimal], match: str
) -> None:
    asked = asked if operator in OF_LISTS else asked[:1]
    numbers = samples(record_of(value, qualifier), asked)
    assert numbers
    found = [compares(operator, number, asked) for number in numbers]
    expected = all(found) if match == CERTAIN else any(found)
    assert answer(match, operator, asked, bounds(value, qualifier)) == expected


@given(
    value=NUMBERS,
    qualifier=st.sampled_from(QUALIFIERS),
    operator=st.sampled_from(OPERATORS),
    asked=st.lists(NUMBERS, min_size=1, max_size=3, unique=True),
)
def test_possible_is_what_the_opposite_is_not_certain_of(
    value: Decimal, qualifier: str, operator: str, asked: list[Decimal]
) -> None:
    opposite = {"eq": "ne", "in": "nin", "gt": "lte", "gte": "lt"}
    opposite |= {other: one for one, other in opposite.items()}
    asked = asked if operator in OF_LISTS else asked[:1]
    interval = bounds(value, qualifier)
    assert answer(POSSIBLE, operator, asked, interval) != answer(
        CERTAIN, opposite[operator], asked, interval
    )


def test_numbers_are_real_and_not_whole() -> None:
    """'More than 10' may be 10.5: it is not at least 11."""
    more = bounds(Decimal(10), "more_than")
    assert not answer(CERTAIN, "gte", [Decimal(11)], more)
    assert not answer(CERTAIN, "gt", [Decimal("10.0001")], more)
    assert compares("lt", Fraction("10.00005"), [Decimal("10.0001")])


def test_a_bound_that_nobody_stated_is_not_invented() -> None:
    """Amounts are not negative, but nobody said so of this one."""
    for qualifier in ("about", "less_than", "at_most"):
        assert not answer(CERTAIN, "gte", [Decimal(0)], bounds(Decimal(10), qualifier))
