"""Finished answers, kept in front of the application until the data change.

A layer of WSGI that could be taken away without a change in any answer: it keeps what the
application gave out, headers and coded body as they were, and gives the same again, or a 304. What
an answer depends on is its key: the path, the query string, and what the client accepts. The
request's id is the one thing that is new in each. A request with `If-Match` is the application's
to answer; and moments (`If-Modified-Since`) are asked of what says when it changed: that is not
kept.

What the data are at is told by `state`, asked at most every `look_every` seconds; when it moves,
everything is forgotten. An answer is kept only if it did not move while the answer was made.

It cannot be flooded: it holds so many bytes and no more; once a sixteenth of them is used, an
answer is kept only when it is asked for a second time; and what was asked for again outlives what
was not.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple

from api.wire.access import new_request_id
from api.wire.answer import Headers
from api.wire.caching import NOT_REPEATED, is_fresh

LOOK_EVERY = 0.05
# What one entry costs beside its texts: objects, pointers, the table's share.
OVERHEAD = 2000
# Of the capacity, the largest part that one answer may take.
LARGEST_SHARE = 32
# Of the capacity, the part up to which an answer is kept that is asked for once. It is small: what
# is kept lies between what requests use and give back, which is then further apart (decision 27).
AT_ONCE_SHARE = 16
# How many questions are remembered that were asked once.
REMEMBERED = 4096
# Answers with one of these depend on more than the key.
DEPENDENT = frozenset(("set-cookie", "accept-ranges", "last-modified"))

STATUS_LINES = {200: "200 OK", 304: "304 NOT MODIFIED"}

Key = tuple[str, str, str | None, str | None]
Whole = tuple[int, Headers, bytes]
Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]
AtHand = Callable[[Mapping[str, Any]], Whole | None]


class Entry:
    """A finished answer. `asked_again` is what keeps it when room is made."""

    __slots__ = ("asked_again", "body", "headers", "size", "tag", "unchanged")

    def __init__(self, key: Key, headers: Headers, body: bytes) -> None:
        self.headers = [header for header in headers if header[0] != "X-Request-Id"]
        self.unchanged = [h for h in self.headers if h[0].lower() not in NOT_REPEATED]
        self.tag = next(value for name, value in headers if name == "ETag")
        self.body = body
        self.asked_again = False
        texts = sum(len(name) + len(value) for name, value in headers)
        self.size = OVERHEAD + len(body) + texts + sum(len(part or "") for part in key)


class Given(NamedTuple):
    """What the application gave to `start_response`."""

    status: str
    headers: Headers


def _may_be_at_hand(environ: Mapping[str, Any]) -> bool:
    """Whether the key is all that the answer to a request can depend on."""
    return (
        environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and "HTTP_IF_MATCH" not in environ
        and environ.get("CONTENT_LENGTH", "0") in ("", "0")
    )


def _key(environ: Mapping[str, Any]) -> Key:
    return (
        environ["PATH_INFO"],
        environ["QUERY_STRING"],
        environ.get("HTTP_ACCEPT"),
        environ.get("HTTP_ACCEPT_ENCODING"),
    )


class ResponseCache:
    """`application` with a cache of `capacity` bytes in front. `state` is None when not known."""

    def __init__(
        self,
        application: Application,
        state: Callable[[], Hashable | None],
        capacity: int,
        look_every: float = LOOK_EVERY,
    ) -> None:
        self._application = application
        self._look = state
        self._capacity = capacity
        self._look_every = look_every
        self._state: Hashable | None = None
        self._next_look = 0.0
        self._entries: dict[Key, Entry] = {}
        self._size = 0
        self._once: tuple[set[int], set[int]] = (set(), set())
        self._lock = Lock()

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        found = self.at_hand(environ)
        if found is None:
            return self.ask(environ, start_response)
        status, headers, body = found
        start_response(STATUS_LINES[status], headers)
        return [body] if body else []

    def at_hand(self, environ: Mapping[str, Any]) -> Whole | None:
        """The answer to a request if it is kept: status, headers and body. Of a request it needs no
        more than what is the client's: a server that can send what is whole does not have to make
        an `environ` before.
        """
        if not _may_be_at_hand(environ):
            return None
        now = monotonic()
        if now >= self._next_look:
            self._refresh(now)
        entry = self._entries.get(_key(environ))
        if entry is None:
            return None
        entry.asked_again = True
        own = ("X-Request-Id", new_request_id(environ))
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known is not None and (known == entry.tag or is_fresh(known, entry.tag.strip('"'))):
            return 304, [*entry.unchanged, own], b""
        body = b"" if environ["REQUEST_METHOD"] == "HEAD" else entry.body
        return 200, [*entry.headers, own], body

    def ask(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """The application's own answer, kept if it may be."""
        state = self._state
        if state is None or environ["REQUEST_METHOD"] == "HEAD" or not _may_be_at_hand(environ):
            return self._application(environ, start_response)
        key = _key(environ)
        given: list[Given] = []

        def take(status: str, headers: Headers, *_: Any) -> None:
            given[:] = [Given(status, headers)]

        parts = self._application(environ, take)
        (answer,) = given
        if answer.status.startswith("200") and self._is_wanted(key) and self._may_be_kept(answer):
            body = b"".join(parts)
            if hasattr(parts, "close"):
                parts.close()
            self._keep(key, Entry(key, answer.headers, body), state)
            parts = [body]
        start_response(answer.status, answer.headers)
        return parts

    def _refresh(self, now: float) -> None:
        """Forget everything if the data have moved. One thread looks; the others go on for as long
        again as is looked at nothing, and then they wait for it."""
        is_late = now >= self._next_look + self._look_every
        if not self._lock.acquire(blocking=is_late):
            return
        try:
            began = monotonic()
            if began < self._next_look:  # it has been looked at meanwhile
                return
            state = self._look()
            if state is None or state != self._state:
                self._entries.clear()
                self._size = 0
            self._state = state
            self._next_look = began + self._look_every
        finally:
            self._lock.release()

    def _may_be_kept(self, answer: Given) -> bool:
        named = {name.lower(): value for name, value in answer.headers}
        return (
            "etag" in named
            and named.get("cache-control", "").startswith("public")
            and 0 <= int(named.get("content-length", -1)) <= self._capacity // LARGEST_SHARE
            and DEPENDENT.isdisjoint(named)
        )

    def _is_wanted(self, key: Key) -> bool:
        """Whether to keep it: while little is kept always, then from the second time on."""
        if self._size * AT_ONCE_SHARE < self._capacity:
            return True
        asked = hash(key)
        with self._lock:
            recent, before = self._once
            if asked in recent or asked in before:
                return True
            recent.add(asked)
            if len(recent) >= REMEMBERED:
                self._once = (set(), recent)
        return False

    def _keep(self, key: Key, entry: Entry, state: Hashable) -> None:
        with self._lock:
            if state != self._state:
                return
            replaced = self._entries.pop(key, None)
            self._size -= replaced.size if replaced else 0
            self._entries[key] = entry
            self._size += entry.size
            while self._size > self._capacity:
                oldest = next(iter(self._entries))
                found = self._entries.pop(oldest)
                if found.asked_again:
                    # Another round, at the end of the line.
                    found.asked_again = False
                    self._entries[oldest] = found
                else:
                    self._size -= found.size
