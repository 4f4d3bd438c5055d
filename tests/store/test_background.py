"""What takes long is read at low priority, of the same data, and answers all the same."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from threading import Barrier, Event, Semaphore, Thread, get_ident
from typing import Any

import pytest

from api.scheduling.background import Background
from api.scheduling.places import NoFreePlace, Places
from api.scheduling.processor import NICENESS, OF_A_THREAD
from api.scheduling.turns import Turns
from api.store import engine
from api.store.pool import Store
from api.store.reader import LOOKS, STEPS, Reader, Timeout
from api.store.statement import Statement
from tests.store.counting import counting

LONG = 60.0
BRIEF = Statement("SELECT thread()", {})
# More steps than are a moment; and by whom they were made in the end.
FAR = LOOKS * STEPS
COUNTS, COUNTING = counting(FAR), counting(FAR, "thread()")


def niceness() -> int:
    """That of this thread."""
    return os.getpriority(os.PRIO_PROCESS, 0)


def ran(background: Background, read: Callable[[], Any]) -> Any:
    """What is returned in the background, however long it takes."""
    return background.run(read, LONG, lambda: None)[0]


@pytest.fixture
def background() -> Iterator[Background]:
    background = Background()
    yield background
    background.close()


@pytest.fixture
def places() -> Places:
    """There is one place for what takes longer than a moment."""
    return Places(1)


@pytest.fixture
def reader(database: Path, background: Background, places: Places) -> Iterator[Reader]:
    """A reader whose statements may ask which thread it is that runs them."""
    reader = Reader(str(database), LONG, None, Turns(), background, places)
    reader.connection.create_function("thread", 0, get_ident)
    yield reader
    reader.close()


def test_what_is_read_in_a_moment_is_read_by_who_asks(reader: Reader) -> None:
    reader.begin(answering=True)
    assert reader.rows(BRIEF) == [(get_ident(),)]


def test_what_takes_longer_is_read_in_the_background_and_so_is_what_follows(reader: Reader) -> None:
    reader.begin(answering=True)
    ((counted_by,),) = reader.rows(COUNTING)
    ((followed_by,),) = reader.rows(BRIEF)
    assert get_ident() not in (counted_by, followed_by)


def test_the_next_answer_has_its_own_moment(reader: Reader) -> None:
    reader.begin(answering=True)
    reader.rows(COUNTING)
    reader.end()
    reader.begin(answering=True)
    assert reader.rows(BRIEF) == [(get_ident(),)]


def test_what_is_begun_again_is_of_the_same_data(reader: Reader, database: Path) -> None:
    figures = Statement("SELECT COUNT(*) FROM figures", {})
    reader.begin(answering=True)
    before = reader.rows(figures)
    writer = engine.open_writer(str(database), 1000)
    writer.conn.execute("DELETE FROM figures")
    writer.conn.commit()
    reader.rows(COUNTING)
    assert reader.rows(figures) == before != [(0,)]
    writer.conn.close()


def test_a_stream_is_read_by_who_asks_however_long_it_takes(reader: Reader) -> None:
    reader.begin(answering=True)
    assert list(reader.batches(COUNTING)) == [[(get_ident(),)]]


def test_what_takes_longer_than_a_moment_needs_a_place_until_its_answer_ends(
    reader: Reader, places: Places
) -> None:
    give_back = places.take()
    reader.begin(answering=True)
    assert reader.rows(BRIEF) == [(get_ident(),)]
    with pytest.raises(NoFreePlace):
        reader.rows(COUNTING)
    give_back()
    reader.rows(COUNTING)
    # It holds the place, and needs no other.
    with pytest.raises(NoFreePlace):
        places.take()
    reader.rows(COUNTING)
    reader.end()
    places.take()


def test_a_stream_that_takes_its_time_to_begin_needs_a_place_too(
    reader: Reader, places: Places
) -> None:
    give_back = places.take()
    reader.begin(answering=True)
    assert list(reader.batches(BRIEF)) == [[(get_ident(),)]]
    with pytest.raises(NoFreePlace):
        next(reader.batches(COUNTING))
    # The moment that an answer has is over.
    with pytest.raises(NoFreePlace):
        reader.rows(BRIEF)
    reader.end()
    give_back()
    reader.begin(answering=True)
    assert list(reader.batches(COUNTING)) == [[(get_ident(),)]]
    with pytest.raises(NoFreePlace):
        places.take()
    reader.end()
    places.take()


def test_who_sends_a_stream_has_a_place_of_their_own(reader: Reader, places: Places) -> None:
    reader.begin(answering=True)
    reader.rows(COUNTING)
    reader.answered()
    give_back = places.take()
    assert list(reader.batches(COUNTING)) == [[(get_ident(),)]]
    reader.rows(COUNTING)
    reader.end()
    give_back()
    # It gives nothing back that is not its own.
    places.take()
    with pytest.raises(NoFreePlace):
        places.take()


@pytest.mark.parametrize(
    ("seconds", "statement", "error"),
    [
        (0.05, counting(10**9), Timeout),
        (LONG, Statement(f"{COUNTS.sql} AND fails()", COUNTS.parameters), engine.Unavailable),
    ],
)
def test_whatever_goes_wrong_the_place_is_given_back(
    database: Path, places: Places, seconds: float, statement: Statement, error: type[Exception]
) -> None:
    def fails() -> None:
        raise LookupError

    store = Store(str(database), int(seconds * 1000))
    store.places = places
    reader = store.lend()
    reader.connection.create_function("fails", 0, fails)
    store.take_back(reader)
    with pytest.raises(error), store.snapshot(answering=True) as snapshot:
        snapshot._rows(statement)
    store.close()
    places.take()


def test_what_takes_too_long_is_given_up_in_the_background_too(
    database: Path, background: Background
) -> None:
    reader = Reader(str(database), 0.2, None, Turns(), background, Places())
    reader.begin(answering=True)
    with pytest.raises(Timeout):
        reader.rows(counting(10**9))
    reader.close()


def test_only_what_was_worked_counts_as_time_and_of_all_statements_together(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten seconds, of which each statement works six, and waits a hundred."""
    moment = 0.0

    class Busy(Background):
        def run(self, read: Any, seconds: float, give_up: Any) -> tuple[Any, float]:
            nonlocal moment
            moment += 106
            return read(), 6.0

    monkeypatch.setattr("api.store.reader.monotonic", lambda: moment)
    reader = Reader(str(database), 10, None, Turns(), Busy(), Places())
    reader.begin(answering=True)
    for _ in range(2):
        assert reader.rows(counting(FAR)) == [(FAR,)]
    with pytest.raises(Timeout):
        reader.rows(BRIEF)
    reader.close()


