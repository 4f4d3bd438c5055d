"""Opening the database: one writer, readers that cannot write, and clear errors."""

import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from api.cli.database import now
from api.intake.packaged import packaged_datasets
from api.store import pool, reader
from api.store.engine import (
    PAGE_BYTES,
    Busy,
    Database,
    Unavailable,
    integrity_problems,
    open_reader,
    open_writer,
    write_transaction,
)
from api.store.history import broken_links, releases
from api.store.load import load_dataset, prepare
from api.store.pool import Store
from api.store.reader import Reader, Timeout
from api.store.snapshot import Snapshot
from schemas import FIGURE
from schemas.query import Query
from tests.store.generated import bundle_of, figure


def test_the_writer_waits_for_the_disk(db: Database) -> None:
    assert db.conn.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert db.conn.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_database_that_is_there_keeps_its_pages(tmp_path: Path) -> None:
    """What is made anew has larger ones."""
    path = tmp_path / "small.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA page_size=4096")
        connection.execute("VACUUM")
    connection.close()
    for file, size in ((path, 4096), (tmp_path / "new.db", PAGE_BYTES)):
        db = open_writer(str(file), 1000)
        db.conn.execute("CREATE TABLE u (x)")
        db.conn.close()
        reader = open_reader(str(file))
        assert reader.execute("PRAGMA page_size").fetchone() == (size,)
        reader.close()


def test_a_reader_cannot_write(database: Path) -> None:
    reader = open_reader(str(database))
    for statement in ("DELETE FROM figures", "CREATE TABLE t (x)", "PRAGMA user_version = 5"):
        with pytest.raises(sqlite3.OperationalError):
            reader.execute(statement)
    reader.close()


def test_a_reader_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"missing\.db"):
        open_reader(str(tmp_path / "missing.db"))
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_a_name_is_refused() -> None:
    """SQLite would make a temporary one, and lose it."""
    with pytest.raises(sqlite3.OperationalError, match="no name"):
        open_writer("", 1000)


@pytest.mark.parametrize("content", [b"", b"no database at all, but long enough" * 200])
def test_what_is_no_database_is_unavailable(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "quipu.db"
    path.write_bytes(content)
    store = Store(str(path), 1000)
    with pytest.raises(Unavailable):
        store.check()
    store.close()
    assert path.read_bytes() == content


def test_a_damaged_database_has_integrity_problems(db: Database, database: Path) -> None:
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (root,) = db.conn.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'figures_now_value'"
    ).fetchone()
    (size,) = db.conn.execute("PRAGMA page_size").fetchone()
    raw = bytearray(database.read_bytes())
    raw[root * size - 8 : root * size] = b"\xff" * 8
    copy = database.with_name("damaged.db")
    copy.write_bytes(raw)
    reader = open_reader(str(copy))
    assert integrity_problems(reader)
    reader.close()


def test_a_transaction_that_fails_is_undone(db: Database) -> None:
    def fail() -> None:
        with write_transaction(db):
            db.conn.execute("DELETE FROM releases")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert len(list(releases(db.conn))) == 4


class Failing:
    """A connection whose transactions cannot be ended, so many times."""

    def __init__(self, connection: Any, times: int) -> None:
        self._connection, self._times = connection, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, statement: str, *parameters: Any) -> Any:
        if statement == "COMMIT" and self._times:
            self._times -= 1
            raise sqlite3.OperationalError("disk I/O error")
        return self._connection.execute(statement, *parameters)


@pytest.mark.parametrize(("times", "is_known"), [(1, True), (2, False)])
def test_what_was_refused_at_its_end_is_written_over_in_the_log(
    db: Database, database: Path, times: int, is_known: bool
) -> None:
    """The engine may have written it whole, and would find it when it next reads the log."""
    writer, log = open_writer(str(database), 1000), database.with_name(f"{database.name}-wal")
    connection, writer.conn = writer.conn, Failing(writer.conn, times)  # type: ignore[assignment]
    before = log.read_bytes()
    with pytest.raises(sqlite3.OperationalError) as failed, write_transaction(writer):
        writer.conn.execute("DELETE FROM releases")
    assert ("not known whether it was kept" in str(failed.value)) is not is_known
    assert (log.read_bytes() != before) is is_known
    connection.close()
    assert len(list(releases(db.conn))) == 4
    assert integrity_problems(db.conn) == []


