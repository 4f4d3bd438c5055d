"""What every response carries, whatever it says: who may read it, how it is guarded, its id."""

import os
import re
from collections.abc import Mapping, MutableMapping
from itertools import count
from random import getrandbits
from typing import Any

from api.wire.answer import Answer, Environ

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
EXPOSED = (
    "ETag, Link, Quipu-Data-Version, Retry-After, X-Request-Id, Content-Disposition, "
    "Accept-Ranges, Content-Range, Repr-Digest, Allow, Deprecation, Sunset"
)
# Whatever a page sends along: nothing is answered by who asks, and wrappers add names of their own.
ALLOWED = "*"
GUARDS = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", EXPOSED),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
)
# An answer of the API is data: nothing in it may run or load anything.
CONTENT_SECURITY_POLICY = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")


class RequestIds:
    """Ids for requests: what no other process begins with, and a number.

    They are names and no secrets: to ask the system for one, the interpreter would be let go of,
    and that is a tenth of an answer that is kept.
    """

    __slots__ = ("next",)

    def __init__(self) -> None:
        self._begin()
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self.next = map(f"{getrandbits(64):016x}-".__add__, map(str, count(1))).__next__


OURS = RequestIds()


def new_request_id(environ: Mapping[str, Any]) -> str:
    """The client's id for its request if it is a plain one, else one of ours."""
    given: str | None = environ.get("HTTP_X_REQUEST_ID")
    return given if given and REQUEST_ID.fullmatch(given) else OURS.next()


def request_id(environ: MutableMapping[str, Any]) -> str:
    """The id of a request that is being answered: the same whoever asks for it."""
    id_: str | None = environ.get("quipu.request_id")
    if id_ is None:
        id_ = environ["quipu.request_id"] = new_request_id(environ)
    return id_


def guard(environ: Environ, answer: Answer) -> Answer:
    """Add the headers that every response has."""
    said = dict(answer.headers)
    answer.headers += (("X-Request-Id", request_id(environ)), *GUARDS)
    if CONTENT_SECURITY_POLICY[0] not in said:
        answer.headers.append(CONTENT_SECURITY_POLICY)
    if "Allow" in said:
        allowed = ", ".join(sorted(said["Allow"].replace(",", " ").split()))
        answer.headers[:] = [h for h in answer.headers if h[0] != "Allow"]
        answer.headers.append(("Allow", allowed))
        if environ["REQUEST_METHOD"] == "OPTIONS" and answer.status == 200:
            answer.headers += (
                ("Access-Control-Allow-Methods", allowed),
                ("Access-Control-Allow-Headers", ALLOWED),
                ("Access-Control-Max-Age", "86400"),
            )
    return answer
