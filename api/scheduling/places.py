"""Places for what holds a thread of the server longer than a moment: a statement that is read at
length, a stream that somebody reads slowly, a file that is made.

So many at once and no more: some threads stay for whatever is answered in a moment (decision 44).
"""

from collections.abc import Callable
from threading import BoundedSemaphore

# Fewer than the server has threads.
MOST = 8


class NoFreePlace(Exception):
    """As many hold a thread as may at once."""


class Places:
    """So many places, each for one at a time."""

    def __init__(self, most: int = MOST) -> None:
        self._free = BoundedSemaphore(most)

    def take(self) -> Callable[[], None]:
        """Take a place; what is returned gives it back, and is called once. Raises NoFreePlace."""
        if not self._free.acquire(blocking=False):
            raise NoFreePlace
        return self._free.release


class Held:
    """The one place of `places` that an answer holds, if it holds any."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._give: Callable[[], None] | None = None

    def take(self) -> None:
        """Take a place, unless there is one already. Raises NoFreePlace."""
        if self._give is None:
            self._give = self._places.take()

    def give_back(self) -> None:
        """Give it back, if there is one."""
        if self._give is not None:
            self._give()
            self._give = None

    def leave_to_another(self) -> None:
        """Give it back, and need none: somebody else has one for what this one does."""
        self.give_back()
        self._give = _nothing


def _nothing() -> None:
    """What gives a place back that somebody else took."""
