"""Who answers takes turns: one works at a time, first come, first served, and nobody for long."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from random import Random
from threading import Event, Thread, get_ident
from time import monotonic, sleep

import pytest

from api.scheduling.background import Background
from api.scheduling.lead import Lead
from api.scheduling.places import Places
from api.scheduling.turns import BUSY, REST, Turns
from api.store.reader import STEPS, Reader
from api.store.statement import Statement
from tests.store.counting import counting

# Far longer than anything takes: only what hangs gets there.
LONG = 60.0
# And longer than that: nobody loses patience.
NEVER = 10 * LONG
# A statement of more steps than pass before anybody looks how long it takes.
FAR = 2 * STEPS


class Worker(Thread):
    """A thread that takes a turn, says so, and holds it until it is told to go on."""

    def __init__(self, turns: Turns, within: Callable[[], None] = lambda: None) -> None:
        super().__init__(daemon=True)
        self._turns, self._within = turns, within
        self.works, self.goes_on = Event(), Event()
        self.start()

    def run(self) -> None:
        with self._turns:
            self._within()
            self.works.set()
            assert self.goes_on.wait(LONG)

    def ends(self) -> None:
        self.goes_on.set()
        self.join(LONG)
        assert not self.is_alive()


def waiting(turns: Turns, number: int) -> None:
    """Returns when so many wait for a turn."""
    until = monotonic() + LONG
    while len(turns._waiting) != number:
        assert monotonic() < until


def test_who_comes_first_is_served_first() -> None:
    turns = Turns(NEVER)
    workers = [Worker(turns)]
    assert workers[0].works.wait(LONG)
    for number in range(1, 4):
        workers.append(Worker(turns))
        waiting(turns, number)
    for worker, following in pairwise(workers):
        assert not following.works.is_set()
        worker.ends()
        assert following.works.wait(LONG)
    workers[-1].ends()
    with turns:
        assert not turns._waiting


def test_who_takes_longer_than_a_moment_leaves_and_works_on() -> None:
    turns = Turns(NEVER)
    slow = Worker(turns, turns.leave)
    assert slow.works.wait(LONG)
    quick = Worker(turns)
    assert quick.works.wait(LONG)
    # It has no turn any more: when it is done, the other one still has his.
    slow.ends()
    third = Worker(turns)
    waiting(turns, 1)
    assert not third.works.is_set()
    quick.ends()
    third.ends()


def test_who_takes_longer_than_a_moment_leads_no_further() -> None:
    turns = Turns(NEVER)
    turns.lead = Lead(NEVER)
    with turns:
        turns.lead.answered()
        turns.leave()
        # Another one that has answered does not rest.
        other = Thread(target=turns.lead.answered, daemon=True)
        other.start()
        other.join(LONG)
        assert turns.lead._leader == other.ident


def test_who_waits_too_long_takes_the_turn() -> None:
    turns = Turns(0.01)
    stuck = Worker(turns)
    assert stuck.works.wait(LONG)
    other = Worker(turns)
    assert other.works.wait(LONG)
    stuck.ends()
    # The turn is still the other's, and is given on when he is done.
    assert turns._working == other.ident
    other.ends()
    assert turns._working is None


def test_nobody_takes_a_turn_that_has_just_begun_however_long_the_line_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The clock of turns stands still, and those who wait have long lost their patience."""
    moment = 0.0
    monkeypatch.setattr("api.scheduling.turns.monotonic", lambda: moment)
    turns = Turns(0.001)
    first, second = Worker(turns), Worker(turns)
    assert first.works.wait(LONG)
    waiting(turns, 1)
    assert not second.works.wait(0.1)
    moment = 0.001
    assert second.works.wait(LONG)
    first.ends()
    second.ends()


class Clock:
    """Stands until it is moved, and notes who rests how long."""

    def __init__(self) -> None:
        self.moment, self.rests = 0.0, list[float]()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr("api.scheduling.turns.monotonic", lambda: found.moment)
    monkeypatch.setattr("api.scheduling.turns.sleep", found.rests.append)
    return found


