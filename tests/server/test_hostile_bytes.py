"""Bytes that no honest client sends, over a raw socket to the real server.

Whatever comes: no failure of the server's own, no traceback, nothing of the request among the
headers of the answer, a problem in JSON whenever the application answers; and the next client is
served.
"""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from shutil import copy
from typing import NamedTuple, Protocol

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.serving import PATIENCE, Server, serving

HOST = b"Host: localhost\r\n"
CLOSE = HOST + b"Connection: close\r\n\r\n"
# What the server may say of itself beside a client's errors.
OWN = {501, 505}
# After so many seconds without an answer the client says that nothing more will come: a server that
# waits for the rest of a request then gives it up. A whole request is never answered so late on a
# machine at rest, and its answer is waited for by those tests that want it.
QUIET = 0.3


def line(target: bytes, method: bytes = b"GET", version: bytes = b"HTTP/1.1") -> bytes:
    return method + b" " + target + b" " + version + b"\r\n"


def get(target: bytes) -> bytes:
    return line(target) + CLOSE


def headed(*headers: bytes) -> bytes:
    return line(b"/figures?per_page=1") + b"".join(h + b"\r\n" for h in headers) + CLOSE


def bodied(*headers: bytes, body: bytes = b"") -> bytes:
    return line(b"/figures", b"POST") + b"".join(h + b"\r\n" for h in headers) + CLOSE + body


