"""Answers that last as long as somebody else wants: who reads a stream, who makes a file."""

from collections.abc import Callable
from contextlib import ExitStack

from api.scheduling.places import Places

# Of the places for whatever holds a thread, as many and no more: however slowly clients read, some
# stay for what is only read at length.
STREAMS = 4


class LongAnswers:
    """The places of those that are being given, each of which is one of `held` too."""

    def __init__(self, held: Places, most: int = STREAMS) -> None:
        self._held, self._streams = held, Places(most)

    def begin(self) -> Callable[[], None]:
        """Take a place; what is returned gives it back, and called twice does no more. Raises
        NoFreePlace."""
        with ExitStack() as taken:
            taken.callback(self._streams.take())
            taken.callback(self._held.take())
            return taken.pop_all().close
