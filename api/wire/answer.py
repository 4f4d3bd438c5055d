"""An answer as it is sent: a status, headers, and a body that is whole or a stream.

It is what a WSGI server calls. Nothing in it knows Flask: what is set here is what is sent.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain
from typing import Any

from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wsgi import ClosingIterator

from api.wire.body import Body, encoded

Headers = list[tuple[str, str]]
Environ = dict[str, Any]
WITHOUT_BODY = (204, 304)
# Bytes of a stream that are made before the first is sent; what has no more is sent whole, and
# holds up nobody however slowly it is read.
LITTLE = 1 << 17


class Answer:
    """`body` is bytes, or an iterator that gives them; `ended` is called when a stream is over, and
    when it is closed or given up: twice does no more than once. Header names are spelt as they are
    registered."""

    __slots__ = ("body", "ended", "headers", "status")

    def __init__(
        self,
        body: bytes | Iterator[bytes] = b"",
        headers: Iterable[tuple[str, str]] = (),
        status: int = 200,
        ended: Callable[[], None] | None = None,
    ) -> None:
        self.body = body
        self.headers: Headers = list(headers)
        self.status = status
        self.ended = ended

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        body, headers = self.body, self.headers
        silent = environ["REQUEST_METHOD"] == "HEAD" or self.status in WITHOUT_BODY
        if isinstance(body, bytes):
            if self.status not in WITHOUT_BODY:
                headers.append(("Content-Length", str(len(body))))
            start_response(status_line(self.status), headers)
            # A server has less work with a list than with parts that may still come.
            return [] if silent else [body]
        start_response(status_line(self.status), headers)
        if silent:
            if self.ended:
                self.ended()
            return []
        return ClosingIterator(self._to_its_end(body), self.ended)

    def _to_its_end(self, body: Iterator[bytes]) -> Iterator[bytes]:
        """A stream, which is over with its last part, whenever the server closes it."""
        yield from body
        if self.ended:
            self.ended()


# What no reader takes for a line or a row; other forms are not finished without their last part.
CUT_OFF = {
    "application/x-ndjson": b'\n{"cut off: this answer is not whole',
    "text/csv": b'\r\n"cut off: this answer is not whole',
}


@cache
def status_line(status: int) -> str:
    return f"{status} {HTTP_STATUS_CODES[status].upper()}"


def begun(parts: Iterable[Body]) -> bytes | Iterator[bytes]:
    """All of a stream where there is little of it; else its parts, some of them made: what goes
    wrong at once is a problem in time. Of these it is not known how long they are."""
    made, rest = [], encoded(parts)
    left = LITTLE
    for part in rest:
        made.append(part)
        left -= len(part)
        if left < 0:
            return chain((b"".join(made),), rest)
    return b"".join(made)


def noticeable(parts: Iterator[bytes], content_type: str) -> Iterator[bytes]:
    """A stream that ends otherwise where it fails half-way. Its status is sent by then, and a
    server may end it as if it was all: of lines, what came would be whole."""
    try:
        yield from parts
    except Exception:
        yield CUT_OFF.get(content_type.partition(";")[0], b"")
        raise


def whole(parts: Iterable[Body]) -> bytes:
    """The parts of a body as one."""
    return b"".join(encoded(parts))