# Name -> the bytes that are sent.
CORPUS: dict[str, bytes] = {
    # The request line.
    "nothing": b"",
    "an empty line": b"\r\n",
    "only newlines": b"\n" * 100,
    "no version": b"GET /figures\r\n\r\n",
    "HTTP 0.9": b"GET /figures\r\n",
    "HTTP 1.0": line(b"/figures", version=b"HTTP/1.0") + b"\r\n",
    "HTTP 2.0 in the line": line(b"/figures", version=b"HTTP/2.0") + CLOSE,
    "HTTP 9.9": line(b"/figures", version=b"HTTP/9.9") + CLOSE,
    "an unknown protocol": line(b"/figures", version=b"SPDY/3") + CLOSE,
    "a TLS hello": bytes.fromhex("1603010200010001fc0303") + b"\x00" * 200,
    "two spaces in the line": b"GET  /figures HTTP/1.1\r\n" + CLOSE,
    "tabs in the line": b"GET\t/figures\tHTTP/1.1\r\n" + CLOSE,
    "a space in the target": get(b"/figures ?q=a"),
    "bare newlines": b"GET /figures HTTP/1.1\nHost: localhost\nConnection: close\n\n",
    "carriage returns alone": b"GET /figures HTTP/1.1\rHost: localhost\r\r",
    "a lower-case method": line(b"/figures", b"get") + CLOSE,
    "an unknown method": line(b"/figures", b"BREW") + CLOSE,
    "a method without end": line(b"/figures", b"A" * 20_000) + CLOSE,
    "a method of control bytes": line(b"/figures", b"\x00\x01\x02") + CLOSE,
    "TRACE": line(b"/figures", b"TRACE") + CLOSE,
    "CONNECT": line(b"example.org:443", b"CONNECT") + CLOSE,
    "CONNECT to a path": line(b"/figures", b"CONNECT") + CLOSE,
    "OPTIONS *": line(b"*", b"OPTIONS") + CLOSE,
    "PROPFIND": line(b"/figures", b"PROPFIND") + CLOSE,
    # The target.
    "an asterisk": get(b"*"),
    "the absolute form": get(b"http://localhost/figures?per_page=1"),
    "the absolute form of another host": get(b"http://example.org/figures?per_page=1"),
    "the absolute form of a file": get(b"file:///etc/passwd"),
    "a doubled slash": get(b"//figures"),
    "a doubled slash before a host": get(b"//example.org/figures"),
    "doubled slashes within": get(b"/figures//der-investment"),
    "a slash at the end": get(b"/figures/"),
    "dots": get(b"/figures/../../../etc/passwd"),
    "dots in escapes": get(b"/figures/%2e%2e/%2e%2e/etc/passwd"),
    "a slash in escapes": get(b"/figures/der%2Finvestment"),
    "a NUL in escapes": get(b"/figures/%00"),
    "a NUL": get(b"/figures/\x00"),
    "a newline in escapes": get(b"/figures/a%0d%0aSet-Cookie:%20stolen=1"),
    "a newline in the query": get(b"/figures?q=a%0d%0aSet-Cookie:%20stolen=1"),
    "a newline as a format": get(b"/figures?format=csv%0d%0aSet-Cookie:%20stolen=1"),
    "bytes that are no UTF-8": get(b"/figures/\xff\xfe"),
    "no UTF-8 in escapes": get(b"/figures/%ff%fe"),
    "no UTF-8 in the query": get(b"/figures?q=%ff%fe"),
    "an overlong slash": get(b"/figures/%c0%af"),
    "a lone surrogate": get(b"/figures?q=%ed%a0%80"),
    "UTF-8 as it is": get("/figures?q=región".encode()),
    "an unfinished escape": get(b"/figures?q=%"),
    "an escape of other letters": get(b"/figures?q=%zz"),
    "an unfinished escape in the path": get(b"/figures/%2"),
    "a fragment": get(b"/figures#results"),
    "a backslash": get(b"\\figures"),
    "no slash": get(b"figures"),
    "brackets": get(b"/figures?q=[]{}|\\^`"),
    "angle brackets": get(b"/figures/<script>alert(1)</script>"),
    "markup in escapes": get(b"/figures/%3Cscript%3Ealert(1)%3C%2Fscript%3E"),
    "a template's words": get(b"/figures/%7B%7B7*7%7D%7D"),
    "a path of 60,000 letters": get(b"/figures/" + b"a" * 60_000),
    "a query of 60,000 letters": get(b"/figures?q=" + b"a" * 60_000),
    "a target of 100,000 letters": get(b"/figures?q=" + b"a" * 100_000),
    "10,000 parameters": get(b"/figures?" + b"&".join([b"a=1"] * 10_000)),
    "only ampersands": get(b"/figures?" + b"&" * 10_000),
    "only equals signs": get(b"/figures?" + b"=" * 1000),
    "a question mark more": get(b"/figures??per_page=1"),
    "semicolons": get(b"/figures?per_page=1;page=2"),
    "quotes for SQL": get(b"/figures?program=%27%20OR%201%3D1--"),
    "SQL in the sort": get(b"/figures?sort=id%3BDROP%20TABLE%20figures"),
    "a search of operators": get(b"/figures?q=%22%20OR%20NEAR(a*%20%7D%20-%5E"),
    # The headers.
    "no host": line(b"/figures") + b"Connection: close\r\n\r\n",
    "two hosts": headed(b"Host: example.org"),
    "a host of odd bytes": line(b"/figures") + b"Host: a b<c>\r\nConnection: close\r\n\r\n",
    "a host of newlines": line(b"/figures") + b"Host: a%0d%0ab\r\nConnection: close\r\n\r\n",
    "a header without a colon": headed(b"nonsense"),
    "a header without a name": headed(b": value"),
    "a space before the colon": headed(b"Accept : */*"),
    "a name of odd bytes": headed(b"Acc\xffept: */*"),
    "a name with a NUL": headed(b"Acc\x00ept: */*"),
    "a value with a NUL": headed(b"X-Odd: a\x00b"),
    "a value of odd bytes": headed(b"X-Odd: \xff\xfe\x80"),
    "a folded header": headed(b"X-Odd: a\r\n b"),
    "a header of 60,000 letters": headed(b"X-Odd: " + b"a" * 60_000),
    "a header of 1,000,000 letters": headed(b"X-Odd: " + b"a" * 1_000_000),
    "90 headers": headed(*[b"X-Odd-%d: a" % n for n in range(90)]),
    "5,000 headers": headed(*[b"X-Odd-%d: a" % n for n in range(5000)]),
    "headers of CGI": headed(b"X_Forwarded_For: a", b"REMOTE_USER: a", b"Proxy: http://a"),
    "a forwarded host": headed(b"X-Forwarded-Host: example.org", b"X-Forwarded-Proto: gopher"),
    "an id of a request with a newline": headed(b"X-Request-Id: a\r\n Set-Cookie: stolen=1"),
    "an id of a request without end": headed(b"X-Request-Id: " + b"a" * 10_000),
    "an id of a request of odd bytes": headed(b"X-Request-Id: \xe9\xff<script>"),
    "an Accept that is none": headed(b"Accept: ;;;"),
    "an Accept of a thousand": headed(b"Accept: " + b",".join([b"a/b;q=0.1"] * 1000)),
    "an Accept of odd weights": headed(b"Accept: application/json;q=NaN, text/csv;q=1e999"),
    "an Accept of nothing": headed(b"Accept: */*;q=0"),
    "conditions that are none": headed(b'If-None-Match: ", W/, "a', b"If-Modified-Since: never"),
    "a condition of a thousand": headed(b"If-None-Match: " + b", ".join([b'"a"'] * 1000)),
    "a date out of the calendar": headed(b"If-Modified-Since: Mon, 99 Jan 99999 99:99:99 GMT"),
    "ranges that are none": headed(b"Range: bytes=9-1,a-b,-", b"If-Range: ?"),
    "a range without end": headed(b"Range: bytes=" + b"0-0," * 5000),
    "an origin that is none": headed(b"Origin: null\x01"),
    "a preflight of nonsense": line(b"/figures", b"OPTIONS")
    + b"Origin: x\r\nAccess-Control-Request-Method: \x7f\r\n" + CLOSE,
    "credentials that are none": headed(b"Authorization: Basic ====", b"Cookie: a=b; ; =;"),
    "an upgrade": headed(b"Upgrade: websocket", b"Sec-WebSocket-Key: a"),
    "an upgrade to HTTP/2": headed(b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABk"),
    "hop by hop": headed(b"Connection: close, Host, Accept, X-Request-Id"),
    "an encoding that is none": headed(b"Accept-Encoding: ;q=x, zstd;;;, \xff"),
    # The body.
    "a body on GET": line(b"/figures") + b"Content-Length: 3\r\n" + CLOSE + b"abc",
    "a body that is too long": bodied(b"Content-Length: 100000", body=b"a" * 100_000),
    "a length beyond any": bodied(b"Content-Length: " + b"9" * 40),
    "a negative length": bodied(b"Content-Length: -1", body=b"a"),
    "a length in words": bodied(b"Content-Length: five", body=b"a"),
    "a length with a sign": bodied(b"Content-Length: +5", body=b"aaaaa"),
    "two lengths": bodied(b"Content-Length: 1", b"Content-Length: 2", body=b"ab"),
    "a length and chunks": bodied(
        b"Content-Length: 5", b"Transfer-Encoding: chunked", body=b"0\r\n\r\nGET /"
    ),
    "chunks that are none": bodied(b"Transfer-Encoding: chunked", body=b"zz\r\nabc\r\n"),
    "a chunk beyond any": bodied(b"Transfer-Encoding: chunked", body=b"f" * 17 + b"\r\n"),
    "a negative chunk": bodied(b"Transfer-Encoding: chunked", body=b"-1\r\na\r\n0\r\n\r\n"),
    "an unknown transfer": bodied(b"Transfer-Encoding: gzip, nonsense", body=b"a"),
    "a hidden transfer": bodied(b"Transfer-Encoding: \x0bchunked", body=b"0\r\n\r\n"),
    "an expectation": bodied(b"Expect: 100-continue", b"Content-Length: 3", body=b"abc"),
    "an expectation that is none": bodied(b"Expect: miracles", b"Content-Length: 0"),
    "a body that is no JSON": bodied(
        b"Content-Type: application/json", b"Content-Length: 3", body=b"\xff{["
    ),
    "a form": bodied(
        b"Content-Type: multipart/form-data; boundary=a", b"Content-Length: 4", body=b"--a\r"
    ),
    "a changed method": bodied(b"X-HTTP-Method-Override: DELETE", b"Content-Length: 0"),
    # The connection.
    "a request that breaks off": b"GET /figures HTTP/1.1\r\nHost: loc",
    "a body that breaks off": bodied(b"Content-Length: 10", body=b"abc"),
    "three requests at once": line(b"/livez") + HOST + b"\r\n" + line(b"/figures") + HOST
    + b"\r\n" + get(b"/regions"),
    "a good request and nonsense": line(b"/livez") + HOST + b"\r\n" + b"\x00\xff nonsense\r\n\r\n",
    "nonsense of every byte": bytes(range(256)) * 40,
}  # fmt: skip


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Ask(Protocol):
    def __call__(self, sent: bytes, quiet: float = ...) -> bytes:
        """All that the server sends back until it closes, or has nothing to say to what it got."""


@pytest.fixture(scope="module")
def server(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    database = Path(copy(seeded, tmp_path_factory.mktemp("hostile") / "quipu.db"))
    with serving(database, "--port", "0") as started:
        yield started


@pytest.fixture(scope="module")
def ask(server: Server) -> Ask:
    host, port = server.wait_until_it_listens().removeprefix("http://").split(":")

    def ask(sent: bytes, quiet: float = QUIET) -> bytes:
        got = b""
        # A server may close before it has read everything.
        with (
            socket.create_connection((host, int(port)), timeout=PATIENCE) as client,
            suppress(ConnectionError),
        ):
            client.sendall(sent)
            client.settimeout(quiet)
            try:
                while part := client.recv(65536):
                    got += part
                return got
            except TimeoutError:
                client.shutdown(socket.SHUT_WR)
            client.settimeout(PATIENCE)
            while part := client.recv(65536):
                got += part
        return got

    return ask


def answers(got: bytes) -> Iterator[Answer]:
    """The answers in what came back. Raises AssertionError for what is none."""
    while got:
        head, separator, rest = got.partition(b"\r\n\r\n")
        assert separator, got
        first, *lines = head.decode("latin-1").split("\r\n")
        found = re.fullmatch(r"HTTP/1\.[01] (\d{3}) .*", first)
        assert found, got
        headers = {name.lower(): text for name, _, text in (line.partition(": ") for line in lines)}
        if "chunked" in headers.get("transfer-encoding", ""):
            body, rest = unchunked(rest)
        else:
            length = int(headers.get("content-length", 0))
            body, rest = rest[:length], rest[length:]
        yield Answer(int(found[1]), headers, body)
        got = rest


def unchunked(rest: bytes) -> tuple[bytes, bytes]:
    body = b""
    while True:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size, 16)
        body, rest = body + rest[:length], rest[length + 2 :]
        if not length:
            return body, rest


def check(got: bytes) -> list[Answer]:
    """What holds of every answer, whatever was asked."""
    found = list(answers(got))
    for answer in found:
        assert answer.status < 500 or answer.status in OWN, got
        assert answer.status not in (301, 302, 303, 307, 308), got
        assert b"Traceback" not in answer.body
        assert "set-cookie" not in answer.headers
        asked_the_application = "x-request-id" in answer.headers
        if asked_the_application:
            assert re.fullmatch(r"[A-Za-z0-9._-]{1,128}", answer.headers["x-request-id"])
        if asked_the_application and answer.status >= 400 and answer.body:
            assert answer.headers["content-type"] == "application/problem+json", got
            problem = json.loads(answer.body)
            assert problem["status"] == answer.status
        if not asked_the_application:
            assert not answer.body, got
    return found


def works(ask: Ask) -> bool:
    (answer,) = check(ask(get(b"/figures?per_page=1"), PATIENCE))
    return answer.status == 200 and len(json.loads(answer.body)["results"]) == 1


@pytest.mark.parametrize("name", CORPUS)
def test_hostile_bytes_do_no_harm(ask: Ask, name: str) -> None:
    check(ask(CORPUS[name]))
    assert works(ask)


@pytest.mark.parametrize(
    "target", [b"//figures", b"/figures//der-investment", b"/figures/", b"//", b"///figures"]
)
def test_a_slash_too_many_is_never_a_redirect(ask: Ask, target: bytes) -> None:
    (answer,) = check(ask(get(target), PATIENCE))
    assert answer.status in (200, 404)
    assert "location" not in answer.headers


def test_http_2_is_not_spoken(ask: Ask) -> None:
    """Whoever reads nothing there may have any number of answers made and held."""
    assert ask(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == b""
    assert works(ask)


def test_every_request_on_one_connection_is_answered_in_order(ask: Ask) -> None:
    found = check(ask(CORPUS["three requests at once"], PATIENCE))
    assert [json.loads(answer.body).keys() & {"status", "results"} for answer in found] == [
        {"status"}, {"results"}, {"results"},
    ]  # fmt: skip


HIDDEN = get(b"/livez")
CHUNKED = b"Transfer-Encoding: chunked"
NO_CHUNK = b"0\r\n\r\n"
ONE_CHUNK = b"%x\r\n%s\r\n" % (len(HIDDEN), HIDDEN) + NO_CHUNK


def length(number: int) -> bytes:
    return b"Content-Length: %d" % number


# Headers that say the body's end in two ways, and what follows them: by one of the ways a request
# for /livez is hidden in the body, by the other it is the next one. What each is answered with.
TWO_ENDS = {
    "no length, then chunks": ((length(0), CHUNKED), ONE_CHUNK, 405),
    "chunks, then no length": ((CHUNKED, length(0)), ONE_CHUNK, 405),
    "a length, then no chunks": (
        (length(len(NO_CHUNK + HIDDEN)), CHUNKED), NO_CHUNK + HIDDEN, 405,
    ),
    "no chunks, then a length": (
        (CHUNKED, length(len(NO_CHUNK + HIDDEN))), NO_CHUNK + HIDDEN, 405,
    ),
    "two lengths, the shorter first": ((length(0), length(len(HIDDEN))), HIDDEN, 400),
    "two lengths, the longer first": ((length(len(HIDDEN)), length(0)), HIDDEN, 400),
    "two lengths in a list": ((b"%s, %d" % (length(0), len(HIDDEN)),), HIDDEN, 400),
    "chunks of another name": ((b"Transfer-Encoding: xchunked", length(0)), ONE_CHUNK, 400),
    "chunks within another coding": (
        (b"Transfer-Encoding: chunked, identity", length(0)), ONE_CHUNK, 400,
    ),
    "chunks and another coding": (
        (CHUNKED, b"Transfer-Encoding: identity"), NO_CHUNK + HIDDEN, 400,
    ),
    "chunks behind a space": ((b"Transfer-Encoding : chunked", length(0)), ONE_CHUNK, 400),
}  # fmt: skip


def with_body(headers: tuple[bytes, ...], body: bytes) -> bytes:
    """A request that would keep the connection open."""
    return line(b"/figures", b"POST") + b"\r\n".join(headers) + b"\r\n" + HOST + b"\r\n" + body


@pytest.mark.parametrize("name", TWO_ENDS)
def test_nothing_is_smuggled_in_behind_a_body_of_two_ends(ask: Ask, name: str) -> None:
    headers, body, status = TWO_ENDS[name]
    (answer,) = check(ask(with_body(headers, body), PATIENCE))
    assert answer.status == status
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize(
    ("headers", "body"), [((length(0),), b""), ((CHUNKED,), NO_CHUNK), ((CHUNKED,), ONE_CHUNK)]
)
def test_what_follows_a_body_of_one_end_is_a_request(
    ask: Ask, headers: tuple[bytes, ...], body: bytes
) -> None:
    found = check(ask(with_body(headers, body + HIDDEN), PATIENCE))
    assert [answer.status for answer in found] == [405, 200]


@settings(max_examples=150)
@given(data=st.data())
def test_no_mutation_of_a_good_request_does_harm(ask: Ask, data: st.DataObject) -> None:
    good = data.draw(
        st.sampled_from(
            [
                get(b"/figures?program=procompite&sort=-value&per_page=2&fields=id,value"),
                get(b"/regions/PE-PIU?format=geojson&include=parent"),
                headed(b"Accept: text/csv;q=0.9, */*;q=0.1", b'If-None-Match: "abc"'),
                get(b"/changes?since=v3&resource=figures"),
            ]
        )
    )
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(good) - 1))
        kept = data.draw(st.integers(0, 3))
        good = good[:at] + data.draw(st.binary(max_size=4)) + good[at + kept :]
    check(ask(good))


def test_after_all_this_the_server_has_nothing_to_report(server: Server, ask: Ask) -> None:
    assert works(ask)
    server.process.terminate()
    code, said = server.ends()
    assert code == 0
    assert "Traceback" not in said
