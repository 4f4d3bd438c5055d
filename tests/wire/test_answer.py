"""What leaves: a status, headers, and a body that is whole, or a stream that is ended once."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.wire.answer import CUT_OFF, LITTLE, Answer, begun, noticeable, whole

Sent = tuple[str, dict[str, str], list[bytes]]


def sent(answer: Answer, method: str = "GET") -> Sent:
    """What a server is given, and has when it has read and closed it."""
    told: list[Any] = []
    parts = answer({"REQUEST_METHOD": method}, lambda *given: told.append(given))
    body = list(parts)
    if hasattr(parts, "close"):
        parts.close()
    ((status, headers),) = told
    return status, dict(headers), body


def test_what_is_whole_says_its_length_and_comes_as_a_list() -> None:
    assert sent(Answer(b"12345", [("A", "b")])) == (
        "200 OK",
        {"A": "b", "Content-Length": "5"},
        [b"12345"],
    )
    assert sent(Answer(b"12345"), "HEAD") == ("200 OK", {"Content-Length": "5"}, [])


def test_what_has_no_body_has_no_length() -> None:
    assert sent(Answer(b"", [("ETag", '"a"')], 304)) == ("304 NOT MODIFIED", {"ETag": '"a"'}, [])


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_stream_is_ended_when_it_is_over_or_not_wanted(method: str) -> None:
    ended: list[bool] = []
    answer = Answer(iter([b"a", b"b"]), ended=lambda: ended.append(True))
    assert sent(answer, method) == ("200 OK", {}, [b"a", b"b"] if method == "GET" else [])
    # With its last part; and when the server closes it, which may be without any.
    assert ended == [True] * (2 if method == "GET" else 1)


def test_what_goes_wrong_at_the_first_part_goes_wrong_before_anything_is_sent() -> None:
    def broken() -> Iterator[bytes]:
        raise OSError("no data")
        yield b""

    with pytest.raises(OSError, match="no data"):
        begun(broken())


def test_what_is_short_is_whole_and_what_is_long_is_begun() -> None:
    asked: list[int] = []

    def parts(number: int, size: int) -> Iterator[bytes]:
        for n in range(number):
            asked.append(n)
            yield b"x" * size

    assert begun(parts(0, 1)) == b""
    assert begun(parts(4, LITTLE // 4)) == b"x" * LITTLE
    asked.clear()
    stream = begun(parts(9, LITTLE // 4))
    assert not isinstance(stream, bytes)
    assert asked == [0, 1, 2, 3, 4]
    assert sum(map(len, stream)) == 9 * LITTLE // 4


def test_parts_are_joined_as_they_are_sent() -> None:
    assert whole(["ñ", b"\xc3\xb1"]) == "ññ".encode()


@pytest.mark.parametrize("content_type", [*CUT_OFF, "text/csv; charset=utf-8", "application/json"])
def test_a_stream_that_fails_half_way_does_not_end_as_if_it_was_whole(content_type: str) -> None:
    def broken() -> Iterator[bytes]:
        yield b"a part\n"
        raise OSError("no data")

    came: list[bytes] = []
    with pytest.raises(OSError, match="no data"):
        came.extend(noticeable(broken(), content_type))
    assert came == [b"a part\n", CUT_OFF.get(content_type.partition(";")[0], b"")]
