"""What a thread has of the processor: how much of it beside others, how long at a time, and how
long it has had it."""

import os
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from threading import get_ident

# Of a processor that others want too, Linux gives one of this niceness a tenth of their share.
NICENESS = 10
# Elsewhere it is the process that has a priority, and a clock of its own.
OF_A_THREAD = sys.platform == "linux"
# `struct sched_attr` of linux/sched/types.h, as it was first: size, policy, flags, niceness,
# priority; runtime, deadline and period in nanoseconds.
ATTRIBUTES = struct.Struct("=IIQiIQQQ")
# The number of `sched_setattr`, for which the C library has no name, by machine.
SET_ATTRIBUTES = {"x86_64": 314, "aarch64": 274}


def stand_back() -> None:
    """Lower the priority of this thread, or of its process where threads have none of their own.
    Where it is lower already, or may not be changed, it stays as it is. It has the processor as
    long at a time as is usual."""
    with suppress(OSError):
        own = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, 0, max(own, NICENESS))
    run_at_a_time(0)


def run_at_a_time(seconds: float) -> None:
    """Let this thread, and those that it begins, have the processor so long at a time before
    another one has it; 0 is as long as is usual. It has no more of it for that: it waits longer.

    Linux does so from 6.12 on. Elsewhere, and where it is forbidden, nothing is changed.
    """
    number = SET_ATTRIBUTES.get(os.uname().machine) if sys.platform == "linux" else None
    if number is None or sys.maxsize < 1 << 32:
        return
    with suppress(ImportError, OSError, AttributeError):
        from ctypes import CDLL, c_uint  # noqa: PLC0415 - not there in every Python

        policy, niceness = os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, 0)
        if policy in (os.SCHED_OTHER, os.SCHED_BATCH):
            nanoseconds = round(seconds * 1e9)
            told = ATTRIBUTES.pack(ATTRIBUTES.size, policy, 0, niceness, 0, nanoseconds, 0, 0)
            CDLL(None).syscall(number, 0, told, c_uint(0))


def work_clock() -> Callable[[], float]:
    """Tells other threads how many seconds this one has worked since; where that is not known, how
    many have passed."""
    if not OF_A_THREAD:
        begun = time.monotonic()
        return lambda: time.monotonic() - begun
    clock = time.pthread_getcpuclockid(get_ident())
    begun = time.clock_gettime(clock)
    return lambda: time.clock_gettime(clock) - begun