def test_who_goes_on_rests_the_longer_the_more_is_answered(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    # Of a length that adds up.
    window = 0.5
    monkeypatch.setattr("api.scheduling.turns.WINDOW", window)
    turns = Turns()
    pace = turns.pace()

    def goes_on_after(answers: int, seconds: float) -> list[float]:
        """How long it rests, after so many answers in so many seconds."""
        for _ in range(answers):
            with turns:
                pass
        clock.moment += seconds
        clock.rests.clear()
        with pace:
            assert turns._working == get_ident()
        assert turns._working is None
        return clock.rests

    busy = round(BUSY * window)
    assert goes_on_after(busy, window / 2) == []
    assert goes_on_after(0, window / 2) == [REST]
    assert goes_on_after(busy // 2, window) == [REST / 2]
    assert goes_on_after(3 * busy, window) == [REST]
    assert goes_on_after(0, window / 2) == [REST]
    assert goes_on_after(0, window) == []


def test_who_needs_no_turn_rests_as_long_and_is_in_nobodys_way(clock: Clock) -> None:
    turns = Turns()
    pace = turns.pace()
    with turns:
        pace.rest()
        assert turns._working is None
    turns.answers, clock.moment = 2 * BUSY, 1.0
    pace.rest()
    assert turns._working is None
    assert clock.rests == [REST]


def test_a_turn_within_a_turn_ends_with_the_inner_one() -> None:
    """A stream's first part is made within an answer; from then on it is in nobody's way."""
    turns = Turns(NEVER)
    with turns:
        with turns:
            pass
        other = Worker(turns)
        assert other.works.wait(LONG)
    other.ends()


def test_a_statement_that_takes_its_time_leaves_its_turn(database: Path) -> None:
    turns = Turns(NEVER)
    reader = Reader(str(database), LONG, None, turns, Background(), Places())
    with turns:
        reader.begin(answering=True)
        assert reader.rows(Statement("SELECT 1", {})) == [(1,)]
        assert turns._working == get_ident()
        assert reader.rows(counting(FAR)) == [(FAR,)]
        other = Worker(turns)
        assert other.works.wait(LONG)
    other.ends()
    reader.close()


def test_a_statement_that_takes_a_moment_keeps_its_turn_however_often_it_is_asked(
    database: Path,
) -> None:
    """The engine looks at the clock by the steps of a statement since it was prepared."""
    turns = Turns(NEVER)
    reader = Reader(str(database), LONG, None, turns, Background(), Places())
    few = STEPS // 40
    with turns:
        for _ in range(100):
            reader.begin(answering=True)
            assert reader.rows(counting(few)) == [(few,)]
            reader.end()
            assert turns._working == get_ident()
    reader.close()


def test_the_rows_of_a_stream_are_read_in_turn(database: Path) -> None:
    turns = Turns(NEVER)
    reader = Reader(str(database), LONG, None, turns, Background(), Places())
    other = Worker(turns)
    assert other.works.wait(LONG)
    rows: list[object] = []
    stream = Thread(target=lambda: rows.extend(reader.batches(Statement("SELECT 1", {}))))
    stream.start()
    waiting(turns, 1)
    assert not rows
    other.ends()
    stream.join(LONG)
    assert rows == [[(1,)]]
    reader.close()


def test_a_turn_ends_with_an_error() -> None:
    turns = Turns(NEVER)
    with pytest.raises(LookupError), turns:
        raise LookupError
    other = Worker(turns)
    assert other.works.wait(LONG)
    other.ends()


def test_turns_that_are_taken_as_they_are_given_end_all_the_same() -> None:
    """The patience of those who wait is as long as a turn: it ends while they are given theirs."""
    turns, done = Turns(0.0005), list[int]()

    def work(seed: int) -> None:
        lengths = Random(seed)  # noqa: S311 - nothing secret
        for _ in range(100):
            with turns:
                sleep(lengths.uniform(0, 0.001))
        done.append(seed)

    threads = [Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert sorted(done) == list(range(8))
    assert (turns._working, list(turns._waiting)) == (None, [])


def test_no_two_work_at_once() -> None:
    turns = Turns(NEVER)
    at_work: list[int] = []
    most: list[int] = []

    def work() -> None:
        for number in range(200):
            with turns:
                at_work.append(number)
                most.append(len(at_work))
                at_work.pop()

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert max(most) == 1
    assert len(most) == 1200
