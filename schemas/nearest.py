"""The word that was probably meant, where one is given that there is not."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> tuple[str | None, str]:
    """The nearest of the words that there are, and the end of a sentence that asks whether it was
    meant; nothing of either where none is near."""
    found = get_close_matches(word, list(known), n=1)
    return (found[0], f"; did you mean {found[0]!r}?") if found else (None, "")
