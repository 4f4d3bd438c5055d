"""A file that is sent: in parts, with a rest between them, and closed whatever happens."""

from collections.abc import Callable
from pathlib import Path

import pytest

from api.bulk.held import READ_AT_ONCE, read_parts


@pytest.fixture
def file(tmp_path: Path) -> Callable[[int], Path]:
    """Makes a file of so many bytes."""

    def make(size: int) -> Path:
        path = tmp_path / "file"
        path.write_bytes(bytes(n % 251 for n in range(size)))
        return path

    return make


@pytest.mark.parametrize(
    ("size", "rests"),
    [(0, 0), (1, 0), (READ_AT_ONCE, 0), (READ_AT_ONCE + 1, 1), (3 * READ_AT_ONCE, 2)],
)
def test_parts_are_the_file_and_between_two_of_them_is_a_rest(
    file: Callable[[int], Path], size: int, rests: int
) -> None:
    path, told = file(size), list[str]()
    with path.open("rb") as content:
        parts = []
        for part in read_parts(content, size, lambda: told.append("rest")):
            parts.append(part)
            told.append("part")
        assert content.closed
    assert b"".join(parts) == path.read_bytes()
    assert told == ["part", *["rest", "part"] * rests][: len(told)]
    assert told.count("rest") == rests


def test_a_slice_is_read_from_where_the_file_stands(file: Callable[[int], Path]) -> None:
    path = file(READ_AT_ONCE * 2)
    with path.open("rb") as content:
        content.seek(10)
        read = b"".join(read_parts(content, READ_AT_ONCE, lambda: None))
    assert read == path.read_bytes()[10 : READ_AT_ONCE + 10]


def test_a_file_that_became_shorter_is_told_and_closed(file: Callable[[int], Path]) -> None:
    with file(10).open("rb") as content:
        with pytest.raises(OSError, match="shorter"):
            list(read_parts(content, 11, lambda: None))
        assert content.closed


def test_who_gives_up_leaves_no_file_open(file: Callable[[int], Path]) -> None:
    with file(READ_AT_ONCE * 2).open("rb") as content:
        parts = read_parts(content, READ_AT_ONCE * 2, lambda: None)
        next(parts)
        parts.close()  # type: ignore[attr-defined]
        assert content.closed
