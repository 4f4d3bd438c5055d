"""The cache: gives the same answer again, forgets when the data move, holds no more than it may."""

import shutil
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from time import sleep
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import create_environ, run_wsgi_app

from api.store.engine import open_writer
from api.store.load import Clock, load_dataset
from api.wire.cache import LOOK_EVERY, Headers, ResponseCache
from tests.store.generated import bundle_of, figure

KEPT: Headers = [
    ("Content-Type", "text/plain"),
    ("ETag", '"tag"'),
    ("Cache-Control", "public, max-age=0"),
    ("Link", "</>"),
]
ROOM = 1 << 20


class Application:
    """Counts how often it is asked; its answer names the state and the question."""

    def __init__(self) -> None:
        self.asked = 0
        self.paths: Counter[str] = Counter()
        self.status = "200 OK"
        self.headers = KEPT
        self.length: int | None = None
        self.state: Any = 1
        self.closed = 0
        self.meanwhile: Callable[[], None] = lambda: None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.asked += 1
        self.paths[environ["PATH_INFO"]] += 1
        body = f"{self.state} {environ['PATH_INFO']}?{environ['QUERY_STRING']}".encode()
        body += b"." * ((self.length or len(body)) - len(body))
        self.meanwhile()
        length = [] if self.length == 0 else [("Content-Length", str(len(body)))]
        own = ("X-Request-Id", environ.get("HTTP_X_REQUEST_ID", "one of ours"))
        start_response(self.status, [*self.headers, *length, own])
        return Parts(self, [body[:2], body[2:]])


class Parts(list[bytes]):
    def __init__(self, application: Application, parts: list[bytes]) -> None:
        super().__init__(parts)
        self._application = application

    def close(self) -> None:
        self._application.closed += 1


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
def cache(application: Application) -> ResponseCache:
    return ResponseCache(application, lambda: application.state, ROOM, look_every=0)


def ask(
    cache: ResponseCache, path: str = "/a", **more: Any
) -> tuple[bytes, str, list[tuple[str, str]]]:
    """(body, status, headers)."""
    parts, status, headers = run_wsgi_app(cache, create_environ(path, **more), buffered=True)
    return b"".join(parts), status, list(headers)


def test_what_was_answered_is_given_again(cache: ResponseCache, application: Application) -> None:
    first, second = ask(cache), ask(cache)
    assert first[:2] == second[:2] == (b"1 /a?", "200 OK")
    assert first[2][:-1] == second[2][:-1]
    assert application.asked == 1
    assert application.closed == 1


def test_each_answer_has_its_own_request_id(cache: ResponseCache) -> None:
    ask(cache, headers={"X-Request-Id": "mine"})
    ids = [dict(ask(cache, headers=h)[2])["X-Request-Id"] for h in ({}, {}, {"X-Request-Id": "me"})]
    assert len(set(ids)) == 3
    assert ids[2] == "me"
    assert "mine" not in ids


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/b"},
        {"path": "/a?q=1"},
        {"headers": {"Accept": "text/csv"}},
        {"headers": {"Accept-Encoding": "br"}},
    ],
    ids=str,
)
def test_what_an_answer_depends_on_is_its_key(
    cache: ResponseCache, application: Application, other: dict[str, Any]
) -> None:
    ask(cache)
    ask(cache, **other)
    assert application.asked == 2


def test_when_the_data_move_everything_is_forgotten(
    cache: ResponseCache, application: Application
) -> None:
    ask(cache)
    application.state = 2
    assert ask(cache)[0] == b"2 /a?"
    assert ask(cache)[0] == b"2 /a?"
    assert application.asked == 2


@pytest.mark.parametrize("clients", [2, 16])
def test_who_comes_while_another_one_looks_gets_nothing_older_than_that(
    application: Application, clients: int
) -> None:
    """As all do who come at once after a quiet while."""

    def state() -> int:
        found: int = application.state
        sleep(0.01)  # as whoever looks lets go of the interpreter
        return found

    cache = ResponseCache(application, state, ROOM, look_every=0.02)
    assert ask(cache)[0].startswith(b"1 ")
    application.state = 2
    sleep(0.05)
    together = Barrier(clients)

    def answer(_: int) -> bytes:
        together.wait(30)
        return ask(cache)[0]

    with ThreadPoolExecutor(clients) as pool:
        answers = list(pool.map(answer, range(clients)))
    assert {body[:2] for body in answers} == {b"2 "}


