"""Opening the database, and what is the engine's own: pragmas, hints, full text, errors by code."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.store.columns import holds_words

if TYPE_CHECKING:
    from sqlite_utils import Database as Database  # noqa: PLC0414 - given on by this name

# Before this release two checkpointers at once can lose the write-ahead log's newest frames.
SAFE_SQLITE = (3, 51, 3)
# As much of the file as SQLite ever maps.
MMAP_BYTES = 0x7FFF_0000
# Of a new database; one that is there keeps its own. A row is 2 KB: in a page of 4 KB, the default,
# a third of the room is lost.
PAGE_BYTES = 8192

# Where sqlite-utils notes which steps were applied, and what it calls ours: the mark of our files.
NOTED, MIGRATIONS = "_sqlite_migrations", "quipu"

DatabaseError = sqlite3.DatabaseError
OperationalError = sqlite3.OperationalError
IntegrityError = sqlite3.IntegrityError


def __getattr__(name: str) -> Any:
    """`Database`, for those who write: who only reads starts without sqlite-utils, which is a tenth
    of a start."""
    if name == "Database":
        from sqlite_utils import Database  # noqa: PLC0415

        return Database
    raise AttributeError(name)


class Busy(Exception):
    """Another load holds the write lock."""


class Full(Exception):
    """What is written has no room."""


class Foreign(Exception):
    """The file is a database of something else."""


class Unavailable(Exception):
    """The database cannot be read: it is missing, empty, of another layout, or damaged."""


def open_writer(path: str, lock_timeout_ms: int) -> "Database":
    """The one connection that may write. Creates the file if there is none. Raises Foreign, and
    leaves the file as it is, where it holds tables of something else."""
    from sqlite_utils import Database  # noqa: PLC0415

    if not path:  # SQLite would make a temporary database, and lose what is loaded into it
        raise OperationalError("the database has no name")
    connection = sqlite3.connect(path, isolation_level=None, timeout=lock_timeout_ms / 1000)
    _equip(connection)
    try:
        _refuse_foreign(connection)
        connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
        if path != ":memory:":
            connection.execute("PRAGMA journal_mode=WAL")
        # FULL: an acknowledged load survives a power failure, which NORMAL does not promise.
        connection.execute("PRAGMA synchronous=FULL")
    except (sqlite3.DatabaseError, Foreign):
        connection.close()
        raise
    return Database(connection, execute_plugins=False)


def _refuse_foreign(connection: sqlite3.Connection) -> None:
    """Raises Foreign where there are tables, and no step of ours was applied."""
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
    ).fetchall()
    names = [name for (name,) in found if not name.startswith("sqlite_")]
    # Where a first step was broken off, what notes the steps is there, and notes none.
    begun = names == [NOTED] and _can_be_marked(connection)
    if names and not begun and not _is_marked(connection):
        raise Foreign(
            f"holds other tables ({names[0]!r}) and was not made by Quipu: nothing is written "
            "into it; name another file with --database or QUIPU_DATABASE"
        )


def _can_be_marked(connection: sqlite3.Connection) -> bool:
    columns = {row[1] for row in connection.execute(f"PRAGMA table_info({NOTED})")}
    return "migration_set" in columns


def _is_marked(connection: sqlite3.Connection) -> bool:
    if not _can_be_marked(connection):
        return False
    sql = f"SELECT 1 FROM {NOTED} WHERE migration_set = ?"
    return connection.execute(sql, (MIGRATIONS,)).fetchone() is not None


def open_reader(path: str) -> sqlite3.Connection:
    """A connection that cannot write. Raises Unavailable when there is no such file."""
    uri = Path(path).absolute().as_uri() + "?mode=ro"
    try:
        connection = sqlite3.connect(
            uri, uri=True, isolation_level=None, check_same_thread=False, timeout=5
        )
        _equip(connection)
        connection.execute("PRAGMA query_only=1")
        # The file is read as memory: what is read of it is the system's cache, and no copy.
        connection.execute(f"PRAGMA mmap_size={MMAP_BYTES}")
    except sqlite3.DatabaseError as error:
        raise Unavailable(f"{path}: {error}") from error
    return connection


def _code(error: sqlite3.Error) -> int | None:
    """The engine's own number for what went wrong, without what it adds to it; None where it is
    Python that complains."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def is_interrupted(error: sqlite3.Error) -> bool:
    """Whether a statement was given up because its progress handler wanted it."""
    return _code(error) == sqlite3.SQLITE_INTERRUPT


def is_full(error: sqlite3.Error) -> bool:
    """Whether there was no room to write."""
    return _code(error) == sqlite3.SQLITE_FULL


