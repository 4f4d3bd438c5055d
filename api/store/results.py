"""What is read: the shapes in which a snapshot gives its answers."""

from typing import Any, NamedTuple

from schemas.aggregate import Cell


class Release(NamedTuple):
    """A data version, when it came, which one is the newest, and the hash of all up to it."""

    version: int
    released_at: str
    newest: int
    hash: str

    @property
    def at(self) -> int | None:
        """The version to ask the tables for: None, the faster way, when it is the newest."""
        return None if self.version == self.newest else self.version


class DatasetRelease(NamedTuple):
    """When a data set first came and last changed, and of which resources it has records."""

    dataset: str
    first: str
    last: str
    resources: tuple[str, ...]


class RowPage(NamedTuple):
    """A page of rows: their bodies (UTF-8), the sort keys of the last one, whether more follow."""

    bodies: list[bytes]
    last: tuple[Any, ...] | None
    more: bool


class Count(NamedTuple):
    """How many rows match, as far as was counted."""

    number: int
    exact: bool


class TextSeen(NamedTuple):
    """A source's text was seen; `matched` says whether the digits stood at their place."""

    at: str
    version: int
    matched: bool


class CellPage(NamedTuple):
    """A page of the cells of a sum; how many there are, and how many figures of all of them hold
    for each of several regions and are counted once."""

    cells: list[Cell]
    number: int
    each_counted_once: int
