"""The application, as a server has it."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from api.wire.cache import Application, Start


class Served:
    """The application, as any WSGI server calls it. A server that can say when it has handed over
    an answer calls `answer`, and then `answered`: its thread may rest there."""

    __slots__ = ("answer", "answered")

    def __init__(self, answer: "Application", answered: Callable[[], None]) -> None:
        self.answer, self.answered = answer, answered

    def __call__(self, environ: dict[str, Any], start_response: "Start") -> Iterable[bytes]:
        return self.answer(environ, start_response)
