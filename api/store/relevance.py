"""How well records match what is searched for, and which of them come first.

What comes first follows from the records alone, and not from how often a word occurs in all of
them: the index knows the rows of every version, so by its own ranking the next load would put an
old version's results in another order.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

from api.store.columns import searchable
from api.store.text import Word, fold, texts_of, words_in
from schemas.compact import parse
from schemas.resource import Resource


class Passage(NamedTuple):
    """A text of a record and the places in it that were asked for."""

    path: str
    text: str
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Sought:
    """The words of a search, folded; the last one stands for all that begin with it."""

    phrase: str

    @cached_property
    def words(self) -> list[str]:
        return fold(self.phrase).split()

    @cached_property
    def whole(self) -> str:
        return " ".join(self.words)

    def meets(self, word: str) -> bool:
        """Whether a word of a text is one of those that were asked for."""
        return word in self.words or word.startswith(self.words[-1])

    # What stands in a folded text, with a blank at each end of it, where the words do.
    @cached_property
    def _held(self) -> list[str]:
        *some, last = self.words
        return [*(f" {word} " for word in some), f" {last}"]

    @cached_property
    def _whole(self) -> list[str]:
        return [f" {word} " for word in dict.fromkeys(self.words)]

    def all_in(self, folded: str) -> bool:
        """Whether every word that was asked for is among those of a folded text."""
        spaced = f" {folded} "
        return all(mark in spaced for mark in self._held)

    def wholly_in(self, folded: str) -> int:
        """How many of the words that were asked for stand in a folded text, not only begin one."""
        spaced = f" {folded} "
        return sum([mark in spaced for mark in self._whole])


class Found(NamedTuple):
    """A record that was found, and how well it matches: one of 'exact', 'title', 'text'."""

    resource: Resource
    id: str
    record: dict[str, Any]
    match: str

    def passages(self, sought: Sought) -> Iterator[Passage]:
        """Where in the record the words stand."""
        for name in self.resource.text:
            for path, text in texts_of(self.record.get(name), name):
                met = [word for word in words_in(text) if sought.meets(word.text)]
                if met:
                    yield Passage(path, text, tuple(_merged(met)))


def _merged(words: list[Word]) -> Iterator[tuple[int, int]]:
    """The places of words; those of one character ('½' holds two words) are one."""
    start, end = words[0].start, words[0].end
    for word in words[1:]:
        if word.start < end:
            end = max(end, word.end)
        else:
            yield start, end
            start, end = word.start, word.end
    yield start, end


def ranked(
    resources: Iterable[Resource], found: dict[str, list[str]], sought: Sought
) -> list[Found]:
    """The records that were found, {resource: bodies}, each once, the best first."""
    keyed = []
    for number, resource in enumerate(resources):
        for body in set(found[resource.name]):
            record = parse(body)
            match, key = _judged(resource, record, sought)
            entry = Found(resource, record["id"], record, match)
            keyed.append(((*key, number, record["id"]), entry))
    return [entry for _, entry in sorted(keyed, key=lambda pair: pair[0])]


def _judged(
    resource: Resource, record: dict[str, Any], sought: Sought
) -> tuple[str, tuple[int, int, int]]:
    """How well a record matches, and what it is sorted by: the match, then how many of the words
    stand in it whole, then how short the title is that has them."""
    search = resource.search
    assert search is not None  # noqa: S101 - only resources that take part are searched
    titles = {title: fold(title) for title in record[search.title].values()}
    names = [record["id"], *(name for find in _names(resource) if (name := find(record)))]
    if sought.whole in [titles.get(name) or fold(name) for name in names]:
        return "exact", (0, 0, 0)
    having = [(-sought.wholly_in(t), _number(t)) for t in titles.values() if sought.all_in(t)]
    if having:
        return "title", (1, *min(having))
    whole = sought.wholly_in(searchable(resource, record))
    return "text", (2, -whole, min(map(_number, titles.values())))


@cache
def _names(resource: Resource) -> tuple[Callable[[Any], Any], ...]:
    """What finds each of a record's names."""
    search = resource.search
    return tuple(resource.places[path].reader() for path in search.called) if search else ()


def _number(folded: str) -> int:
    """How many words a folded text has."""
    return len(folded.split())