def test_while_nobody_knows_where_the_data_are_nothing_is_kept(
    cache: ResponseCache, application: Application
) -> None:
    ask(cache)
    application.state = None
    assert [ask(cache)[0] for _ in range(2)] == [b"None /a?"] * 2
    assert application.asked == 3


def test_an_answer_made_while_the_data_moved_is_not_kept(
    cache: ResponseCache, application: Application
) -> None:
    def move() -> None:
        application.meanwhile = lambda: None
        application.state = 2
        ask(cache, "/other")  # who looks, notices

    application.meanwhile = move
    assert ask(cache)[0] == b"1 /a?"
    assert ask(cache)[0] == b"2 /a?"


def test_a_known_tag_is_a_304_without_what_belongs_to_a_body(cache: ResponseCache) -> None:
    ask(cache)
    for known in ('"tag"', 'W/"tag"', '"other", "tag"', "*"):
        body, status, headers = ask(cache, headers={"If-None-Match": known})
        assert (body, status) == (b"", "304 NOT MODIFIED")
        assert [name for name, _ in headers] == ["ETag", "Cache-Control", "X-Request-Id"]
    assert ask(cache, headers={"If-None-Match": '"other"'})[1] == "200 OK"


def test_head_is_answered_from_what_get_was(cache: ResponseCache, application: Application) -> None:
    got = ask(cache)
    head = ask(cache, method="HEAD")
    assert head[0] == b""
    assert head[2][:-1] == got[2][:-1]
    assert application.asked == 1


def test_head_alone_is_not_kept(cache: ResponseCache, application: Application) -> None:
    ask(cache, method="HEAD")
    assert ask(cache)[0] == b"1 /a?"
    assert application.asked == 2


def of_the_client(environ: dict[str, Any]) -> dict[str, Any]:
    """What a server knows of a request before it makes an `environ`."""
    return {name: value for name, value in environ.items() if name.isupper()}


@pytest.mark.parametrize("known", [None, '"tag"', '"other"'])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_at_hand_is_what_the_layer_answers(
    cache: ResponseCache, method: str, known: str | None
) -> None:
    own = {"If-None-Match": known} if known else {}
    more: dict[str, Any] = {"method": method, "headers": {"X-Request-Id": "mine", **own}}
    asked = of_the_client(create_environ("/a", **more))
    assert cache.at_hand(asked) is None
    ask(cache)
    found = cache.at_hand(asked)
    assert found
    status, headers, body = found
    said = ask(cache, **more)
    assert (body, headers, status) == (said[0], said[2], int(said[1][:3]))


def test_an_answer_that_was_not_at_hand_is_the_next_time(
    cache: ResponseCache, application: Application
) -> None:
    """As a server has it that looks itself before it asks."""
    asked = create_environ("/a")
    assert cache.at_hand(asked) is None
    given = run_wsgi_app(cache.ask, asked, buffered=True)
    found = cache.at_hand(asked)
    assert found
    assert found[2] == b"".join(given[0])
    assert application.asked == 1


@pytest.mark.parametrize(
    "request_",
    [{"method": "POST"}, {"method": "OPTIONS"}, {"data": b"a body"}, {"method": "PATCH"}],
    ids=str,
)
def test_other_requests_pass(
    cache: ResponseCache, application: Application, request_: dict[str, Any]
) -> None:
    ask(cache)
    ask(cache, **request_)
    ask(cache, **request_)
    assert application.asked == 3
    assert cache.at_hand(of_the_client(create_environ("/a", **request_))) is None


