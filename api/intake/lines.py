"""Files of NDJSON that are left where they are: counted, and read line by line when asked for."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import IO, NamedTuple

from api.intake.exact_json import lines_of, read_json
from api.intake.finding import Finding, Unreadable
from api.intake.records import DATASETS, KINDS, Found, RawRecord, guarded, of_line, record_of

CHANGED = "was changed while it was being read; load it again"
State = tuple[int, ...] | None
# What else a line may be than the record of a resource.
BLANK, UNCLEAR = "", "?"
_KIND = re.compile(rb'\s*\{\s*"([a-z]+)"\s*:')
_KINDS = {kind.encode(): resource for kind, resource in KINDS.items()}


class Line(NamedTuple):
    """A line that has not been read. `kind` is that of its record; None where the line says it."""

    content: bytes
    kind: str | None
    file: str
    number: int

    def read(self) -> RawRecord | Finding:
        """The record that it holds; or why it holds none."""
        return record_of(self.file, self.found())

    def found(self) -> Found:
        return of_line(read_json(self.content), self.kind, self.number)


Unread = Line | RawRecord | Finding


def read(one: Unread) -> RawRecord | Finding:
    """What comes of a file, read if it was not."""
    return one.read() if isinstance(one, Line) else one


class Lines(NamedTuple):
    """A file of NDJSON that is read when it is asked for. `kind` is that of its records; None
    where each line says it. `numbers` is how many lines there are of each resource; `state` tells
    whether it is still the file whose lines were counted."""

    file: Path | Traversable
    kind: str | None
    numbers: Counter[str]
    state: State

    def described(self) -> Iterator[RawRecord | Finding]:
        """What describes the data set."""
        return guarded(self.file.name, self._described())

    def _described(self) -> Iterator[RawRecord | Finding]:
        for _, line in self._lines(DATASETS):
            found = line.found()
            if KINDS.get(found[0]) == DATASETS:
                yield record_of(line.file, found)

    def unread(self, resource: str) -> Iterator[Unread]:
        """The lines of a resource, but for what describes the data set: that has been read, as has
        a line of which nobody knew what it is."""
        return guarded(self.file.name, self._unread(resource))

    def _unread(self, resource: str) -> Iterator[Unread]:
        for said, line in self._lines(resource):
            if said == resource != DATASETS:
                yield line
                continue
            found = line.found()
            # A line that does not even say what it is, is told of once.
            if said == resource or KINDS.get(found[0], DATASETS) == resource:
                one = record_of(line.file, found)
                if resource != DATASETS or isinstance(one, Finding):
                    yield one

    def _lines(self, resource: str) -> Iterator[tuple[str, Line]]:
        """The lines that may be of a resource, each behind what it seems to be. The file is read
        as far as there are any: what describes a data set stands first as a rule. Raises
        Unreadable where it is not the file that was counted: who reads half of a file would take
        the other half for gone."""
        name, left = self.file.name, self.numbers[resource] + self.numbers[UNCLEAR]
        if not left:
            return
        with self.file.open("rb") as lines:
            if _state(lines) != self.state:
                raise Unreadable(CHANGED)
            for number, content in enumerate(lines_of(lines), 1):
                said = _resource_of(content, self.kind)
                if said in (resource, UNCLEAR):
                    yield said, Line(content, self.kind, name, number)
                    left -= 1
                    if not left:
                        return
        raise Unreadable(CHANGED)


def survey(file: Path | Traversable, kind: str | None) -> Lines | None:
    """A file of lines, counted and not read. None if it cannot be read."""
    try:
        with file.open("rb") as lines:
            state = _state(lines)
            numbers = Counter(_resource_of(line, kind) for line in lines_of(lines))
    except OSError:  # reading it will say so
        return None
    del numbers[BLANK]
    return Lines(file, kind, numbers, state)


def _state(file: IO[bytes]) -> State:
    """Which file it is, how long, and when it was written; None of what is none of the system's."""
    try:
        found = os.fstat(file.fileno())
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _resource_of(line: bytes, kind: str | None) -> str:
    """Of which resource the record of a line is, as far as can be seen without reading it."""
    begins = None if kind else _KIND.match(line)
    if begins:
        return _KINDS.get(begins[1], UNCLEAR)
    if line.isspace():
        return BLANK
    return KINDS[kind] if kind else UNCLEAR
