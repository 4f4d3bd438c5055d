"""Which of the rows that were there before a load are still said: a bit for each."""

from array import array
from collections.abc import Iterable, Sequence

from api.store.passing import Wrong


class StillSaid:
    """The rows up to the number `last`, none of which is said yet."""

    def __init__(self, last: int) -> None:
        self._last = last
        self._bits = bytearray(last // 8 + 1)

    def mark(self, row: int) -> None:
        """Note that the record of a row is still there. Raises Wrong if that was noted before, or
        if this load wrote the row."""
        byte, bit = row >> 3, 1 << (row & 7)
        if row > self._last or self._bits[byte] & bit:
            raise Wrong("id")
        self._bits[byte] |= bit

    def others(self, rows: Iterable[tuple[int]]) -> Sequence[int]:
        """Those of some rows that are no longer said."""
        said = self._bits
        return array("q", (row for (row,) in rows if not said[row >> 3] & 1 << (row & 7)))
