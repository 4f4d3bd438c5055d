"""A folder for as long as a process and its children live."""

import fcntl
import os
import weakref
from pathlib import Path
from shutil import rmtree
from stat import S_ISDIR
from tempfile import gettempdir, mkdtemp
from typing import IO

from api.lock import if_free

PREFIX = "quipu-"
ALIVE = ".alive"


class TemporaryFolder:
    """A private folder of this process and those that it forks, removed when it ends, or a `with`
    does. `purpose` is part of its name.

    A process that was killed leaves its folder behind: the next one that makes one removes it.
    """

    def __init__(self, purpose: str) -> None:
        _remove_orphans()
        self.path = Path(mkdtemp(prefix=f"{PREFIX}{purpose}-"))
        # Held open for as long as the process and its children live: the lock says so.
        alive = (self.path / ALIVE).open("w")
        fcntl.flock(alive, fcntl.LOCK_SH)
        self.remove = weakref.finalize(self, _remove, self.path, alive, os.getpid())

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.remove()


def _remove(path: Path, alive: IO[str], owner: int) -> None:
    alive.close()
    if os.getpid() == owner:
        rmtree(path, ignore_errors=True)


def _remove_orphans() -> None:
    for path in Path(gettempdir()).glob(f"{PREFIX}*"):
        # What another user left may not even be looked into.
        if _is_ours(path):
            with if_free(path / ALIVE) as free:
                if free:
                    rmtree(path, ignore_errors=True)


def _is_ours(path: Path) -> bool:
    """Whether it is a folder of this user, and no link to one."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    return S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
