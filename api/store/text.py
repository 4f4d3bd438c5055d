"""Text made comparable: folded for search, keyed for sorting."""

import re
import unicodedata
from typing import Any


def fold(text: str) -> str:
    """Lower case, without accents, words of `[a-z0-9]` parted by single blanks."""
    return " ".join(re.findall(r"[a-z0-9]+", _bare(text)))


def sort_key(text: str) -> str:
    """Sorts as Spanish does when compared byte by byte: accents do not count, ñ follows n."""
    composed = unicodedata.normalize("NFC", text.casefold()).replace("~", " ")
    # '~' comes after every letter, so that 'ñ' comes after 'nz'.
    return " ".join(re.findall(r"[a-z0-9~]+", _bare(composed.replace("ñ", "n~"))))


def _bare(text: str) -> str:
    # Folded twice: what is taken apart may hold capitals, as '№' does.
    plain = unicodedata.normalize("NFKD", text.casefold()).casefold()
    return "".join(character for character in plain if not unicodedata.combining(character))


def words_of(value: Any) -> str:
    """Every text inside a JSON value, folded."""
    if isinstance(value, str):
        return fold(value)
    if isinstance(value, dict):
        return " ".join(filter(None, map(words_of, value.values())))
    if isinstance(value, list):
        return " ".join(filter(None, map(words_of, value)))
    return ""
