"""Locks that are files."""

import fcntl
from pathlib import Path
from typing import IO

import pytest

from api import lock


def test_a_lock_that_was_made_anew_while_one_waited_is_waited_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, taken = tmp_path / ".lock", []
    real = fcntl.flock

    def flock(file: IO[str], how: int) -> None:
        real(file, how)
        if not taken:  # who held it before went, and another one came
            taken.append(file)
            path.unlink()
            path.touch()

    monkeypatch.setattr(fcntl, "flock", flock)
    with lock.locked(path), path.open() as other, pytest.raises(BlockingIOError):
        real(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