@pytest.mark.parametrize(
    "change",
    [
        {"status": "404 NOT FOUND"},
        {"status": "206 PARTIAL CONTENT"},
        {"headers": [header for header in KEPT if header[0] != "ETag"]},
        {"headers": [header for header in KEPT if header[0] != "Cache-Control"]},
        {"headers": [*KEPT[:2], ("Cache-Control", "no-store")]},
        {"headers": [*KEPT, ("Set-Cookie", "a=b")]},
        {"headers": [*KEPT, ("Accept-Ranges", "bytes")]},
        {"length": 0},
        {"length": ROOM // 16},
    ],
    ids=str,
)
def test_only_what_is_whole_public_and_tagged_is_kept(
    cache: ResponseCache, application: Application, change: dict[str, Any]
) -> None:
    for name, value in change.items():
        setattr(application, name, value)
    assert ask(cache)[:2] == ask(cache)[:2]
    assert application.asked == 2


def test_an_error_of_the_application_leaves_nothing_behind(
    cache: ResponseCache, application: Application
) -> None:
    def fail() -> None:
        raise RuntimeError

    application.meanwhile = fail
    with pytest.raises(RuntimeError):
        ask(cache)
    application.meanwhile = lambda: None
    assert ask(cache)[1] == "200 OK"


def held(cache: ResponseCache) -> int:
    """What the entries take, counted anew."""
    return sum(entry.size for entry in cache._entries.values())


@given(asked=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 3)), max_size=300))
def test_it_holds_no_more_than_it_may_and_says_what_the_application_says(
    asked: list[tuple[int, int]],
) -> None:
    application = Application()
    cache = ResponseCache(application, lambda: application.state, 40_000, look_every=0)
    for number, state in asked:
        application.state = state
        application.length = 100 + number
        expected = f"{state} /{number}?".encode()
        assert ask(cache, f"/{number}")[0].rstrip(b".") == expected
        assert held(cache) == cache._size <= 40_000


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_flood_of_questions_does_not_drive_out_what_is_asked_again(
    cache: ResponseCache, application: Application, times: int
) -> None:
    for number in range(3000):
        ask(cache, "/often")
        for _ in range(times):
            ask(cache, f"/once?n={number}")
    # Where all are asked again, a round of the line may find it between two questions.
    assert application.paths["/often"] <= (1 if times < 3 else 5)
    assert held(cache) == cache._size <= ROOM


def test_what_is_asked_for_a_second_time_finds_a_place_in_a_full_cache(
    cache: ResponseCache, application: Application
) -> None:
    for number in range(5000):
        ask(cache, f"/once?n={number}")
    for _ in range(2):
        ask(cache, "/new")
    before = application.asked
    ask(cache, "/new")
    assert application.asked == before


def test_what_was_asked_again_long_ago_makes_room(
    cache: ResponseCache, application: Application
) -> None:
    for number in range(1000):
        for _ in range(3):
            ask(cache, f"/then?n={number}")
    # The first time round it was asked again since; the second time it was not.
    for _ in range(3):
        ask(cache, "/now")
    before = application.asked
    ask(cache, "/now")
    assert application.asked == before


def test_what_is_remembered_of_questions_asked_once_is_bounded(cache: ResponseCache) -> None:
    for number in range(20_000):
        ask(cache, f"/once?n={number}")
    assert sum(map(len, cache._once)) <= 2 * 4096


def test_many_threads_never_get_an_answer_of_data_that_were(application: Application) -> None:
    """Nothing is older than what was seen when it was asked for: one looks, the others go on."""
    cache = ResponseCache(application, lambda: application.state, ROOM, look_every=0)

    def follow(number: int) -> bool:
        good = True
        for step in range(200):
            before = cache._state or 0
            body = ask(cache, f"/{number % 3}")[0]
            good &= int(body.split()[0]) >= before
            if number == 0 and step % 10 == 0:
                application.state += 1
        return good

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(follow, range(8)))
    for number in range(3):
        assert int(ask(cache, f"/{number}")[0].split()[0]) == application.state
    assert held(cache) == cache._size