def test_a_fault_is_told_as_it_is(reader: Reader) -> None:
    reader.begin(answering=True)
    reader.rows(COUNTING)
    with pytest.raises(engine.Unavailable, match="no such table: nowhere"):
        reader.rows(Statement("SELECT 1 FROM nowhere", {}))


@pytest.mark.skipif(not OF_A_THREAD, reason="only on Linux has a thread its own priority")
def test_the_background_has_a_lower_priority_and_who_asks_keeps_theirs(
    background: Background,
) -> None:
    before = niceness()
    assert ran(background, niceness) == max(before, NICENESS)
    assert niceness() == before


@pytest.mark.skipif(not OF_A_THREAD, reason="only on Linux is it known how long a thread works")
def test_to_wait_is_no_work(background: Background, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits five times as long as it may work, and hardly works, is not given up."""
    monkeypatch.setattr("api.scheduling.background.LONGEST", 1000)
    given_up = Event()
    _, worked = background.run(lambda: given_up.wait(1), 0.2, given_up.set)
    assert not given_up.is_set()
    assert worked < 0.2


def test_what_waits_too_long_is_given_up_all_the_same(background: Background) -> None:
    given_up = Event()
    assert background.run(lambda: given_up.wait(LONG), 0.01, given_up.set)[0]


def test_what_does_not_hear_it_at_once_is_told_again(background: Background) -> None:
    told = Semaphore(0)
    assert background.run(lambda: all(told.acquire() for _ in range(3)), 0.01, told.release)[0]


def test_who_is_interrupted_leaves_nothing_behind_that_goes_on(
    background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("concurrent.futures.wait", interrupted)
    given_up, ended = Event(), Event()
    with pytest.raises(KeyboardInterrupt):
        background.run(lambda: given_up.wait(LONG) and ended.set(), LONG, given_up.set)
    assert ended.wait(LONG)


def test_many_at_once_wait_for_nobody(background: Background) -> None:
    """Each waits for the others to begin: with a thread too few they would wait for ever."""
    all_there = Barrier(8)
    threads = [
        Thread(target=ran, args=(background, lambda: all_there.wait(LONG))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert not all_there.broken


def test_a_background_that_was_closed_begins_anew(background: Background) -> None:
    ran(background, get_ident)
    background.close()
    assert ran(background, get_ident) != get_ident()


def test_a_stream_that_has_begun_is_not_given_up(
    database: Path, background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has had some rows would take what is cut off for all."""
    monkeypatch.setattr("api.store.reader.STEPS", 10)
    reader = Reader(str(database), LONG, None, Turns(), background, Places(1))
    reader.begin()
    counted = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) "
    batches = reader.batches(Statement(counted + "SELECT i FROM n", {}))
    times = count(step=2 * LONG)
    rows = next(batches)
    monkeypatch.setattr("api.store.reader.monotonic", lambda: next(times))
    assert sum(map(len, [rows, *batches])) == 1000
    reader.close()
