"""Which part of a representation is sent: RFC 9110, one range of bytes at a time.

Several ranges, other units and what cannot be read are passed over, as the standard has it: the
answer is then the whole. A range is one of the encoded representation, which has a tag of its own.
"""

import re
from typing import NamedTuple

RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.IGNORECASE)


class Slice(NamedTuple):
    """Some bytes of a representation: from where, and how many."""

    start: int
    length: int

    def of(self, size: int) -> str:
        """As Content-Range says it."""
        return f"bytes {self.start}-{self.start + self.length - 1}/{size}"


class Unsatisfiable(Exception):
    """The range begins behind the end."""


def asked_slice(range_: str | None, if_range: str | None, tag: str, size: int) -> Slice | None:
    """What is asked for of a representation with this tag and size; None for all of it.

    `If-Range` holds for the same strong tag alone: a date cannot tell two versions of one second.
    """
    found = RANGE.fullmatch((range_ or "").strip())
    if found is None or not any(found.groups()):
        return None
    if if_range is not None and if_range.strip() != f'"{tag}"':
        return None
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        if not length:
            raise Unsatisfiable
        return Slice(size - length, length)
    start = int(first)
    end = min(int(last), size - 1) if last else size - 1
    if last and int(last) < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return Slice(start, end - start + 1)
