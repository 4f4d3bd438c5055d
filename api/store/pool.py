"""The database, for all who read it at once: connections are kept, and lent to one at a time."""

from collections import deque
from collections.abc import Callable, Hashable
from time import monotonic
from typing import Any

from api.scheduling.background import Background
from api.scheduling.places import Places
from api.scheduling.turns import Turns
from api.store import engine
from api.store.identity import Identity, identity, open_known
from api.store.plenty import Plenty
from api.store.reader import Reader
from api.store.snapshot import Snapshot

# How long a file that takes the place of the database may go unnoticed, in seconds.
LOOK_EVERY = 0.05
# How often a file is opened that is replaced meanwhile.
TRIES = 3


class Store:
    """The database, for readers. Connections are kept and used by one snapshot at a time, until
    another file takes the place of theirs. `turns` are those of whoever answers from it, `places`
    those of whoever holds a thread longer than a moment."""

    def __init__(
        self,
        path: str,
        statement_timeout_ms: int,
        trace: Callable[[str], None] | None = None,
    ) -> None:
        self.path = path
        self.turns, self.places = Turns(), Places()
        self._background = Background()
        self._seconds = statement_timeout_ms / 1000
        self._trace = trace
        self._idle: deque[Reader] = deque()
        self._files: Identity | None = None
        self._next_look = 0.0
        self.plenty = Plenty()
        self._pulse: tuple[Any, Identity | None] | None = None

    def snapshot(self, *, answering: bool = False) -> "Lent":
        """A snapshot for the length of a `with`. Raises Unavailable; Timeout where a statement, or
        all that is read while `answering`, takes longer than it may."""
        return Lent(self, answering)

    def lend(self) -> Reader:
        """A reader that nobody else uses. Raises Unavailable."""
        if monotonic() >= self._next_look:
            self._look()
        while self._idle:
            try:
                reader = self._idle.pop()
            except IndexError:  # another thread has taken the last one
                break
            if reader.files == self._files:
                return reader
            reader.close()
        return self._opened()

    def _opened(self) -> Reader:
        """A new reader, of the files that are there once it is open: whoever is late with it would
        answer from what others know to be gone. Raises Unavailable."""
        for _ in range(TRIES):
            reader = Reader(
                self.path, self._seconds, self._trace, self.turns, self._background, self.places
            )
            self._look()
            if reader.files is not None and reader.files == self._files:
                return reader
            reader.close()
        raise engine.Unavailable(f"{self.path}: is being replaced")

    def take_back(self, reader: Reader) -> None:
        if reader.files == self._files:
            self._idle.append(reader)
        else:
            reader.close()

    def _look(self) -> None:
        """Which files it is that are read. What was opened before others took their place would go
        on reading the old ones, which have no name any more: a log without a name is still read
        with whatever file it was opened beside."""
        self._next_look = monotonic() + LOOK_EVERY
        try:
            self._files = identity(self.path)
        except OSError:
            self._files = None

    def pulse(self) -> Hashable | None:
        """Another value whenever something has been written, or the file replaced; None if it
        cannot be told. One thread at a time."""
        try:
            if self._pulse is None or self._pulse[1] != identity(self.path):
                self._stop_pulse()
                # Who is told of other files must be answered from these.
                self._next_look = 0.0
                self._pulse = open_known(self.path)
            connection, files = self._pulse
            return files, engine.writes_seen(connection)
        except (OSError, engine.DatabaseError, engine.Unavailable):
            self._stop_pulse()
            return None

    def _stop_pulse(self) -> None:
        if self._pulse is not None:
            connection, _ = self._pulse
            connection.close()
            self._pulse = None

    def check(self) -> None:
        """Raises Unavailable unless the database can be read, is of this layout and has data."""
        with self.snapshot() as snapshot:
            snapshot.refuse_other_layout()
            if snapshot.release(None) is None:
                raise engine.Unavailable("no data has been loaded: run `quipu load`")

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._background.close()
        self._stop_pulse()
        while self._idle:
            self._idle.pop().close()


class Lent:
    """A reader, lent for one snapshot, and given back when the `with` ends; or later.

    One that the engine complained of is not used again; whatever else goes wrong is no fault of it.
    """

    __slots__ = ("_answering", "_outlives", "_reader", "_store")

    def __init__(self, store: Store, answering: bool) -> None:
        self._store, self._answering = store, answering
        self._reader: Reader | None = None
        self._outlives = False

    def __enter__(self) -> Snapshot:
        reader = self._reader = self._store.lend()
        try:
            reader.begin(answering=self._answering)
        except engine.DatabaseError as error:
            reader.close()
            raise engine.Unavailable(str(error)) from error
        return Snapshot(reader, self._store.plenty)

    def __exit__(self, _: Any, error: BaseException | None, __: Any) -> None:
        if error is None:
            if not self._outlives:
                self._give_back()
        elif isinstance(error, engine.DatabaseError | engine.Unavailable):
            if self._reader:
                self._reader.close()
            if isinstance(error, engine.DatabaseError):
                raise engine.Unavailable(str(error)) from error
        else:
            self._give_back()

    def outlive(self) -> Callable[[], None]:
        """Let the snapshot last beyond the `with`, until what is returned is called."""
        self._outlives = True
        if self._reader:
            self._reader.answered()
        return self._give_back

    def _give_back(self) -> None:
        reader, self._reader = self._reader, None
        if reader is None:
            return
        try:
            reader.end()
        except engine.DatabaseError:  # what was read is read all the same
            reader.close()
        else:
            self._store.take_back(reader)
