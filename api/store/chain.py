"""Rows that are chained: each has the hash of the one before it in its own, so none can be altered,
put between or taken away without a link that no longer holds."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

GENESIS = "0" * 64


class Chained(Protocol):
    """A row; `number` is 1 for the first, and one more for each."""

    @property
    def number(self) -> int: ...

    @property
    def previous_hash(self) -> str: ...

    @property
    def hash(self) -> str: ...


Row = TypeVar("Row", bound=Chained)


def altered(
    rows: Iterable[Row],
    name: str,
    was: str,
    hash_of: Callable[[Row], str],
    fault_of: Callable[[Row], str] = lambda row: "",
) -> Iterator[str]:
    """A sentence for each row that is missing, is chained to another one, or says something else
    than what `was` written; or has a fault of its own, though it is as it was."""
    previous, expected = GENESIS, 1
    for row in rows:
        if row.number != expected:
            yield f"{name} {expected} is missing"
        if row.previous_hash != previous:
            yield f"{name} {row.number} is not chained to the one before"
        if hash_of(row) != row.hash:
            yield f"{name} {row.number} is not what was {was}"
        elif fault := fault_of(row):
            yield f"{name} {row.number} {fault}"
        previous, expected = row.hash, row.number + 1
