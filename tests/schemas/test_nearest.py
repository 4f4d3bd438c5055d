"""The word that was probably meant."""

from collections.abc import Iterator

import pytest

from schemas.nearest import Guesses, nearest


class Known:
    """A list that notes how often it is looked through."""

    def __init__(self, *words: str) -> None:
        self.words, self.looked = words, 0

    def __iter__(self) -> Iterator[str]:
        self.looked += 1
        return iter(self.words)


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("qualifer", ["qualifier", "quantity"], "qualifier"),
        ("pen", ["percent", "open", "PEN"], "PEN"),
        ("m_b", ["mb", "M_B", "M_b"], "M_b"),
        ("M_B", ["m_b", "M_b"], "M_b"),
        ("STRASSE", ["strassen", "stra\u00dfe"], "stra\u00dfe"),
        ("nothing", ["percent", "PEN"], None),
        ("", ["percent"], None),
    ],
)
def test_the_nearest_is_what_differs_by_its_letters_case_alone_else_what_is_most_alike(
    word: str, known: list[str], meant: str | None
) -> None:
    for order in (known, known[::-1]):
        found, asking = nearest(word, order)
        assert found == meant
        assert asking == (f"; did you mean {meant!r}?" if meant else "")


@pytest.mark.parametrize("word", ["percen", "p" * 100_000, "x" * 90 + "percent"])
def test_a_word_of_another_length_is_not_held_against_those_that_there_are(
    word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[str] = []

    def note(_: str, among: list[str], *__: object) -> list[str]:
        held.extend(among)
        return among[:1]

    monkeypatch.setattr("schemas.nearest.get_close_matches", note)
    nearest(word, ["percent", "person", "pe", "percentages of all that is counted"])
    assert held == (["percent", "person"] if word == "percen" else [])


def test_guesses_are_those_of_nearest_and_looked_for_once() -> None:
    known, guesses = Known("percent", "PEN"), Guesses()
    for word in ("percen", "pen", "nothing", "") * 3:
        assert guesses.nearest(word, known) == nearest(word, known.words)
    assert known.looked == 4
    assert guesses.nearest("pen", ["pencil", "open"], "another list")[0] == "open"


def test_guesses_end_after_so_many_words_or_letters() -> None:
    few, short = Guesses(words=3), Guesses(letters=3 * len("regoin") * len("region"))
    for guesses in (few, short):
        known = Known("region")
        asked = [f"regoi{letter}" for letter in "nmkl"]
        found = [guesses.nearest(word, known)[0] for word in asked * 2]
        assert found == (["region"] * 3 + [None]) * 2
        assert known.looked == 3
