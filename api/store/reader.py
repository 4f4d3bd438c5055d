"""A reader: one connection, the clock that its statements run by, and what goes wrong with them."""

from collections.abc import Callable, Iterator
from math import inf
from time import monotonic
from typing import Any, TypeVar

from api.scheduling.background import Background
from api.scheduling.places import Held, NoFreePlace, Places
from api.scheduling.turns import Pace, Turns
from api.store import engine
from api.store.identity import open_known
from api.store.statement import Statement

# How many instructions of the engine pass between two looks at the clock.
STEPS = 20_000
# So many looks are a moment, a few milliseconds. What takes longer takes them twice: it is begun
# again in the background.
LOOKS = 8
# How many rows of a stream are held at a time: as many as are sent at once, and few enough for the
# memory that is near.
ROWS = 120

Row = tuple[Any, ...]
Read = TypeVar("Read")


class Timeout(Exception):
    """What is read took longer than it may."""


class Reader:
    """A connection that gives up what takes longer than `seconds`: a statement, or all that an
    answer is made of. Its thread has its turn no longer once a statement takes its time; and once
    an answer takes longer than a moment, it needs one of `places`, and the rest of it is read in
    the background. `files` are those that it reads; None if they were replaced meanwhile."""

    def __init__(
        self,
        path: str,
        seconds: float,
        trace: Callable[[str], None] | None,
        turns: Turns,
        background: Background,
        places: Places,
    ) -> None:
        self.connection, self.files = open_known(path)
        self._seconds = seconds
        self._turns, self._background, self._place = turns, background, Held(places)
        self._is_answering = False
        self._cursor: Any = None
        self._is_streaming = self._has_no_place = False
        self._deadline, self._looks_left = inf, 0
        self.connection.set_progress_handler(self._gives_up, STEPS)
        if trace:
            self.connection.set_trace_callback(trace)

    def rows(self, statement: Statement) -> list[Row]:
        """Every row of an answer that is small. Raises Timeout, NoFreePlace, Unavailable."""
        if not self._is_answering:
            self._start_clock()
        if self._looks_left:
            try:
                rows: list[Row] = self.connection.execute(*statement).fetchall()
            except engine.DatabaseError as error:
                if self._looks_left:
                    raise _explained(error) from error
                # The moment was over before.
            else:
                return rows
        return self._at_length(statement)

    def _at_length(self, statement: Statement) -> list[Row]:
        """The same in the background, where only work counts as time."""

        def read() -> list[Row]:
            # Who waits keeps the time: to look at it, the interpreter would be needed.
            self.connection.set_progress_handler(None, 0)
            try:
                return self.connection.execute(*statement).fetchall()
            finally:
                self.connection.set_progress_handler(self._gives_up, STEPS)

        left = self._deadline - monotonic()
        if left <= 0:
            raise Timeout
        self._place.take()
        try:
            rows, worked = self._background.run(read, left, self.connection.interrupt)
        except engine.DatabaseError as error:
            raise _explained(error) from error
        self._deadline = monotonic() + left - worked
        return rows

    def batches(self, statement: Statement) -> Iterator[list[Row]]:
        """The rows, a few at a time. The first ones have the time of a statement, the others have
        as long as they take: who has had some would take what is cut off for all. Raises Timeout,
        NoFreePlace, Unavailable."""
        try:
            cursor = self._streaming(lambda: self.connection.execute(*statement))
            self._cursor = cursor
            pace = self._turns.pace()
            rows = self._streaming(lambda: _some(cursor, pace))
            while rows:
                yield rows
                rows = self._streaming(lambda: _some(cursor, pace), has_begun=True)
        except engine.DatabaseError as error:
            if self._has_no_place:
                raise NoFreePlace from error
            raise _explained(error) from error

    def _streaming(self, read: Callable[[], Read], *, has_begun: bool = False) -> Read:
        """What it returns, with a clock of its own, and never begun again."""
        if has_begun:
            self._deadline = inf
        else:
            self._start_clock()
        self._is_streaming, self._has_no_place = True, False
        try:
            return read()
        finally:
            self._is_streaming = False

    def begin(self, *, answering: bool = False) -> None:
        """From here on everything that is read is of one moment. What is read for one answer has
        the time of one statement together, until it is `answered`."""
        self.connection.execute("BEGIN")
        self._is_answering = answering
        self._looks_left = LOOKS
        self._start_clock()

    def answered(self) -> None:
        """From here on each statement has its own time, and whoever sends the rows has a place."""
        self._is_answering = False
        self._place.leave_to_another()

    def end(self) -> None:
        """Ready for something else."""
        self._is_answering = False
        self._place.give_back()
        if self._cursor is not None:
            # As long as it is open, the connection goes on reading what it read.
            self._cursor.close()
            self._cursor = None
        # What ends a snapshot, and begins the next one, is not given up. The engine counts what a
        # statement did each time that it ran: even one that does next to nothing is looked at.
        self._deadline, self._looks_left = inf, 0
        self.connection.execute("ROLLBACK")

    def close(self) -> None:
        self._place.give_back()
        self.connection.close()

    def _start_clock(self) -> None:
        self._deadline = monotonic() + self._seconds

    def _gives_up(self) -> bool:
        """Whether a statement is given up: for good, or to be begun again."""
        # The first look may be due to what a statement did when it ran before.
        if self._looks_left < LOOKS:
            self._turns.leave()
        if monotonic() > self._deadline:
            return True
        if not self._looks_left:
            return False
        self._looks_left -= 1
        if self._looks_left or not self._is_streaming:
            return not self._looks_left
        # What a cursor has begun cannot be begun again: it goes on, if there is a place for it.
        try:
            self._place.take()
        except NoFreePlace:
            self._has_no_place = True
        return self._has_no_place


def _some(cursor: Any, pace: Pace) -> list[Row]:
    """Some more rows, read in turn. From the first ones on, a stream takes its time."""
    with pace:
        rows: list[Row] = cursor.fetchmany(ROWS)
    return rows


def _explained(error: engine.DatabaseError) -> Exception:
    """What the engine complains of as Timeout or Unavailable."""
    if engine.is_interrupted(error):
        return Timeout()
    return engine.Unavailable(str(error))
