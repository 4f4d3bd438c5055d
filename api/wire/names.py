"""What ids and codes were called at a data version.

What is to be told names records by their ids, and codes. A `Wanted` collects them; whoever can
read them makes `Names` of what it found.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from schemas import BY_NAME
from schemas.change import Change
from schemas.compact import parse
from schemas.fields import Code, Reference
from schemas.objects import Record
from schemas.paths import values_at
from schemas.resource import Resource

Row = tuple[int, int | None, str]
# To tell of a source is to tell who published it.
TOLD_WITH = {"sources": ("publisher",)}


@dataclass(frozen=True)
class Wanted:
    """{resource: ids} and concepts, each once, in the order in which they came."""

    records: dict[str, dict[str, None]] = field(default_factory=dict)
    concepts: dict[str, None] = field(default_factory=dict)

    def add(self, resource: Resource, record: Record, paths: tuple[str, ...] | None = None) -> None:
        """Want what a record names, at all places or at these."""
        for path, field_ in _naming(resource, paths):
            values = values_at(record, path)
            if isinstance(field_, Reference):
                self.records.setdefault(field_.target, {}).update(dict.fromkeys(values))
            elif values:
                self.concepts[field_.concept] = None


@cache
def _naming(
    resource: Resource, paths: tuple[str, ...] | None
) -> tuple[tuple[str, Reference | Code], ...]:
    """The places of a resource, or those of these, that hold ids of records or codes."""
    wanted = resource.places if paths is None else paths
    found = ((path, resource.places[path].field) for path in wanted)
    return tuple((path, field_) for path, field_ in found if isinstance(field_, Reference | Code))


def wanted_by(changes: Iterable[Change]) -> Wanted:
    """Everything that the records of some changes name, before and since."""
    wanted = Wanted()
    for change in changes:
        for body in filter(None, (change.before, change.after)):
            wanted.add(BY_NAME[change.resource], parse(body))
    return wanted


class Names:
    """Records by their ids and versions, and what the codes of a concept were called."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], list[tuple[int, int | None, Record]]] = {}
        self._codelists: dict[str, list[tuple[int, int | None, Record]]] = {}

    def add_records(self, resource: str, rows: Iterable[Row]) -> None:
        for first, last, record in map(_read, rows):
            self._rows.setdefault((resource, record["id"]), []).append((first, last, record))

    def add_codelists(self, rows: Iterable[Row]) -> None:
        """Lists of a concept are asked for a code in the order in which they come."""
        for first, last, record in map(_read, rows):
            by_code = {entry["code"]: entry for entry in record["codes"]}
            self._codelists.setdefault(record["concept"], []).append((first, last, by_code))

    def wanted_with(self) -> Wanted:
        """What the records that are known name, and is told with them."""
        wanted = Wanted()
        for (resource, _), rows in self._rows.items():
            for _, _, record in rows:
                wanted.add(BY_NAME[resource], record, TOLD_WITH.get(resource, ()))
        return wanted

    def has(self, resource: str, id_: str) -> bool:
        """Whether a record has been found already."""
        return (resource, id_) in self._rows

    def record(self, resource: str, id_: str, version: int) -> Record | None:
        """A record as it was at a version."""
        return next(_holding(self._rows.get((resource, id_), ()), version), None)

    def code(self, concept: str, code: str, version: int) -> Record | None:
        """{code, name, definition} as it was at a version, of the first list that has it."""
        codelists = _holding(self._codelists.get(concept, ()), version)
        return next((by_code[code] for by_code in codelists if code in by_code), None)


def _read(row: Row) -> tuple[int, int | None, Record]:
    first, last, body = row
    return first, last, parse(body)


def _holding(rows: Iterable[tuple[int, int | None, Record]], version: int) -> Iterator[Record]:
    return (
        record for first, last, record in rows if first <= version and (not last or version < last)
    )
