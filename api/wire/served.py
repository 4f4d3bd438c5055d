"""The application, as a server has it."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from api.wire.cache import Application, AtHand, Start


class Served:
    """The application, as any WSGI server calls it.

    A server that can do more looks first what is `at_hand` for the client's part of an `environ`,
    and sends it as it is; of what is not, it calls `answer`, as it would call the application. When
    it has handed over an answer it calls `answered`: its thread may rest there.
    """

    __slots__ = ("answer", "answered", "application", "at_hand")

    def __init__(
        self,
        application: "Application",
        answered: Callable[[], None],
        at_hand: "AtHand | None" = None,
        answer: "Application | None" = None,
    ) -> None:
        self.application, self.answered = application, answered
        self.at_hand, self.answer = at_hand, answer or application

    def __call__(self, environ: dict[str, Any], start_response: "Start") -> Iterable[bytes]:
        return self.application(environ, start_response)
