"""What a server's processes and threads have of the system: memory, the processor, and word of each
other."""

import os
import sys
from contextlib import suppress

from api.scheduling.processor import run_at_a_time

# As malloc.h and prctl.h have it.
M_ARENA_MAX = -8
PR_SET_PDEATHSIG = 1
# Seconds: time for thirty lists, where what is usual, 1.4 ms, is time for four.
AT_A_TIME = 0.01


def share_memory() -> None:
    """Let all threads have their memory from one place; to be said before there are any. GNU's C
    library gives each its own, and takes little of it back: what one thread kept of answers, the
    next one that leads keeps again, as much as the cache may hold ten times over (decision 46).
    They take turns, so none has to wait for it.

    Whoever sets MALLOC_ARENA_MAX decides. Other C libraries have one place anyway.
    """
    if "MALLOC_ARENA_MAX" in os.environ:
        return
    with suppress(ImportError, OSError, AttributeError):
        from ctypes import CDLL  # noqa: PLC0415 - not there in every Python

        CDLL(None).mallopt(M_ARENA_MAX, 1)


def hear_of_the_parents_end(number: int) -> None:
    """Be sent a signal when the thread that forked this process ends, whatever ended it. Linux
    alone does so."""
    with suppress(ImportError, OSError, AttributeError):
        from ctypes import CDLL  # noqa: PLC0415 - not there in every Python

        CDLL(None).prctl(PR_SET_PDEATHSIG, number)


def send_together() -> None:
    """Where there is one processor, let a thread go on with what it does when it wakes another one.
    Each answer wakes the thread that sends it, which would take the place of the one that answers,
    and give it back; so it sends several at once (decision 47), as many as are answered before
    whoever answers has had the processor for long enough (decision 49).

    Linux alone knows such threads. Whoever chose another policy than the usual one has it.
    """
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) > 1:
        return
    if os.sched_getscheduler(0) == os.SCHED_OTHER:
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
            run_at_a_time(AT_A_TIME)