@pytest.fixture
def served(make_app: Callable[..., Flask]) -> ResponseCache:
    """The application behind the cache that it is served with."""
    app = make_app()
    return ResponseCache(app.wsgi_app, app.extensions["quipu"].store.pulse, ROOM)


def test_a_load_is_seen_in_time_and_without_a_statement_before(
    served: ResponseCache, database: Path, statements: list[str], clock: Clock
) -> None:
    first = ask(served, "/figures/new")
    assert first[1].startswith("404")
    version = dict(ask(served, "/figures")[2])["Quipu-Data-Version"]
    statements.clear()
    assert dict(ask(served, "/figures")[2])["Quipu-Data-Version"] == version
    assert statements == []
    db = open_writer(str(database), 1000)
    load_dataset(db, bundle_of([figure("new")]), clock)
    db.conn.close()
    sleep(2 * LOOK_EVERY)
    assert dict(ask(served, "/figures")[2])["Quipu-Data-Version"] == str(int(version) + 1)
    assert ask(served, "/figures/new")[1] == "200 OK"


def test_a_database_that_is_put_in_the_place_of_another_is_noticed(
    served: ResponseCache, database: Path, tmp_path: Path, clock: Clock
) -> None:
    other = Path(shutil.copy(database, tmp_path / "other.db"))
    db = open_writer(str(other), 1000)
    load_dataset(db, bundle_of([figure("new")]), clock)
    db.conn.close()
    assert ask(served, "/figures/new")[1].startswith("404")
    assert ask(served, "/figures")[1] == "200 OK"
    other.replace(database)
    sleep(2 * LOOK_EVERY)
    assert ask(served, "/figures/new")[1] == "200 OK"
    database.unlink()
    sleep(2 * LOOK_EVERY)
    assert ask(served, "/figures")[1].startswith("503")
    assert served._state is None


def test_what_one_wants_and_does_not_get_is_not_given_to_others(served: ResponseCache) -> None:
    other = {"If-Match": '"other"'}
    assert ask(served, "/figures?per_page=2", headers=other)[1].startswith("412")
    clean = ask(served, "/figures?per_page=2")
    assert clean[1] == "200 OK"
    assert ask(served, "/figures?per_page=2", headers=other)[1].startswith("412")
    wanted = {"If-Match": dict(clean[2])["ETag"]}
    assert ask(served, "/figures?per_page=2", headers=wanted)[:2] == clean[:2]
    assert ask(served, "/figures?per_page=2")[:2] == clean[:2]


POISON = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "gopher",
    "X-Original-URL": "/programs",
    "X-Rewrite-URL": "/programs",
    "X-HTTP-Method-Override": "DELETE",
    "Accept-Language": "es",
    "Cookie": "a=b",
    "Origin": "https://evil.example",
    "Authorization": "Basic YTpi",
    "Range": "bytes=0-1",
    "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT",
    "TE": "trailers",
    "User-Agent": "<script>",
}


@pytest.mark.parametrize("name", POISON)
def test_no_header_beside_the_key_gets_into_what_others_are_given(
    served: ResponseCache, make_app: Callable[..., Flask], name: str
) -> None:
    clean = ask(make_app().wsgi_app, "/figures?per_page=2")  # type: ignore[arg-type]
    for _ in range(2):
        poisoned = ask(served, "/figures?per_page=2", headers={name: POISON[name]})
        assert poisoned[:2] == clean[:2]
    after = ask(served, "/figures?per_page=2")
    assert after[:2] == clean[:2]
    own = {"X-Request-Id"}
    assert {h for h in after[2] if h[0] not in own} == {h for h in clean[2] if h[0] not in own}


def test_what_takes_the_place_of_another_answer_takes_its_room_too() -> None:
    """As where several ask at once for what is not kept yet."""

    def app(_: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start("200 OK", [("ETag", '"t"'), ("Cache-Control", "public"), ("Content-Length", "1000")])
        return [b"x" * 1000]

    cache = ResponseCache(app, lambda: 1, 1 << 20)
    for _ in range(400):
        cache.ask(create_environ("/a"), lambda *_: None)
    assert cache._size == sum(entry.size for entry in cache._entries.values())