def test_a_second_writer_is_told_that_another_is_at_work(db: Database, database: Path) -> None:
    second = open_writer(str(database), 10)
    with write_transaction(db), pytest.raises(Busy), write_transaction(second):
        pass
    with write_transaction(second):
        second.conn.execute("UPDATE releases SET counts = counts")
    second.conn.close()


def test_a_second_writer_waits_for_the_first(database: Path) -> None:
    at_work, done = threading.Event(), threading.Event()

    def first() -> None:
        connection = open_writer(str(database), 1000)
        with write_transaction(connection):
            at_work.set()
            done.wait(10)
        connection.conn.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert at_work.wait(10)
    threading.Timer(0.1, done.set).start()
    patient = open_writer(str(database), 10_000)
    assert load_dataset(patient, bundle_of([figure("g-1")]), now).version == 5
    patient.conn.close()
    thread.join()


def test_several_first_loads_at_once_make_one_database(tmp_path: Path) -> None:
    database = tmp_path / "quipu.db"
    command = [sys.executable, "-m", "api.cli", "--database", str(database), "load"]
    loads = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    said = [load.communicate(timeout=60)[1] for load in loads]
    assert [load.returncode for load in loads] == [0] * 4, said
    db = open_writer(str(database), 1000)
    assert [release.version for release in releases(db.conn)] == [1, 2, 3, 4]
    assert not list(broken_links(db.conn))
    db.conn.close()


def test_readers_see_one_state_while_a_load_goes_on(db: Database, store: Store) -> None:
    with store.snapshot() as snapshot:
        before = list(snapshot.stream(FIGURE, Query(), None))
        assert load_dataset(db, bundle_of([figure("g-1")]), now).version == 5
        assert list(snapshot.stream(FIGURE, Query(), None)) == before
        release = snapshot.release(None)
        assert release is not None
        assert release.version == 4
    with store.snapshot() as snapshot:
        assert len(list(snapshot.stream(FIGURE, Query(), None))) == len(before) + 1


def test_a_query_that_takes_too_long_is_given_up(db: Database, database: Path) -> None:
    """The timeout is no time at all, so every statement of any length is too slow."""
    load_dataset(db, bundle_of(figure(f"g-{n}", n) for n in range(3000)), now)
    store = Store(str(database), 0)
    with pytest.raises(Timeout), store.snapshot() as snapshot:
        snapshot.count(FIGURE, Query(q="a", count="exact"), 5)
    store.close()


