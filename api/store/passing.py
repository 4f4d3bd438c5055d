"""Seeing, while records are being written, whether all of a data set is right.

It is `api.intake.check` that says what is wrong. This only has to notice that something is, without
holding the data set: what a record names is noted in a table of its own, and looked at when all
rows are written. A test holds one against the other.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from api.intake.among import SOURCES, essentials, may_name, open_codes
from api.intake.evidence import check_locator
from api.store.beside import StoreKnown, names_what_is_gone
from schemas import DATASET, FIGURE, RESOURCES
from schemas.objects import Record
from schemas.resource import Resource

# What was noted lately is not noted again.
REMEMBERED = 100_000
NAMED = "named_by_load"


class Wrong(Exception):
    """Something of the data set does not hold."""


class Passing:
    """Holds a data set's records, as its schemas load them, against all that is written so far."""

    def __init__(self, connection: Any, dataset: str) -> None:
        self._connection, self._dataset = connection, dataset
        # Of no data set in particular: what the data set itself brings is written before.
        known = StoreKnown(connection, "")
        self._codes = lru_cache(known.codes)
        self._remembered: set[tuple[str, str]] = set()
        self._depends_on: list[str] | None = None

        @lru_cache(SOURCES)
        def source(id_: str) -> Record | None:
            found = known.source(id_)
            return essentials(found) if found else None

        self._source = source
        connection.execute(f"DROP TABLE IF EXISTS {NAMED}")
        connection.execute(
            f"CREATE TEMPORARY TABLE {NAMED} (target TEXT NOT NULL, id TEXT NOT NULL, "
            "PRIMARY KEY (target, id))"
        )

    def see(self, resource: Resource, records: list[Record]) -> None:
        """Look at some records of a resource. Raises Wrong."""
        for place in open_codes(resource):
            codes, read = self._codes(place.field.concept), several(place)
            if not codes.issuperset(code for record in records for code in read(record)):
                raise Wrong(place.path)
        if resource is DATASET and records and self._depends_on is None:
            self._depends_on = records[0]["depends_on"]
        if resource is FIGURE:
            for record in records:
                source = self._source(record["source"]["id"])
                if source and any(check_locator(record, source)):
                    raise Wrong("source")
        self._note(resource, records)

    def _note(self, resource: Resource, records: list[Record]) -> None:
        used: set[tuple[str, str]] = set()
        for place in resource.references.values():
            target, read = place.field.target, several(place)
            used.update((target, id_) for record in records for id_ in read(record))
        used -= self._remembered
        self._connection.executemany(
            f"INSERT INTO {NAMED} (target, id) VALUES (?, ?) ON CONFLICT DO NOTHING", sorted(used)
        )
        if len(self._remembered) > REMEMBERED:
            self._remembered.clear()
        self._remembered |= used

    def conclude(self, version: int) -> None:
        """Whether all that was named is there, now that all rows of a version are written: by the
        records that were seen, and by those whose lines were passed over. Raises Wrong."""
        if names_what_is_gone(self._connection, self._dataset, version):
            raise Wrong(self._dataset)
        depends_on = self._depends_on
        for target in RESOURCES:
            owners = self._connection.execute(
                f"SELECT DISTINCT t.dataset FROM {NAMED} AS n LEFT JOIN {target.name} AS t "
                "ON t.id = n.id AND t.to_version IS NULL WHERE n.target = ?",
                (target.name,),
            )
            for (owner,) in owners.fetchall():
                if owner is None or not may_name(target.name, owner, self._dataset, depends_on):
                    raise Wrong(target.name)
        self._connection.execute(f"DROP TABLE {NAMED}")


@lru_cache
def several(place: Any) -> Callable[[Any], Iterator[Any]]:
    """What finds every value that records have at a place."""
    if place.many:
        return lambda record: iter(place.values(record))
    read = place.reader()

    def one(record: Any) -> Iterator[Any]:
        value = read(record)
        if value is not None:
            yield value

    return one
