"""Answers that last as long as somebody else wants: who reads a stream, who makes a file.

Each holds a thread of the server. So many at once and no more: some threads stay for whatever is
answered in a moment, however many clients read slowly.
"""

from collections.abc import Callable
from contextlib import ExitStack
from threading import BoundedSemaphore

from api.wire.problems import Problem

# Fewer than the server has threads.
MOST = 4
SECONDS_TO_WAIT = 5


class LongAnswers:
    """The places of those that are being given."""

    def __init__(self, most: int = MOST) -> None:
        self._free = BoundedSemaphore(most)

    def begin(self) -> Callable[[], None]:
        """Take a place; what is returned gives it back, once. Raises Problem if none is free."""
        if not self._free.acquire(blocking=False):
            detail = "as many streams and files are being sent as can be at once; try again"
            raise Problem("unavailable", detail, headers=[("Retry-After", str(SECONDS_TO_WAIT))])
        held = ExitStack()
        held.callback(self._free.release)
        return held.close
