"""Opening the database, and what is the engine's own there: pragmas, files, errors by code."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
# How long who has written waits for those who read what was there before.
LOG_PATIENCE_MS = 500
# How a transaction begins, ends and is undone; and a part of one.
WHOLE = "BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",)
PART = "SAVEPOINT part", "RELEASE part", ("ROLLBACK TO part", "RELEASE part")

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


class Unavailable(Exception):
    """The database cannot be read: it is missing, empty, of another layout, or damaged."""


class Foreign(Unavailable):
    """The file is a database of something else."""


def open_writer(path: str | None, lock_timeout_ms: int) -> "Database":
    """The one connection that may write; None is a database in memory. Creates the file if there
    is none. Raises Foreign, and leaves the file as it is, where it holds tables of something else.
    """
    from sqlite_utils import Database  # noqa: PLC0415

    name = ":memory:" if path is None else _whole(path)
    connection = sqlite3.connect(name, isolation_level=None, timeout=lock_timeout_ms / 1000)
    _equip(connection)
    try:
        refuse_foreign(connection)
        connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
        if path is not None:
            connection.execute("PRAGMA journal_mode=WAL")
        # FULL: an acknowledged load survives a power failure, which NORMAL does not promise.
        connection.execute("PRAGMA synchronous=FULL")
    except (sqlite3.DatabaseError, Foreign):
        connection.close()
        raise
    return Database(connection, execute_plugins=False)


def _whole(path: str) -> str:
    """A file's path, as nothing but a path: SQLite would take an empty one, `:memory:` and some
    addresses (`file:...`) for databases that are lost when they are closed. Raises
    OperationalError."""
    if not path:
        raise OperationalError("the database has no name")
    return str(Path(path).absolute())


def shorten_log(connection: sqlite3.Connection) -> None:
    """Bring what was written into the file, and the log to nothing, unless somebody still reads
    what was there before: of itself it stays as long as it was for as long as anybody reads."""
    (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
    with suppress(OperationalError):  # no room, as it may be: then it is as it would be anyway
        connection.execute(f"PRAGMA busy_timeout={LOG_PATIENCE_MS}")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    connection.execute(f"PRAGMA busy_timeout={patience}")


def refuse_foreign(connection: sqlite3.Connection) -> None:
    """Raises Foreign where there are tables, and no step of ours was applied."""
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
    ).fetchall()
    names = [name for (name,) in found if not name.startswith("sqlite_")]
    # Where a first step was broken off, what notes the steps is there, and notes none.
    begun = names == [NOTED] and can_be_marked(connection)
    if names and not begun and not _is_marked(connection):
        raise Foreign(
            f"holds other tables ({names[0]!r}) and was not made by Quipu: nothing is written "
            "into it; name another file with --database or QUIPU_DATABASE"
        )


def can_be_marked(connection: sqlite3.Connection) -> bool:
    """Whether there is a table that can note which steps of ours were applied."""
    columns = {row[1] for row in connection.execute(f"PRAGMA table_info({NOTED})")}
    return "migration_set" in columns


def _is_marked(connection: sqlite3.Connection) -> bool:
    if not can_be_marked(connection):
        return False
    sql = f"SELECT 1 FROM {NOTED} WHERE migration_set = ?"
    return connection.execute(sql, (MIGRATIONS,)).fetchone() is not None


def open_reader(path: str) -> sqlite3.Connection:
    """A connection that cannot write. Raises Unavailable when there is no such file."""
    try:
        uri = Path(_whole(path)).as_uri() + "?mode=ro"
        connection = sqlite3.connect(
            uri, uri=True, isolation_level=None, check_same_thread=False, timeout=5
        )
        try:
            _equip(connection)
            connection.execute("PRAGMA query_only=1")
            # The file is read as memory: what is read of it is the system's cache, and no copy.
            connection.execute(f"PRAGMA mmap_size={MMAP_BYTES}")
        except sqlite3.DatabaseError:
            connection.close()
            raise
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


def is_unwritable(error: sqlite3.Error) -> bool:
    """Whether a file could not be written, or read: also where a temporary one has no folder."""
    return _code(error) == sqlite3.SQLITE_IOERR


@contextmanager
def write_transaction(db: "Database", *, keep: bool = True) -> Iterator[None]:
    """One transaction, all or nothing; raises Busy while another process writes. Within another one
    it is a part of it, which is undone alone, and kept if the whole is. What is not to be kept is
    undone at its end."""
    within = db.conn.in_transaction
    begin, end, undo = PART if within else WHOLE
    try:
        db.conn.execute(begin)
    except sqlite3.OperationalError as error:
        if _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Busy("another load is going on; try again when it is done") from error
        raise
    is_kept = is_ending = False
    try:
        yield
        if keep:
            is_ending = True
            db.conn.execute(end)
            is_kept = True
    finally:
        # The engine may have undone all of it, as when a disk is full.
        if not is_kept and db.conn.in_transaction:
            for statement in undo:
                db.conn.execute(statement)
        if is_ending and not is_kept and not within:
            _write_over(db)


def _write_over(db: "Database") -> None:
    """Let the log begin with something else than what was refused at its end. The engine may have
    written it all, and failed to have it synchronized; it stands in the log then, whole, and would
    be there after all when the log is next read from its beginning."""
    (number,) = db.conn.execute("PRAGMA user_version").fetchone()
    try:
        db.conn.execute(WHOLE[0])
        # Writes a page, though nothing changes.
        db.conn.execute(f"PRAGMA user_version = {number}")
        db.conn.execute(WHOLE[1])
    except sqlite3.OperationalError as error:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        unknown = "it is not known whether it was kept: `quipu doctor` tells"
        raise sqlite3.OperationalError(f"{error}; {unknown}") from error


def index_names(connection: Any, table: str) -> set[str]:
    """The indexes of a table that were made by a statement of their own."""
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql NOT NULL",
        (table,),
    )
    return {name for (name,) in rows}


def writes_seen(connection: Any) -> int:
    """A number that another one's writes change."""
    (number,) = connection.execute("PRAGMA data_version").fetchone()
    return int(number)


def _equip(connection: sqlite3.Connection) -> None:
    """Teach a connection what other engines know by themselves."""
    connection.create_function("sha256_of", 1, _digest, deterministic=True)
    connection.create_function("holds_words", 3, holds_words, deterministic=True)


def _digest(value: Any) -> str:
    return sha256(str(value).encode()).hexdigest()


def sqlite_version() -> tuple[int, ...]:
    """The version of the SQLite library in use."""
    return sqlite3.sqlite_version_info


def integrity_problems(connection: Any) -> list[str]:
    """What the engine's own check finds wrong; an empty list for a sound database."""
    rows = connection.execute("PRAGMA integrity_check(100)").fetchall()
    return [row[0] for row in rows if row[0] != "ok"]
