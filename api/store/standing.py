"""The rows that stand, found by the lines that they were read from.

Who sends a data set again sends it in the order in which it came, mostly: then what comes next
stands next, but for the order within a run (`api.store.replace.RUN`), whose rows are written by
their ids. So rows are read by their numbers, some way ahead of the lines, and a line is looked for
among them. What is not there is looked up by its id, which takes three times as long; where more is
found in that way, rows are read from there on.
"""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from api.intake.lines import Line, Unread
from api.store.seen import TABLE, Fingerprint
from schemas.resource import Resource

# Two runs of figures: they are read across the end of one into the next.
AHEAD = 20_000
# What was read ahead and does not come is forgotten when there is so much of it (130 bytes each).
HELD = 2 * AHEAD
# Of the rows that are looked up one in so many may stand far before the others.
STRAY = 20
# Where a line most probably says its id. Elsewhere it is not found, and read.
_ID = re.compile(rb'"id"\s*:\s*"([^"\\]+)"')
# {fingerprint of a line: number of its row}
Rows = dict[Fingerprint, int]


class StandingRows:
    """The current rows of a resource, the highest of which has the number `last`, while lines of a
    data set come, probably so many as are `expected`.

    In whatever order they come: no more rows are read ahead than lines have come, and `AHEAD`.
    """

    def __init__(self, connection: Any, resource: Resource, last: int, expected: int) -> None:
        self._connection, self._resource = connection, resource
        self._last, self._next = last, last + 1
        self._reach = self._may_read = min(AHEAD, expected)
        self._ahead: Rows = {}

    def rows(self, told: Iterable[tuple[Unread, Fingerprint]]) -> Rows:
        """{fingerprint: row} of those lines that say what stands already, each time that they
        come."""
        lines = {said: one for one, said in told if isinstance(one, Line)}
        ahead = self._ahead
        found = {said: ahead.pop(said) for said in lines if said in ahead}
        looked_up: Rows = {}
        if len(found) < len(lines):
            looked_up = self._looked_up(line for said, line in lines.items() if said not in found)
            looked_up = {said: row for said, row in looked_up.items() if said in lines}
        self._may_read += len(lines)
        if len(looked_up) <= len(found):
            self._read_on(len(lines) if found else 0)
        elif self._may_read >= self._reach:
            self._next = sorted(looked_up.values())[len(looked_up) // STRAY]
            self._read_on(self._reach)
        return found | looked_up

    def _looked_up(self, lines: Iterable[Line]) -> Rows:
        """The rows of the ids that lines say, whatever else these say."""
        said = [_ID.search(line.content) for line in lines]
        ids = [id_[1].decode(errors="replace") for id_ in said if id_]
        name = self._resource.name
        found = self._connection.execute(
            f"SELECT s.line, f.row FROM {name} AS f "
            f"CROSS JOIN {TABLE} AS s ON s.resource = ? AND s.row = f.row "
            f"WHERE f.to_version IS NULL AND f.id IN ({', '.join('?' * len(ids))})",
            [name, *ids],
        )
        return dict(found)

    def _read_on(self, number: int) -> None:
        """Read so many rows more, with those of other data sets and of former versions."""
        self._may_read -= number
        if self._next > self._last:
            return
        name, first = self._resource.name, self._next
        self._next = min(first + number, self._last + 1)
        found = self._connection.execute(
            f"SELECT s.line, s.row FROM {TABLE} AS s CROSS JOIN {name} AS f ON f.row = s.row "
            "WHERE s.resource = ? AND s.row >= ? AND s.row < ? AND f.to_version IS NULL",
            [name, first, self._next],
        )
        self._ahead.update(found)
        for said in list(islice(self._ahead, max(0, len(self._ahead) - HELD))):
            del self._ahead[said]
