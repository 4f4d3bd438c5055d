"""The word that was probably meant, where one is given that there is not."""

from collections.abc import Iterable
from difflib import get_close_matches

# How much alike two words are, from 0 to 1, of which one is taken for the other.
ALIKE = 0.6
# The same of codes and fields: most are short, and `scope` is nothing that `nope` could have meant.
NEAR = 0.7


def nearest(word: str, known: Iterable[str], alike: float = ALIKE) -> tuple[str | None, str]:
    """The nearest of the words that there are, and the end of a sentence that asks whether it was
    meant; nothing of either where none is so much alike. The same word in other letters, small or
    capital, is nearer than any other."""
    words = list(known)
    same = [one for one in words if one.casefold() == word.casefold()]
    among, least = (same, 0.0) if same else (words, alike)
    found = next(iter(get_close_matches(word, among, 1, least)), None)
    return found, asking(found)


def asking(meant: str | None) -> str:
    """The end of a sentence that asks whether a word was meant; nothing for none."""
    return "" if meant is None else f"; did you mean {meant!r}?"
