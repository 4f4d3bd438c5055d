"""Which files a database is: what tells one from another that took its place."""

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from api.store.engine import Unavailable, open_reader

# The files that a process has open, where the system tells.
OPEN_FILES = "/proc/self/fd"

File = tuple[int, int]


class Identity(NamedTuple):
    """What tells a database from another one of the same name: its file, and the log and the log's
    index beside it, if there are any."""

    file: File
    log: File | None
    log_index: File | None


def identity(path: str) -> Identity:
    """Which files a database is. Raises OSError where there is none."""
    return Identity(_file_at(path), _beside(f"{path}-wal"), _beside(f"{path}-shm"))


def _beside(path: str) -> File | None:
    try:
        return _file_at(path)
    except FileNotFoundError:
        return None


def _file_at(path: str) -> File:
    found = Path(path).stat()
    return found.st_dev, found.st_ino


def open_known(path: str) -> tuple[sqlite3.Connection, Identity | None]:
    """A connection that cannot write, and which files it reads; None if they were replaced while it
    was opened. Raises Unavailable."""
    try:
        before = identity(path)
    except OSError as error:
        raise Unavailable(f"{path}: unable to open database file") from error
    connection = open_reader(path)
    try:
        # The log is opened with the first look at the data, and stays as long as the connection.
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        after = identity(path)
        is_blind = _reads_by_another_index(connection, after.log_index)
    except (sqlite3.DatabaseError, OSError) as error:
        connection.close()
        raise Unavailable(f"{path}: {error}") from error
    if is_blind:
        connection.close()
        raise Unavailable(f"{path}: its -shm was removed while it was read, and still is read")
    return connection, after if after.file == before.file else None


def _reads_by_another_index(connection: sqlite3.Connection, index: File | None) -> bool:
    """Whether a connection sees of the log what an index says that has no name any more.

    SQLite has one index of a file's log for all connections of a process, for as long as one is
    open. If that was removed, who writes makes another one, and nothing of what they write is seen
    here. False where it cannot be told.
    """
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if mode != "wal":
        return False
    try:
        opened = list(Path(OPEN_FILES).iterdir())
    except OSError:
        return False
    for file in opened:
        with suppress(OSError):  # closed since
            if _file_at(str(file)) == index:
                return False
    return True
