"""Much of something, some of it at a time: no more is held, and no statement takes more."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """So many at a time."""
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some
