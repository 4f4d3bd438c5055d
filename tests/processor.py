"""What the system says of a thread and the processor."""

import os
from ctypes import CDLL, c_uint, create_string_buffer

from api.scheduling.processor import ATTRIBUTES

# The number of `sched_getattr` by machine.
GET_ATTRIBUTES = {"x86_64": 315, "aarch64": 275}


def seconds_at_a_time(thread: int = 0) -> float | None:
    """How long a thread has the processor before another one has it; None where there is no
    saying."""
    number = GET_ATTRIBUTES.get(os.uname().machine)
    if number is None:
        return None
    told = create_string_buffer(ATTRIBUTES.size)
    if CDLL(None).syscall(number, thread, told, c_uint(len(told)), c_uint(0)):
        return None
    nanoseconds: int = ATTRIBUTES.unpack(told.raw)[5]
    return nanoseconds / 1e9 or None
