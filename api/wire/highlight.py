"""A piece of a text as HTML in which some places are marked. Nothing in it can do harm."""

import unicodedata
from collections.abc import Iterator, Sequence
from html import escape

# Characters that are shown on either side of the marked places; and from the first place on.
BEFORE = 60
LONGEST = 240

Places = Sequence[tuple[int, int]]


def highlight(text: str, places: Places) -> str:
    """The text around the first of its places (in their order, without overlaps), each place in
    `<mark>`, everything else escaped. What is left out is an ellipsis."""
    start, end = _window(text, places)
    return "…" * (start > 0) + "".join(_parts(text, places, start, end)) + "…" * (end < len(text))


def _parts(text: str, places: Places, start: int, end: int) -> Iterator[str]:
    done = start
    for first, last in places:
        if last > end:
            break
        yield f"{escape(text[done:first])}<mark>{escape(text[first:last])}</mark>"
        done = last
    yield escape(text[done:end])


def _window(text: str, places: Places) -> tuple[int, int]:
    """From where to where the text is shown: at least the first place, whole; cut between words
    if there is a gap near, and never between a letter and its accent."""
    first, last = places[0]
    start = 0
    if first > BEFORE:
        gap = text.find(" ", first - BEFORE, first)
        # Behind a gap too an accent may stand, on nothing.
        start = _onto_letter(text, gap + 1 if gap >= 0 else first - BEFORE)
    longest = max(start + LONGEST, last)
    if longest >= len(text):
        return start, len(text)
    gap = text.rfind(" ", last, longest)
    return start, gap if gap >= 0 else _onto_letter(text, longest)


def _onto_letter(text: str, place: int) -> int:
    while place < len(text) and unicodedata.combining(text[place]):
        place += 1
    return place
