"""Cursors: whatever may stand in a record may be gone on from, in an address."""

import json
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.store.text import sort_key
from api.wire.cursor import (
    Cursor,
    NoSuchPlace,
    read_cursor,
    read_since,
    write_cursor,
    write_since,
)
from schemas.fields import Text
from schemas.fields.asked import Cursor as CursorField

STORED = st.text(
    st.characters(
        exclude_categories=["Cs"], exclude_characters="".join(map(chr, [*range(32), 127]))
    ),
    min_size=1,
)
KEYS = STORED | st.none() | st.integers(-(2**62), 2**62)


@given(after=st.lists(KEYS, max_size=3), id_=STORED)
def test_a_cursor_is_read_as_it_was_written(after: list[str | int | None], id_: str) -> None:
    cursor = Cursor(7, "01234567", "0123456789ab", (*after, id_))
    assert read_cursor(write_cursor(cursor), len(after) + 1) == cursor


@pytest.mark.parametrize("key", ["a\u0000", "\u001f", "\u007f", "\ud800", "a\n"])
def test_what_no_record_holds_leads_nowhere(key: str) -> None:
    text = write_cursor(Cursor(7, "01234567", "0123456789ab", ("%", "id")))
    forged = text.rpartition(".")[0] + "." + _packed([key, "id"])
    with pytest.raises(NoSuchPlace):
        read_cursor(forged, 2)


@pytest.mark.parametrize("state", ["0", "0123456", "012345678"])
def test_what_is_not_as_much_of_a_hash_as_places_carry_leads_nowhere(state: str) -> None:
    """A letter alone is the beginning of every sixteenth hash."""
    with pytest.raises(NoSuchPlace):
        read_cursor(write_cursor(Cursor(7, state, "0123456789ab", ("id",))), 1)
    for place in (write_since(7, state), write_since(7, state, "id", "figures")):
        with pytest.raises(NoSuchPlace):
            read_since(place)


def _packed(keys: list[str]) -> str:
    return urlsafe_b64encode(json.dumps(keys).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "letter", ["a", "ñ", "ß", "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}"]
)
def test_the_longest_texts_that_are_sorted_by_have_room_in_a_cursor(letter: str) -> None:
    name, acronym = letter * Text.longest, "\N{GRINNING FACE}" * Text.longest
    keys = (sort_key(name), sort_key(name), acronym, "i" * 80)
    text = write_cursor(Cursor(2**31 - 1, "01234567", "0123456789ab", keys))
    assert CursorField().deserialize(text) == text
