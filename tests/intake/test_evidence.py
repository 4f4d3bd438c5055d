"""Holding figures and sources against a text."""

import tracemalloc
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.intake.evidence import check_locator, check_source, check_text, match_texts
from api.intake.finding import Finding, flatten

SOURCE = {"id": "a-source", "language": "en", "length": 100}


def figure(stated: str, start: int = 0, value: str = "0") -> dict[str, Any]:
    end = start + len(stated)
    return {"value": Decimal(value), "source": {"start": start, "end": end, "stated": stated}}


def source_of(text: bytes, **changes: Any) -> dict[str, Any]:
    length = len(text.decode(errors="replace"))
    return {**SOURCE, "sha256": sha256(text).hexdigest(), "length": length, **changes}


@given(st.text(), st.text(), st.integers(0, 10**9))
def test_digits_are_found_where_they_stand(before: str, after: str, number: int) -> None:
    stated = f"{number:,}"
    # Not right before a word, which may be one that multiplies.
    text = f"{before} {stated}; {after}"
    assert list(check_text(figure(stated, len(before) + 1), text, "en")) == []
    found = list(check_text(figure(stated, len(before)), text, "en"))
    assert [path for path, _ in found] == ["source.start"]


@pytest.mark.parametrize(
    ("text", "stated", "paths"),
    [
        ("1,874", "874", ["source.start"]),
        ("31,874 plans", "1,874", ["source.start"]),
        ("1,874,000", "1,874", ["source.end"]),
        ("12.6 million", "12", ["source.end"]),
        ("12.6 million", "6 million", ["source.start"]),
        ("2021", "202", ["source.end"]),
        ("9,723, and", "9,723", []),
        ("9,723.", "9,723", []),
        ("in 2021, 25 plans", "25", []),
        ("S/. 25", "25", []),
        ("plans:25;", "25", []),
        ("3½ plans", "3", ["source.end"]),
        ("25 300 plans", "300", []),
        ("2021S/. 25", "S/. 25", []),
        ("25%¹", "25%", []),
    ],
)
def test_digits_are_not_cut_out_of_a_longer_number(
    text: str, stated: str, paths: list[str]
) -> None:
    found = check_text(figure(stated, text.index(stated)), text, "en")
    assert [path for path, _ in found] == paths


@pytest.mark.parametrize(
    ("text", "stated", "paths"),
    [
        ("son 31 237 385 personas", "31 237 385", []),
        ("son 31 237 385 personas", "237 385", ["source.start"]),
        ("son 31 237 385 personas", "31 237", ["source.end"]),
        ("son 31\u202f237\u202f385 personas", "385", ["source.start"]),
        ("en 2021 300 planes", "300", []),
        ("en 2021 300 planes", "2021", []),
        ("2,5 300 planes", "2,5", []),
    ],
)
def test_digits_are_not_cut_at_a_blank_that_parts_thousands(
    text: str, stated: str, paths: list[str]
) -> None:
    found = check_text(figure(stated, text.index(stated)), text, "es")
    assert [path for path, _ in found] == paths


@pytest.mark.parametrize(
    ("text", "stated", "language", "word"),
    [
        ("de $ 45.000 millones en", "45.000", "es", "millones"),
        ("de $ 45.000 millones en", "$ 45.000", "es", "millones"),
        ("de $ 45.000\nmillones en", "45.000", "es", "millones"),
        ("de $ 45.000 millo\u0301n", "45.000", "es", "millón"),
        ("S/ 25 MM", "S/ 25", "es-PE", "MM"),
        ("S/ 25 MM", "25", "es-PE", "MM"),
        ("5 mil millones", "5 mil", "es", "millones"),
        ("3 thousand million", "3 thousand", "en", "million"),
        ("a 20-million fund", "20", "en", "million"),
        ("£20m", "£20", "en", "m"),
        ("£20bn.", "20", "en", "bn"),
        ("3 hundred", "3", "en", "hundred"),
        ("1,5 milliard", "1,5", "fr", "milliard"),
    ],
)
def test_a_word_that_multiplies_is_not_left_off(
    text: str, stated: str, language: str, word: str
) -> None:
    found = check_text(figure(stated, text.index(stated)), text, language)
    reason = f"leaves off {word!r}, by which the text multiplies the number"
    assert list(found) == [("source.end", reason)]


