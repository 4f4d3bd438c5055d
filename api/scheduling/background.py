"""The background: what takes long, at a low priority (decision 43).

A thread that has lowered its priority may not raise it again, unless its process is privileged. So
what is long is read in threads of their own.
"""

import time
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from api.scheduling.processor import OF_A_THREAD, stand_back, work_clock

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

Read = TypeVar("Read")

# More than there are threads that answer: nobody waits for another's statement.
THREADS = 64
# How many times as long as it may work it may take, where it waits for others. It holds a thread
# that answers meanwhile, and a place: it keeps nobody else from being answered (decision 44).
LONGEST = 10
# Seconds between two looks at how long it has worked, at least.
BETWEEN_LOOKS = 0.01


class Background:
    """Runs what takes long at a low priority, while whoever asked for it waits."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._threads: ThreadPoolExecutor | None = None

    def run(
        self, read: Callable[[], Read], seconds: float, give_up: Callable[[], None]
    ) -> tuple[Read, float]:
        """What it returns, and how many seconds it worked; or what it raises. `give_up` is called
        once it has worked for `seconds`, or has taken several times as long, until it ends."""
        from concurrent.futures import wait  # noqa: PLC0415

        clocks: list[Callable[[], float]] = []

        def work() -> tuple[Read, float]:
            worked = work_clock()
            clocks.append(worked)
            return read(), worked()

        future = self._started().submit(work)
        last = time.monotonic() + LONGEST * seconds
        left = seconds
        try:
            while not wait([future], max(left, BETWEEN_LOOKS)).done:
                worked = clocks[0]() if clocks else 0.0
                left = min(seconds - worked, last - time.monotonic())
                if left <= 0:
                    # Again and again: what has not begun yet does not hear it.
                    give_up()
        except BaseException:
            # A command that is interrupted would wait for it at its end.
            give_up()
            raise
        return future.result()

    def close(self) -> None:
        """End the threads, once they are done."""
        with self._lock:
            threads, self._threads = self._threads, None
        if threads:
            threads.shutdown()

    def _started(self) -> "ThreadPoolExecutor":
        # Most services never need it: a start is spared the import.
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(
                    THREADS, "background", stand_back if OF_A_THREAD else None
                )
            return self._threads