def test_a_connection_that_has_rested_begins_and_ends_as_ever(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine looks at the clock within the statements that begin and end a snapshot, too: of
    those the last question's time is over."""
    monkeypatch.setattr(reader, "STEPS", 1)
    store = Store(str(database), 20)
    lent = []
    for _ in range(3):
        with store.snapshot() as snapshot:
            lent.append(snapshot._reader)
            sleep(0.03)
        sleep(0.03)
    assert lent == [lent[0]] * 3
    store.close()


@pytest.mark.parametrize("answering", [True, False])
def test_what_an_answer_reads_has_the_time_of_one_statement_together(
    store: Store, monkeypatch: pytest.MonkeyPatch, *, answering: bool
) -> None:
    """Ten seconds, of which each statement takes six; the rest of a stream has its own time."""
    moment = 0.0
    monkeypatch.setattr(reader, "monotonic", lambda: moment)
    monkeypatch.setattr(reader, "STEPS", 1)
    lent = store.snapshot(answering=answering)
    with lent as snapshot:
        assert snapshot.count(FIGURE, Query(), None)
        moment += 6
        assert snapshot.count(FIGURE, Query(), None)
        moment += 6
        with pytest.raises(Timeout) if answering else nullcontext():
            snapshot.count(FIGURE, Query(), None)
        ended = lent.outlive()
    assert snapshot.count(FIGURE, Query(), None)
    ended()


@pytest.mark.parametrize(
    ("trouble", "kept"),
    [
        (KeyError, True),
        (Timeout, True),
        (GeneratorExit, True),
        (Unavailable, False),
        (sqlite3.DatabaseError, False),
    ],
)
def test_a_connection_is_given_up_only_if_the_engine_complained(
    store: Store, trouble: type[BaseException], kept: bool
) -> None:
    def opened() -> object:
        with store.snapshot() as snapshot:
            return snapshot._reader

    def stumble() -> None:
        with store.snapshot():
            raise trouble

    first = opened()
    with pytest.raises(trouble if kept else Unavailable):
        stumble()
    assert (opened() is first) == kept


def test_readers_follow_a_file_that_takes_the_place_of_theirs(
    store: Store, database: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copy(database, tmp_path / "other.db"))
    db = open_writer(str(other), 1000)
    assert load_dataset(db, bundle_of([figure("g-1")]), now).version == 5
    db.conn.close()
    with store.snapshot() as snapshot, store.snapshot():
        assert snapshot.count(FIGURE, Query(), None)
    other.replace(database)
    sleep(2 * pool.LOOK_EVERY)
    for _ in range(3):
        with store.snapshot() as snapshot:
            assert version_of(snapshot) == 5
    database.unlink()
    sleep(2 * pool.LOOK_EVERY)
    with pytest.raises(Unavailable), store.snapshot():
        pass


def test_a_log_that_is_no_longer_there_is_not_read(
    db: Database, store: Store, database: Path, tmp_path: Path
) -> None:
    """A copy is put back beside the log of the file that was there, which is removed too late."""
    backup = Path(shutil.copy(database, tmp_path / "backup.db"))
    assert load_dataset(db, bundle_of([figure("g-1")]), now).version == 5
    log, shared = (database.with_name(database.name + end) for end in ("-wal", "-shm"))
    assert log.stat().st_size
    backup.replace(database)
    sleep(2 * pool.LOOK_EVERY)
    with store.snapshot() as snapshot:
        assert version_of(snapshot) == 5  # as the old log has it
    log.unlink()
    shared.unlink()
    sleep(2 * pool.LOOK_EVERY)
    with store.snapshot() as snapshot:
        assert version_of(snapshot) == 4


def test_a_log_whose_index_was_removed_is_not_read(
    store: Store, database: Path, dataset: Path
) -> None:
    """Nothing that others write can be seen by it, for as long as anybody here reads by it."""
    slow = store.lend()
    slow.begin()
    assert store.pulse() is not None
    database.with_name(f"{database.name}-shm").unlink()
    description = dataset / "dataset.yaml"
    description.write_text(description.read_text().replace("April 2021", "April"))
    load = ["--database", str(database), "load", str(dataset)]
    subprocess.run([sys.executable, "-m", "api.cli", *load], check=True, capture_output=True)
    sleep(2 * pool.LOOK_EVERY)
    assert store.pulse() is None
    with pytest.raises(Unavailable, match="-shm was removed"), store.snapshot():
        pass
    slow.end()
    store.take_back(slow)
    with store.snapshot() as snapshot:
        assert version_of(snapshot) == 5
    assert store.pulse() is not None


def test_who_is_late_with_a_reader_reads_what_is_there(
    store: Store, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Path(shutil.copy(database, tmp_path / "other.db"))
    db = open_writer(str(other), 1000)
    assert load_dataset(db, bundle_of([figure("g-1")]), now).version == 5
    db.conn.close()
    opened: list[Reader] = []

    def late(*given: Any) -> Reader:
        opened.append(Reader(*given))
        if len(opened) == 1:
            other.replace(database)
        return opened[-1]

    monkeypatch.setattr(pool, "Reader", late)
    with store.snapshot() as snapshot:
        assert version_of(snapshot) == 5
    assert len(opened) == 2


def test_no_reader_of_what_is_gone_is_kept(store: Store, database: Path, tmp_path: Path) -> None:
    old = store.lend()
    Path(shutil.copy(database, tmp_path / "other.db")).replace(database)
    sleep(2 * pool.LOOK_EVERY)
    new = store.lend()
    store.take_back(old)
    store.take_back(new)
    assert list(store._idle) == [new]
    with pytest.raises(sqlite3.ProgrammingError):
        old.connection.execute("SELECT 1")


def version_of(snapshot: Snapshot) -> int:
    release = snapshot.release(None)
    assert release is not None
    return release.version


def test_releases_are_found_by_version_and_by_moment(
    db: Database, store: Store, clock: Callable[[], object]
) -> None:
    assert load_dataset(db, bundle_of([figure("g-1")]), clock).version == 5  # type: ignore[arg-type]
    with store.snapshot() as snapshot:
        found = {
            asked: (release := snapshot.release(asked)) and (release.version, release.at)
            for asked in (None, 1, 4, 5, 6, "2029-12-31T23:59:59.999Z", "2030-01-01T00:00:00.000Z")
        }
        assert snapshot.release("1999-01-01T00:00:00.000Z") is None
    assert found == {
        None: (5, None),
        1: (1, 1),
        4: (4, 4),
        5: (5, None),
        6: None,
        "2029-12-31T23:59:59.999Z": (4, 4),
        "2030-01-01T00:00:00.000Z": (5, None),
    }


def test_an_empty_store_says_how_to_fill_it(tmp_path: Path) -> None:
    path = tmp_path / "quipu.db"
    db = open_writer(str(path), 1000)
    prepare(db)
    store = Store(str(path), 1000)
    with pytest.raises(Unavailable, match="no data has been loaded"):
        store.check()
    for bundle in packaged_datasets():
        assert load_dataset(db, bundle, now).findings == []
    store.check()
    store.close()
    db.conn.close()


def test_a_new_database_has_room_for_several_rows_in_a_page(db: Database) -> None:
    (size,) = db.conn.execute("PRAGMA page_size").fetchone()
    assert size == PAGE_BYTES == 8192


def test_who_is_told_of_other_files_is_answered_from_these(
    db: Database, store: Store, database: Path, tmp_path: Path
) -> None:
    """However lately somebody has looked which files there are."""
    copy = tmp_path / "copy.db"
    db.conn.execute(f"VACUUM INTO '{copy}'")
    with write_transaction(db):
        db.conn.execute("DELETE FROM text_checks")
        db.conn.execute("UPDATE releases SET dataset = 'another'")
    before = store.pulse()
    with store.snapshot() as snapshot:
        assert snapshot.release(None)
    db.conn.close()
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    copy.replace(database)
    with store.snapshot() as snapshot:
        assert {one.dataset for one in snapshot.dataset_releases(99)} == {"another"}
    assert store.pulse() != before
    with store.snapshot() as snapshot:
        assert {one.dataset for one in snapshot.dataset_releases(99)} != {"another"}


def deleted(db: Database, version: int, *, then: type[Exception] | None = None) -> None:
    """Delete a release in a transaction, and break it off."""
    with write_transaction(db):
        db.conn.execute("DELETE FROM releases WHERE version = ?", (version,))
        if then:
            raise then


def test_a_transaction_within_another_one_is_undone_alone(db: Database) -> None:
    with write_transaction(db):
        with pytest.raises(ZeroDivisionError):
            deleted(db, 1, then=ZeroDivisionError)
        deleted(db, 2)
    left = [version for (version,) in db.conn.execute("SELECT version FROM releases")]
    assert left == [1, 3, 4]


def test_what_a_transaction_within_another_one_did_goes_with_the_whole(db: Database) -> None:
    def broken_off() -> None:
        with write_transaction(db):
            deleted(db, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_off()
    assert db.table("releases").count == 4


def test_a_reader_that_was_streaming_reads_the_newest_data_next(db: Database, store: Store) -> None:
    """Though whoever began the stream may not have let go of it."""
    load_dataset(db, bundle_of(figure(f"g-{n}") for n in range(500)), now)
    with store.snapshot() as snapshot:
        stream = snapshot.stream(FIGURE, Query(), None)
        assert next(stream)
    assert load_dataset(db, bundle_of([]), now).version == 6
    with store.snapshot() as snapshot:
        release = snapshot.release(None)
        assert release is not None
        assert release.version == 6
    del stream
