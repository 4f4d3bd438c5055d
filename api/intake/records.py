"""What stands in a file: records of some kind, each with the place where it stands; and what a
schema made of one."""

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar

from api.intake.finding import Finding, Unreadable
from schemas import RESOURCES
from schemas.cut import cut, quoted
from schemas.nearest import nearest
from schemas.resource import Resource

DATASETS = "datasets"
KINDS = {"dataset": DATASETS} | {
    resource.name: resource.name for resource in RESOURCES if resource.name != DATASETS
}
# (kind, data or why there are none, place in the file)
Found = tuple[str, Any, str]
One = TypeVar("One")


class RawRecord(NamedTuple):
    """A record as read, not yet checked. `name` says which one it is, even without an id."""

    resource: str
    data: Any
    file: str
    name: str


class CheckedRecord(NamedTuple):
    """A record, held against its schema: `data` is what the schema loaded, or as much of it as
    could be, and `wrong` the places where it did not hold."""

    resource: Resource
    data: dict[str, Any]
    raw: RawRecord
    wrong: frozenset[str] = frozenset()


def record_of(file: str, found: Found) -> RawRecord | Finding:
    """What was found in a file, as a record; or why it is none."""
    kind, data, place = found
    if isinstance(data, Unreadable):
        return Finding(file, cut(place), "", str(data))
    if kind not in KINDS:
        reason = f"{quoted(kind)} is none of: {', '.join(KINDS)}{nearest(kind, KINDS)[1]}"
        return Finding(file, cut(place), "", reason)
    id_ = data.get("id") if isinstance(data, dict) else None
    name = cut(id_) if isinstance(id_, str) and id_ else place
    return RawRecord(KINDS[kind], data, file, name)


def of_line(data: Any, kind: str | None, number: int) -> Found:
    """What a line holds; where no kind is given, it says of what kind its record is."""
    place = f"line {number}"
    if kind is not None:
        return kind, data, place
    if isinstance(data, Unreadable):
        return "", data, place
    if isinstance(data, dict) and len(data) == 1:
        ((named, record),) = data.items()
        return named, record, place
    return "", Unreadable('must be one kind and its record, {"kind": ...}'), place


def guarded(file: str, ones: Iterator[One]) -> Iterator[One | Finding]:
    """What comes of a file, and at its end why no more could be read."""
    try:
        yield from ones
    except Unreadable as error:
        yield Finding(file, "", "", str(error))
    except OSError as error:
        yield Finding(file, "", "", f"cannot be read: {error.strerror}")
