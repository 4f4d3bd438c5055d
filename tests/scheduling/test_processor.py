"""A thread may have the processor for longer at a time; who stands back has less of it."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from api.scheduling.processor import run_at_a_time, stand_back
from tests.processor import seconds_at_a_time

Told = TypeVar("Told")
LONG = 0.02
USUAL = seconds_at_a_time() if sys.platform == "linux" else None

where_it_is_told = pytest.mark.skipif(
    USUAL is None, reason="only Linux, from 6.12 on, tells how long a thread has the processor"
)


def in_a_thread(*steps: Callable[[], Told]) -> Told:
    """What the last of them tells; they are made one after the other, in a thread of their own."""
    with ThreadPoolExecutor(1) as threads:
        return [threads.submit(step).result() for step in steps][-1]


@where_it_is_told
def test_a_thread_has_the_processor_as_long_at_a_time_as_it_says() -> None:
    assert in_a_thread(lambda: run_at_a_time(LONG), seconds_at_a_time) == LONG
    assert seconds_at_a_time() == USUAL


@where_it_is_told
def test_so_have_the_threads_that_it_begins() -> None:
    assert in_a_thread(lambda: run_at_a_time(LONG), lambda: in_a_thread(seconds_at_a_time)) == LONG


@where_it_is_told
def test_nothing_is_as_long_as_is_usual() -> None:
    steps = (lambda: run_at_a_time(LONG), lambda: run_at_a_time(0), seconds_at_a_time)
    assert in_a_thread(*steps) == USUAL


@where_it_is_told
def test_who_stands_back_has_it_as_long_as_is_usual() -> None:
    assert in_a_thread(lambda: run_at_a_time(LONG), stand_back, seconds_at_a_time) == USUAL


@where_it_is_told
def test_what_a_thread_has_of_it_beside_others_stays() -> None:
    def told() -> tuple[int, int, float | None]:
        niceness = os.getpriority(os.PRIO_PROCESS, 0)
        return os.sched_getscheduler(0), niceness, seconds_at_a_time()

    def lower() -> None:
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        os.setpriority(os.PRIO_PROCESS, 0, min(os.getpriority(os.PRIO_PROCESS, 0) + 3, 19))

    policy, niceness, _ = in_a_thread(lower, told)
    assert policy == os.SCHED_BATCH
    longer = in_a_thread(lower, lambda: run_at_a_time(LONG), told)
    assert longer == (policy, niceness, LONG)


@where_it_is_told
def test_whoever_runs_where_nobody_else_does_is_left_alone() -> None:
    def stop() -> None:
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))

    steps = (stop, lambda: run_at_a_time(LONG), lambda: os.sched_getscheduler(0))
    assert in_a_thread(*steps) == os.SCHED_IDLE
    assert in_a_thread(*steps[:2], seconds_at_a_time) != LONG


@where_it_is_told
def test_on_a_machine_that_is_not_known_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.scheduling.processor.SET_ATTRIBUTES", {})
    assert in_a_thread(lambda: run_at_a_time(LONG), seconds_at_a_time) == USUAL


def test_a_priority_that_is_lower_already_stays_as_it_is() -> None:
    said = "import os; from api.scheduling.processor import *; os.nice(15); stand_back()"
    told = f"{said}; print(os.getpriority(os.PRIO_PROCESS, 0))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert int(done.stdout) == min(os.getpriority(os.PRIO_PROCESS, 0) + 15, 19)
