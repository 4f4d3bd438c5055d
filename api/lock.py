"""Locks that are files: held by a process, and free when it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Alone with a lock's file; it is gone afterwards."""
    while True:
        with path.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # It may have been removed, and made anew by another, while one waited.
            if _is_still(file, path):
                try:
                    yield
                finally:
                    path.unlink(missing_ok=True)
                return


@contextmanager
def if_free(path: Path) -> Iterator[bool]:
    """Whether no living process holds a lock; if so, it is held for the length of the block."""
    with ExitStack() as held:
        try:
            file = held.enter_context(path.open("r+"))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            free = _is_still(file, path)
        except (BlockingIOError, FileNotFoundError):
            free = False
        # Out of the `try`: what goes wrong within the block is not taken for a lock's absence.
        yield free


def _is_still(file: IO[str], path: Path) -> bool:
    """Whether a path still leads to this file."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