@contextmanager
def write_transaction(db: "Database") -> Iterator[None]:
    """One transaction, all or nothing; raises Busy while another process writes."""
    try:
        db.conn.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Busy("another load is going on; try again when it is done") from error
        raise
    try:
        yield
        db.conn.execute("COMMIT")
    except BaseException:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        raise


def read_by(table: str, index: str) -> str:
    """SQL for a table whose rows are to be read in an index, which holds what is asked of them."""
    return f"{table} INDEXED BY {index}"


def split(texts: str, column: str, separator: str, part: str) -> str:
    """SQL for (text, part) of each part of texts that a separator joins: `texts` is SQL for them,
    in `column`. An empty text is its own only part."""
    at = f"INSTR(rest, '{separator}')"
    return (
        f"WITH RECURSIVE parts({column}, {part}, rest) AS ("
        f"SELECT {column}, NULL, {column} || '{separator}' FROM ({texts}) AS t UNION ALL "
        f"SELECT {column}, SUBSTR(rest, 1, {at} - 1), SUBSTR(rest, {at} + 1) FROM parts "
        f"WHERE rest <> '') SELECT {column}, {part} FROM parts WHERE {part} IS NOT NULL"
    )


def has_table(connection: Any, table: str) -> bool:
    """Whether there is such a table."""
    sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return connection.execute(sql, (table,)).fetchone() is not None


def index_names(connection: Any, table: str) -> set[str]:
    """The indexes of a table that were made by a statement of their own."""
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql NOT NULL",
        (table,),
    )
    return {name for (name,) in rows}


def create_text_index(db: "Database", table: str) -> None:
    """A full-text index over folded text, by row. It keeps no copy of the text."""
    db.conn.execute(
        f"CREATE VIRTUAL TABLE {table} USING fts5(text, content='', tokenize='ascii', prefix='2 3')"
    )


def text_match(table: str, name: str, row: str) -> str:
    """SQL that is true for rows that match the parameter `name`; `row` is SQL for their number."""
    return f"{row} IN (SELECT rowid FROM {table} WHERE {table} MATCH :{name})"


def text_rows(table: str, name: str) -> str:
    """SQL for the numbers (`found`) of the rows that match the parameter `name`, one by one."""
    return f"(SELECT rowid AS found FROM {table} WHERE {table} MATCH :{name})"


def text_candidates(table: str, words: str, limit: str, upto: str | None = None) -> str:
    """SQL for the rows that match the parameter `words`, the newest first, at most as many as the
    parameter `limit` says; none past the row `upto` (SQL). In the order of the rows the index is
    read from its end, and no further than needed, however common a word is."""
    bound = f" AND rowid <= {upto}" if upto else ""
    return (
        f"SELECT rowid AS row FROM {table} WHERE {table} MATCH :{words}{bound} "
        f"ORDER BY rowid DESC LIMIT :{limit}"
    )


def holding(table: str, body: str, name: str) -> str:
    """SQL that is true for a row of a resource's table whose text holds the words of the parameter
    `name`, a folded phrase; `body` is SQL for its body. The text is read, and nothing looked up."""
    return f"holds_words('{table}', {body}, :{name})"


def match_whole(words: list[str]) -> str:
    """Words as a MATCH expression: all of them, as they are. In the order of the rows such a list
    is read no further than needed; for one of beginnings, all that begin so are merged first.

    Whatever a word is, it is only looked for: no syntax of the engine's reaches it.
    """
    return " ".join('"{}"'.format(word.replace('"', '""')) for word in words)


def match_words(words: list[str]) -> str:
    """The same, the last one as a beginning."""
    return match_whole(words) + "*"


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


def writes_seen(connection: Any) -> int:
    """A number that another one's writes change."""
    (number,) = connection.execute("PRAGMA data_version").fetchone()
    return int(number)


def digest_of(column: str) -> str:
    """SQL for the SHA-256 of a text, in hexadecimal."""
    return f"sha256_of({column})"


def _equip(connection: sqlite3.Connection) -> None:
    """Teach a connection what other engines know by themselves."""
    connection.create_function("sha256_of", 1, _digest, deterministic=True)
    connection.create_function("holds_words", 3, holds_words, deterministic=True)


def _digest(value: Any) -> str:
    return sha256(str(value).encode()).hexdigest()


def as_bytes(column: str) -> str:
    """SQL for a text as its UTF-8 bytes: what is only passed on need not be decoded."""
    return f"CAST({column} AS BLOB)"


def sqlite_version() -> tuple[int, ...]:
    """The version of the SQLite library in use."""
    return sqlite3.sqlite_version_info


def integrity_problems(connection: Any) -> list[str]:
    """What the engine's own check finds wrong; an empty list for a sound database."""
    rows = connection.execute("PRAGMA integrity_check(100)").fetchall()
    return [row[0] for row in rows if row[0] != "ok"]
