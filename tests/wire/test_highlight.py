"""A piece of text as HTML: the right words marked, nothing alive in it, nothing cut apart."""

import re
import unicodedata
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from api.store.text import fold, words_in
from api.wire.highlight import LONGEST, highlight

WRITTEN = st.text(st.characters(codec="utf-8"), max_size=400)
# Texts whose folding changes their length, or whose letters are made of several characters.
ODD = st.lists(
    st.sampled_from(["ß", "İ", "ﬁ", "ﬀ", "e\u0301", "n\u0303\u0323", "½", "№", "한", "\u0301", " "])
    | st.sampled_from(["plan", "<", "&amp;", '"', "'", "-", "Ñandú", "🦙"]),
    max_size=60,
).map("".join)


@given(WRITTEN | ODD)
def test_the_words_in_a_text_are_those_of_its_folding_each_at_its_place(text: str) -> None:
    words = words_in(text)
    assert [word.text for word in words] == fold(text).split()
    for word in words:
        assert 0 <= word.start < word.end <= len(text)
        # What stands there folds to the word, or to more where one character holds several words.
        assert word.text in fold(text[word.start : word.end]).split()


def places(text: str) -> list[tuple[int, int]]:
    """Every second word of a text, as places without overlaps."""
    found: list[tuple[int, int]] = []
    for word in words_in(text)[::2]:
        if not found or word.start >= found[-1][1]:
            found.append((word.start, word.end))
    return found


@given(WRITTEN | ODD)
def test_nothing_but_marks_is_alive_and_what_is_shown_is_a_piece_of_the_text(text: str) -> None:
    marked = places(text)
    if not marked:
        return
    html = highlight(text, marked)
    assert re.sub("</?mark>", "", html).count("<") == 0
    assert '"' not in html
    assert "'" not in html
    assert html.count("<mark>") == html.count("</mark>") >= 1
    shown = unescape(re.sub("</?mark>", "", html))
    inner = shown[text[:1] != "…" and shown.startswith("…") :]
    assert inner in text or inner.removesuffix("…") in text
    first = re.findall("<mark>(.*?)</mark>", html, re.DOTALL)[0]
    assert unescape(first) == text[slice(*marked[0])]


@given(ODD)
@example("ß \u0301ßß")
def test_a_letter_keeps_its_accents_where_a_text_is_cut(text: str) -> None:
    longer = text * 20
    marked = places(longer)
    for number in range(0, len(marked), 7):
        html = highlight(longer, marked[number:])
        body = unescape(re.sub("</?mark>", "", html))
        if body.startswith("…") and len(body) > 1:
            assert not unicodedata.combining(body[1])


@pytest.mark.parametrize(
    ("text", "marked", "html"),
    [
        ("a plan", [(2, 6)], "a <mark>plan</mark>"),
        ("plan & plan", [(0, 4), (7, 11)], "<mark>plan</mark> &amp; <mark>plan</mark>"),
        ("<plan>", [(1, 5)], "&lt;<mark>plan</mark>&gt;"),
        ("&lt;plan", [(4, 8)], "&amp;lt;<mark>plan</mark>"),
        ("'plan\"", [(1, 5)], "&#x27;<mark>plan</mark>&quot;"),
        ("<plan>", [(0, 6)], "<mark>&lt;plan&gt;</mark>"),
        ("</mark>", [(2, 6)], "&lt;/<mark>mark</mark>&gt;"),
    ],
)
def test_highlights_by_hand(text: str, marked: list[tuple[int, int]], html: str) -> None:
    assert highlight(text, marked) == html


def test_a_long_text_is_cut_between_words_around_the_first_place() -> None:
    words = [f"word{number}" for number in range(200)]
    text = " ".join(words)
    start = text.index("word100")
    html = highlight(text, [(start, start + 7)])
    assert html.startswith("…word")
    assert html.endswith("…")
    shown = re.sub("</?mark>", "", html).strip("…").split(" ")
    assert set(shown) <= set(words)
    assert len(html) < LONGEST + 30
    assert "<mark>word100</mark>" in html


def test_a_place_longer_than_a_piece_is_shown_whole() -> None:
    text = "x" * (3 * LONGEST)
    assert highlight(text, [(0, len(text))]) == f"<mark>{text}</mark>"


def test_a_passage_ends_though_another_place_follows() -> None:
    text = "plan " + "x " * LONGEST + "plan"
    html = highlight(text, [(0, 4), (len(text) - 4, len(text))])
    assert html.count("<mark>") == 1
    assert len(html) < LONGEST + 30


@pytest.mark.parametrize("begins", [4, 5])
def test_a_passage_does_not_end_between_a_letter_and_its_accent(begins: int) -> None:
    text = "p" * begins + "a\u0301" * LONGEST
    html = highlight(text, [(0, begins)])
    shown = html.replace("<mark>", "").replace("</mark>", "").removesuffix("…")
    assert text.startswith(shown)
    assert not unicodedata.combining(text[len(shown)])


def test_a_passage_whose_accents_do_not_end_is_shown_to_the_end_of_the_text() -> None:
    text = "p" + "\u0301" * 2 * LONGEST
    assert highlight(text, [(0, 1)]) == f"<mark>p</mark>{text[1:]}"
