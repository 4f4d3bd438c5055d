"""Text made comparable: folded for search, keyed for sorting."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from schemas.printed import NOT_SEEN

# The accents that letters of European languages are taken apart into, and what is not seen, such as
# where a word may be broken; and whatever is not ASCII.
_NO_LETTERS = re.compile(f"[\u0300-\u034e\u0350-\u036f{NOT_SEEN}]+")
# Letters that Unicode takes for letters of their own, and who searches for the plain ones.
_PLAINLY = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe",
     "þ": "th"}
)  # fmt: skip
_OTHER = re.compile(r"[^\x00-\x7f]")
_WORDS = re.compile(r"[a-z0-9]+").findall
# What most texts are made of: each character is one byte, and is folded by itself.
SINGLE = "latin-1"
# Names are shorter; what is longer is taken to be sorted as far as that.
LONGEST_KEY = 300
# '~' comes after every letter, so that 'ñ' comes after 'nz'.
ENYE = "n~"
# A text of so many n's is looked for in each of its spellings: 32.
MOST_NS = 5


def fold(text: str) -> str:
    """Lower case, without accents and what is not seen; words of `[a-z0-9]` parted by blanks."""
    single = _in_bytes(text)
    if single is None:
        return " ".join(_WORDS(_bare(text)))
    return b" ".join(single.translate(_TO_FOLD).split()).decode()


def sort_key(text: str) -> str:
    """Sorts as Spanish does when compared byte by byte: accents do not count, ñ follows n. Of a
    long text the beginning: it stands in cursors, and they in addresses."""
    single = _in_bytes(text)
    if single is None:
        composed = unicodedata.normalize("NFC", text.casefold()).replace("~", " ")
        words = re.findall(r"[a-z0-9~]+", _bare(composed.replace("ñ", ENYE)))
        return " ".join(words)[:LONGEST_KEY]
    spelt = single.translate(_TO_SORT).replace("ñ".encode(SINGLE), ENYE.encode())
    return b" ".join(spelt.split())[:LONGEST_KEY].decode()


def spellings(key: str) -> list[str]:
    """The sort keys of what is folded as the text of one is: each n may be an ñ. Where there are
    too many of them, the key itself and the one without."""
    parts = key.replace(ENYE, "n").split("n")
    if len(parts) > MOST_NS + 1:
        return list(dict.fromkeys([key, "n".join(parts)]))
    found = [parts[0]]
    for part in parts[1:]:
        found = [f"{begun}{letter}{part}" for begun in found for letter in ("n", ENYE)]
    return found


def _in_bytes(text: str) -> bytes | None:
    """A text as one byte for each character; None if there is one that is folded to several, or
    that is no such byte."""
    try:
        single = text.encode(SINGLE)
    except UnicodeEncodeError:
        return None
    return None if len(single.translate(None, _SEVERAL)) < len(single) else single


def _bare(text: str) -> str:
    if text.isascii():  # there is nothing to take apart
        return text.lower()
    # Folded twice: what is taken apart may hold capitals, as '№' does.
    plain = unicodedata.normalize("NFKD", text.casefold()).casefold()
    plain = _NO_LETTERS.sub("", plain).translate(_PLAINLY)
    if plain.isascii():
        return plain
    return _OTHER.sub(lambda found: "" if unicodedata.combining(found[0]) else found[0], plain)


def _table(kept: str = "") -> bytes:
    """What each byte is folded to: a letter or a digit, a blank for all else; `kept` is itself."""
    folded = (
        kept if kept and one.casefold() == kept else bare if bare in _PLAIN else " "
        for one, bare in _SINGLES.items()
    )
    return "".join(folded).encode(SINGLE)


_PLAIN = set("abcdefghijklmnopqrstuvwxyz0123456789")
_SINGLES = {one: _bare(one) for one in bytes(range(256)).decode(SINGLE)}
_SEVERAL = "".join(one for one, bare in _SINGLES.items() if len(bare) != 1).encode(SINGLE)
_TO_FOLD, _TO_SORT = _table(), _table("ñ")


class Word(NamedTuple):
    """A folded word, and where in the text it stands: from `start` up to `end`."""

    text: str
    start: int
    end: int


def words_in(text: str) -> list[Word]:
    """The words of `fold(text)`, each with its place in the text as it is written.

    Folding changes lengths ('ß' is 'ss', an accent of its own is nothing), so it is done character
    by character; a word takes along the accents that follow its last letter.
    """
    folded, places = _in_characters(text)
    found = []
    for match in re.finditer(r"[a-z0-9]+", folded):
        end = places[match.end() - 1] + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        found.append(Word(match[0], places[match.start()], end))
    return found


def _in_characters(text: str) -> tuple[str, Sequence[int]]:
    """A text folded character by character, and the place that each one of it comes from."""
    if text.isascii():
        return _bare(text), range(len(text))
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        bare = _SINGLES.get(character)
        if bare is None:
            bare = _bare(character)
        folded.append(bare)
        places += [place] * len(bare)
    return "".join(folded), places


def texts_of(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """(path, text) of every text inside a JSON value."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from texts_of(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner, path)


def may_hold(text: str, words: Iterable[str]) -> bool:
    """Whether folded words may be among those of a text: soon told, of most that have none of them.

    A word that is there is found, however the text is cut into values and written as JSON: what
    stands between its letters there stands between them in the text.
    """
    single = _in_bytes(text)
    if single is None:
        bare = _bare(text)
        return all(word in bare for word in words)
    folded = single.translate(_TO_FOLD)
    return all(word.encode() in folded for word in words)


def words_of(value: Any) -> str:
    """Every text inside a JSON value, folded."""
    found: list[str] = []
    _gather(value, found)
    return fold(" ".join(found))


def _gather(value: Any, found: list[str]) -> None:
    """As `texts_of`, without the paths: a load does it for each record, and needs none."""
    if isinstance(value, str):
        found.append(value)
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            _gather(inner, found)
