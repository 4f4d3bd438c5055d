"""The word that was probably meant, where one is given that there is not."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

# How much alike two words are, from 0 to 1, of which one is taken for the other.
ALIKE = 0.6
# The same of codes and fields: most are short, and `scope` is nothing that `nope` could have meant.
NEAR = 0.7
# What is looked for on behalf of one answer, however much it is asked for: so many words, and no
# further one once so many letters were held against each other.
WORDS = 20
LETTERS = 2_000_000


def nearest(word: str, known: Iterable[str], alike: float = ALIKE) -> tuple[str | None, str]:
    """The nearest of the words that there are, and the end of a sentence that asks whether it was
    meant; nothing of either where none is so much alike. The same word in other letters, small or
    capital, is nearer than any other."""
    return most_alike(word, *_comparable(word, known, alike))


# What is misspelt once is misspelt in every record.
@lru_cache(1000)
def meant_of(word: str, few: tuple[str, ...]) -> str:
    """The end of a sentence that asks which field or code of a record was meant by what is none."""
    return nearest(word, few, NEAR)[1]


class Guesses:
    """The nearest words for those of one answer. Each takes a while to be found: it is looked for
    once, and for the first words only; for the others nothing is found."""

    def __init__(self, alike: float = ALIKE, words: int = WORDS, letters: int = LETTERS) -> None:
        self._alike, self._words, self._letters = alike, words, letters
        self._found: dict[tuple[object, str], tuple[str | None, str]] = {}

    def nearest(self, word: str, known: Iterable[str], of: object = None) -> tuple[str | None, str]:
        """As `nearest` has it; where words are looked for in several lists, `of` tells which."""
        if (of, word) not in self._found and len(self._found) < self._words and self._letters > 0:
            among, least = _comparable(word, known, self._alike)
            self._letters -= len(word) * sum(map(len, among))
            self._found[of, word] = most_alike(word, among, least)
        return self._found.get((of, word), (None, ""))


def _comparable(word: str, known: Iterable[str], alike: float) -> tuple[list[str], float]:
    """The words that a word is to be held against, and how much alike one must be: those that are
    the same in other letters, small or capital; else those of about its length, which alone can be
    so much alike."""
    words, folded, length = list(known), word.casefold(), len(word)
    same = [one for one in words if one.casefold() == folded]
    if same:
        return same, 0.0
    return [
        one for one in words if 2 * min(len(one), length) / (len(one) + length or 1) >= alike
    ], alike


def most_alike(word: str, among: list[str], least: float) -> tuple[str | None, str]:
    """The same of words that a word is to be held against, each of which must be so much alike."""
    found = next(iter(get_close_matches(word, among, 1, least)), None)
    return found, asking(found)


def asking(meant: str | None) -> str:
    """The end of a sentence that asks whether a word was meant; nothing for none."""
    return "" if meant is None else f"; did you mean {meant!r}?"
