"""Taking turns: of the threads that answer, one works at a time, as long as that takes a moment.

Python runs one thread at a time anyway, and hands over whenever SQLite has found a row: with four
threads on two cores, half of what a list cost was threads waking each other for nothing
(decision 42). Here who comes while another one works waits for its turn, first come, first served.
"""

from collections import deque
from threading import Lock, get_ident
from typing import Any

# Who has waited so many seconds takes the turn from whoever has it: that one waits for something.
PATIENCE = 0.005


class Turns:
    """`with turns:` is a turn. It ends early where `leave` is called: by whoever begins something
    that takes longer than a moment."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._lock = Lock()
        self._working: int | None = None
        self._waiting: deque[tuple[int, Lock]] = deque()

    def __enter__(self) -> None:
        me = get_ident()
        with self._lock:
            if self._working in (None, me):
                self._working = me
                return
            # Held until the turn is given on, by the one who gives it.
            held = Lock()
            held.acquire()
            mine = (me, held)
            self._waiting.append(mine)
        if held.acquire(timeout=self._patience):
            return
        with self._lock:
            # It may have been given in this moment, and even taken again by another one.
            if mine in self._waiting:
                self._waiting.remove(mine)
                self._working = me

    def __exit__(self, *_: Any) -> None:
        self.leave()

    def leave(self) -> None:
        """Give the turn on, if this thread has it."""
        with self._lock:
            # Another one may have taken it.
            if self._working != get_ident():
                return
            self._working = None
            if self._waiting:
                self._working, held = self._waiting.popleft()
                held.release()
