"""Taking turns: of the threads that answer, one works at a time, as long as that takes a moment.

Python runs one thread at a time anyway, and hands over whenever SQLite has found a row: with four
threads on two cores, half of what a list cost was threads waking each other for nothing
(decision 42). Here who comes while another one works waits for its turn, first come, first served.
"""

from collections import deque
from threading import Lock, get_ident
from time import monotonic, sleep
from typing import Any

from api.scheduling.lead import Lead

# Who has had the turn for so many seconds while another one waits loses it: that one waits for
# something itself.
PATIENCE = 0.005
# Who goes on with what it has begun rests before each of its turns, so many seconds at most, the
# longer the more is answered meanwhile: so long where it is so many answers a second, or more. A
# stream has hundreds of turns to go through, and an answer has one.
REST, BUSY = 0.003, 600
# For so many seconds answers are counted.
WINDOW = 0.02


class Turns:
    """`with turns:` is a turn. It ends early where `leave` is called: by whoever begins something
    that takes longer than a moment, and so has no more of the `lead` either."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.lead = Lead()
        self._patience = patience
        # How many have begun so far.
        self.answers = 0
        self._lock = Lock()
        self._working: int | None = None
        self._since = 0.0
        self._waiting: deque[tuple[int, Lock]] = deque()

    def __enter__(self) -> None:
        self.answers += 1
        self._take()

    def __exit__(self, *_: Any) -> None:
        self._give_on()

    def pace(self) -> "Pace":
        """The turns of whoever goes on with what it has begun."""
        return Pace(self)

    def _take(self) -> None:
        """Wait for a turn, behind all who came before."""
        me = get_ident()
        with self._lock:
            if self._working in (None, me):
                self._begin(me)
                return
            # Held until the turn is given on, by the one who gives it.
            held = Lock()
            held.acquire()
            mine = (me, held)
            self._waiting.append(mine)
        left = self._patience
        while not held.acquire(timeout=left):
            with self._lock:
                # It may have been given in this moment, and even taken again by another one.
                if mine not in self._waiting:
                    return
                # However long the line is, nobody loses a turn that has just begun.
                left = self._since + self._patience - monotonic()
                if left <= 0:
                    self._waiting.remove(mine)
                    self._begin(me)
                    return

    def leave(self) -> None:
        """Give the turn on, if this thread has it, and begin something that takes its time."""
        self._give_on()
        self.lead.leave()

    def _give_on(self) -> None:
        """Give the turn on, if this thread has it."""
        with self._lock:
            # Another one may have taken it.
            if self._working != get_ident():
                return
            self._working = None
            if self._waiting:
                following, held = self._waiting.popleft()
                self._begin(following)
                held.release()

    def _begin(self, thread: int) -> None:
        self._working, self._since = thread, monotonic()


class Pace:
    """`with pace:` is one turn of many, after a rest if others are answered too."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._seconds = 0.0
        self._count()

    def __enter__(self) -> None:
        self._rest()
        self._turns._take()

    def __exit__(self, *_: Any) -> None:
        self._turns.leave()

    def rest(self) -> None:
        """The rest alone, before something that takes long and needs no turn."""
        self._turns.leave()
        self._rest()

    def _rest(self) -> None:
        seconds = monotonic() - self._since
        if seconds >= WINDOW:
            rate = (self._turns.answers - self._answers) / seconds
            self._seconds = REST * min(1.0, rate / BUSY)
            self._count()
        if self._seconds:
            sleep(self._seconds)

    def _count(self) -> None:
        """Count the answers from here on."""
        self._since, self._answers = monotonic(), self._turns.answers
