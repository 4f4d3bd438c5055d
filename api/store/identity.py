"""Which files a database is: what tells one from another that took its place."""

import sqlite3
from pathlib import Path

from api.store.engine import Unavailable, open_reader

Identity = tuple[tuple[int, int], tuple[int, int] | None]


def identity(path: str) -> Identity:
    """What tells a database from another one of the same name: its file, and the log beside it if
    there is one. Raises OSError."""
    try:
        log = _file_at(f"{path}-wal")
    except FileNotFoundError:
        log = None
    return _file_at(path), log


def _file_at(path: str) -> tuple[int, int]:
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
    except (sqlite3.DatabaseError, OSError) as error:
        connection.close()
        raise Unavailable(f"{path}: {error}") from error
    return connection, after if after[0] == before[0] else None
