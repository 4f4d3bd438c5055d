"""JSON is written as Python's own encoder writes it, and read as its decoder reads it."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.compact import dump, dump_for_pages, parse

# What a JSON text may hold: no half of a surrogate pair.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
# Of numbers this small or large Python's encoder writes the exponent another way: `5e-05`.
FLOATS = st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: "e" not in repr(x))
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | FLOATS | TEXTS,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(TEXTS, inner),
)


def by_python(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


@given(VALUES)
def test_a_value_is_written_as_pythons_encoder_writes_it(value: Any) -> None:
    assert dump(value) == by_python(value)


@given(VALUES)
def test_what_was_written_is_read_as_it_was_from_text_and_from_bytes(value: Any) -> None:
    text = dump(value)
    # A number of more than 64 bits is read as the double next to it: none stands in a record.
    expected = json.loads(text, parse_int=lambda digits: as_read(int(digits)))
    assert parse(text) == parse(text.encode()) == expected


def as_read(number: int) -> int | float:
    return number if -(2**63) <= number < 2**64 else float(number)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_is_read_as_the_one_that_was_written(number: float) -> None:
    assert parse(dump(number)) == json.loads(dump(number)) == number


def test_a_sum_of_more_than_64_bits_has_all_its_digits() -> None:
    assert dump({"sum": 922_337_203_685_477_580_800}) == '{"sum":922337203685477580800}'


def test_what_is_put_into_a_page_ends_no_script() -> None:
    said = {"a": "</script><!-- ñ"}
    assert dump_for_pages(said) == '{"a":"<\\/script>\\u003c!-- ñ"}'
    assert parse(dump_for_pages(said)) == said