@pytest.mark.parametrize(
    ("text", "stated", "language"),
    [
        ("$ 45.000 millones en", "45.000 millones", "es"),
        ("10 millionaires", "10", "en"),
        ("25kg", "25", "en"),
        ("a dam of 5 m", "5", "en"),
        ("20 million soles", "20 million", "en"),
        ("7 plans, thousands of them", "7", "en"),
        ("7 plans", "7 plan", "en"),
        ("25 million", "25", "qu"),
    ],
)
def test_a_word_that_does_not_multiply_may_be_left_off(
    text: str, stated: str, language: str
) -> None:
    assert list(check_text(figure(stated, text.index(stated)), text, language)) == []


def test_a_word_is_not_cut_out_of_a_longer_one() -> None:
    (found,) = check_text(figure("5 mil"), "5 millones", "es")
    assert found == ("source.end", "cuts into a longer word of the text")


def test_a_text_is_not_copied_to_look_at_a_place_in_it() -> None:
    text = f"{'a' * 10**7} 25 {'b' * 10**7}"
    # What is made once, patterns and words, is made before.
    assert list(check_text(figure("25", 0), "25", "es")) == []
    tracemalloc.start()
    assert list(check_text(figure("25", 10**7 + 1), text, "es")) == []
    assert tracemalloc.get_traced_memory()[1] < 10**5
    tracemalloc.stop()


def test_places_are_counted_in_code_points() -> None:
    assert list(check_text(figure("25", 3), "🦙ñ 25", "en")) == []


@pytest.mark.parametrize(
    ("stated", "value", "paths"),
    [
        ("S/. 1.874 billion", "1874000000", []),
        ("S/. 1.874 billion", "1874000000.0", []),
        ("S/. 1.874 billion", "1874", ["value"]),
        ("S/. 1.874 billion", "1874000001", ["value"]),
        ("some", "1", ["source.stated"]),
        ("5 to 7", "5", ["source.stated"]),
    ],
)
def test_the_value_is_what_the_digits_say(stated: str, value: str, paths: list[str]) -> None:
    found = check_locator(figure(stated, value=value), SOURCE)
    assert [path for path, _ in found] == paths


def test_a_place_lies_inside_of_its_source() -> None:
    assert list(check_locator(figure("25", 98, "25"), SOURCE)) == []
    assert [path for path, _ in check_locator(figure("25", 99, "25"), SOURCE)] == ["source.end"]


def test_a_source_has_a_notation_or_its_figures_are_refused() -> None:
    found = check_locator(figure("25", value="25"), {**SOURCE, "language": "qu"})
    assert [path for path, _ in found] == ["source.stated"]


def test_a_text_is_known_by_its_hash_and_its_length() -> None:
    text = "ñ 🦙\n".encode()
    assert list(check_source(source_of(text), text)) == []
    assert [path for path, _ in check_source(source_of(text), text + b"x")] == ["sha256", "length"]
    assert [path for path, _ in check_source(source_of(text, length=9), text)] == ["length"]
    assert [path for path, _ in check_source(source_of(b"\xff"), b"\xff")] == ["sha256"]


def test_texts_and_sources_find_each_other_by_hash() -> None:
    one, two = source_of(b"one", id="one"), source_of(b"two", id="two")
    assert match_texts([one, two], {"b": b"two", "a": b"one"}) == {"one": "a", "two": "b"}
    assert match_texts([one, two], {"a": b"one", "b": b"TWO"}) == {"one": "a", "two": "b"}
    assert match_texts([one, two], {"a": b"ONE", "b": b"TWO"}) == {}
    assert match_texts([one], {}) == {}


def test_nested_messages_become_paths() -> None:
    messages = {
        "a": ["x", "y"],
        "b": {0: {"c": ["z"]}, "_schema": ["w"]},
        "_schema": ["v"],
    }
    assert list(flatten(messages)) == [
        ("a", "x"),
        ("a", "y"),
        ("b.0.c", "z"),
        ("b", "w"),
        ("", "v"),
    ]
    assert str(Finding("a.yaml", "one", "", "is wrong")) == "a.yaml: one: is wrong"
