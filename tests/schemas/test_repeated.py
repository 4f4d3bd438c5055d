"""What stands twice where each may stand once."""

from collections.abc import Iterable
from typing import Any

import pytest

from schemas.codelist import CodelistSchema
from schemas.repeated import repeated


class Counted(str):
    """A text that counts how often it is held against another one."""

    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return super().__eq__(other)


@pytest.mark.parametrize(
    ("words", "twice"),
    [("", None), ("abc", None), ("abcb", "b"), ("abba", "a"), ([""] * 2, "")],
)
def test_the_first_that_stands_again_is_told(words: Iterable[str], twice: str | None) -> None:
    assert repeated(words) == twice


def test_of_many_each_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Counted, "compared", 0)
    many = [Counted(number) for number in range(1000)]
    assert repeated(many) is None
    entries: Any = {"concept": "anything", "codes": [{"code": code} for code in many]}
    CodelistSchema().check_codes(entries)
    assert repeated([*many, Counted(999)]) == "999"
    assert Counted.compared < 10
