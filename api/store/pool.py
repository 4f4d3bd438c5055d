"""The database, for all who read it at once: connections are kept, and lent to one at a time."""

from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any

from api.store import engine
from api.store.read import Snapshot
from api.store.reader import Reader


class Store:
    """The database, for readers. Connections are kept and used by one snapshot at a time."""

    def __init__(
        self,
        path: str,
        statement_timeout_ms: int,
        trace: Callable[[str], None] | None = None,
    ) -> None:
        self.path = path
        self._seconds = statement_timeout_ms / 1000
        self._trace = trace
        self._idle: deque[Reader] = deque()
        self._pulse: tuple[Hashable, Any] | None = None

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """A snapshot for the length of the block. Raises Unavailable, Timeout.

        A connection that the engine complained of is not used again; whatever else goes wrong in
        the block is no fault of it.
        """
        try:
            reader = self._idle.pop()
        except IndexError:
            reader = Reader(self.path, self._seconds, self._trace)
        healthy = True
        try:
            reader.begin()
            yield Snapshot(reader)
        except engine.DatabaseError as error:
            healthy = False
            raise engine.Unavailable(str(error)) from error
        except engine.Unavailable:
            healthy = False
            raise
        finally:
            if healthy:
                reader.end()
                self._idle.append(reader)
            else:
                reader.close()

    def pulse(self) -> Hashable | None:
        """Another value whenever something has been written, or the file replaced; None if it
        cannot be told. One thread at a time."""
        try:
            file = engine.identity(self.path)
            if self._pulse is None or self._pulse[0] != file:
                self._stop_pulse()
                self._pulse = (file, engine.open_reader(self.path))
            return file, engine.writes_seen(self._pulse[1])
        except (OSError, engine.DatabaseError, engine.Unavailable):
            self._stop_pulse()
            return None

    def _stop_pulse(self) -> None:
        if self._pulse is not None:
            self._pulse[1].close()
            self._pulse = None

    def check(self) -> None:
        """Raises Unavailable unless the database can be read, is of this layout and has data."""
        with self.snapshot() as snapshot:
            if not snapshot.is_current():
                raise engine.Unavailable("the database has another layout: run `quipu load`")
            if snapshot.release(None) is None:
                raise engine.Unavailable("no data has been loaded: run `quipu load`")

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._stop_pulse()
        while self._idle:
            self._idle.pop().close()
