"""Who looks for requests: as long as one thread can answer all, it does, and the others rest.

Threads of a server wait for requests of their own accord, and each that takes one asks for the
interpreter, in the middle of another's answer. With ten of them on two cores that was a third of
what a list costs (decision 45). So a thread that has handed over an answer looks for no further
request while another one leads: that one will. Who does something that takes longer than a moment
leads no further, and neither does who has not been seen for some time, whatever it does: nothing,
perhaps.
"""

from collections import deque
from threading import Event, Lock, get_ident
from time import monotonic

# Who has handed over nothing for so many seconds leads no further.
LOOK = 0.01


class Lead:
    """The lead among the threads that answer. One has it, or none."""

    def __init__(self, look: float = LOOK) -> None:
        self._look = look
        self._lock = Lock()
        self._leader: int | None = None
        self._seen = 0.0
        self._resting: deque[Event] = deque()

    def answered(self) -> None:
        """Rest, if another thread leads, until none does. To be called when an answer has been
        handed over, and nothing else is in hand."""
        if self._leader == get_ident():
            self._seen = monotonic()
            return
        with self._lock:
            if self._is_free():
                self._begin()
                return
            call = Event()
            self._resting.append(call)
        while not self._is_wanted(call):
            # The first one watches.
            call.wait(self._look if self._resting[0] is call else None)
            call.clear()

    def leave(self) -> None:
        """Lead no further: this thread does something that takes longer than a moment."""
        if self._leader != get_ident():
            return
        with self._lock:
            self._leader = None
            self._call_first()

    def _is_wanted(self, call: Event) -> bool:
        """Whether the one who rests with this call leads from now on; the next one watches then."""
        with self._lock:
            if self._resting[0] is not call or not self._is_free():
                return False
            self._begin()
            self._resting.popleft()
            self._call_first()
            return True

    def _is_free(self) -> bool:
        return self._leader is None or monotonic() >= self._seen + self._look

    def _begin(self) -> None:
        self._leader, self._seen = get_ident(), monotonic()

    def _call_first(self) -> None:
        if self._resting:
            self._resting[0].set()
