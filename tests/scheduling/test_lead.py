"""One thread looks for requests as long as it can answer them all, and the others rest."""

from collections.abc import Callable
from threading import Event, Thread
from time import monotonic

import pytest

from api.scheduling.lead import Lead

# Far longer than anything takes: only what hangs gets there.
LONG = 60.0
# And longer than that: nobody looks whether there is still somebody who leads.
NEVER = 10 * LONG


class Answering(Thread):
    """A thread that hands over an answer whenever it is told to, and says when it would look for
    the next request."""

    def __init__(self, lead: Lead) -> None:
        super().__init__(daemon=True)
        self._lead = lead
        self._next, self._looks = Event(), Event()
        self._does: Callable[[], None] = lead.answered
        self.start()

    def run(self) -> None:
        while self._next.wait(LONG):
            self._next.clear()
            self._does()
            self._looks.set()

    def begins(self, does: Callable[[], None]) -> None:
        """Let it do something. What it does is `answered`, unless something else is told."""
        self._does = does
        self._looks.clear()
        self._next.set()

    def answers(self) -> None:
        self.begins(self._lead.answered)

    def looks(self) -> bool:
        """Whether it looks for a request, as soon as it does."""
        return self._looks.wait(LONG)

    @property
    def rests(self) -> bool:
        return not self._looks.is_set()


def resting(lead: Lead, number: int) -> None:
    """Returns when so many rest."""
    until = monotonic() + LONG
    while len(lead._resting) != number:
        assert monotonic() < until


def led(lead: Lead, others: int) -> tuple[Answering, list[Answering]]:
    """A thread that leads, and others that rest, in this order."""
    leader = Answering(lead)
    leader.answers()
    assert leader.looks()
    rest = []
    for number in range(others):
        rest.append(Answering(lead))
        rest[-1].answers()
        resting(lead, number + 1)
    return leader, rest


def test_the_first_that_answers_leads_and_who_answers_beside_it_rests() -> None:
    lead = Lead(NEVER)
    leader, others = led(lead, 3)
    leader.answers()
    assert leader.looks()
    assert all(one.rests for one in others)


def test_who_takes_longer_than_a_moment_leads_no_further() -> None:
    """One takes its place, the first that rests; the others rest on, and so does the old one."""
    lead = Lead(NEVER)
    leader, (first, second) = led(lead, 2)
    leader.begins(lead.leave)
    assert first.looks()
    assert second.rests
    assert leader.looks()
    leader.answers()
    resting(lead, 2)
    first.begins(lead.leave)
    assert second.looks()
    assert leader.rests


def test_who_does_not_lead_has_nothing_to_leave() -> None:
    lead = Lead(NEVER)
    _, (first, second) = led(lead, 2)
    other = Answering(lead)
    other.begins(lead.leave)
    assert other.looks()
    assert first.rests
    assert second.rests


def test_who_is_not_seen_for_some_time_leads_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it does: an answer of a second, or nothing."""
    moment = 0.0
    monkeypatch.setattr("api.scheduling.lead.monotonic", lambda: moment)
    lead = Lead(0.001)
    leader, (first, second) = led(lead, 2)
    moment = 0.0009
    leader.answers()
    assert leader.looks()
    moment = 0.0018
    assert not first._looks.wait(0.05)
    moment = 0.002
    assert first.looks()
    assert second.rests


def test_nobody_rests_where_nothing_is_asked() -> None:
    lead = Lead(0.001)
    every = [Answering(lead) for _ in range(5)]
    for one in every:
        one.answers()
    assert all(one.looks() for one in every)
    assert not lead._resting
