"""Replacing what a data set said of a resource by what it says now, as it is read.

Nothing that grows with the data set is held but a bit for each row that is there
(`api.store.still`). What waits to be written is bounded.
"""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from marshmallow import ValidationError

from api.intake.finding import Finding
from api.intake.lines import Unread, read
from api.intake.read import Bundle
from api.store.engine import IntegrityError
from api.store.passing import Passing, Wrong
from api.store.provenance import Provenance
from api.store.rows import Row, create_indexes, drop_indexes, id_index, insert_rows, made_row
from api.store.seen import Fingerprint, SeenLines
from api.store.standing import StandingRows
from api.store.still import StillSaid
from schemas.batches import batches
from schemas.compact import dump, parse
from schemas.objects import Json, Record
from schemas.release import COUNTED
from schemas.resource import Resource

BATCH = 500
# Where nothing has to be found among them, new rows wait until their bodies have so many
# characters, and are written in the order of their ids. That is ten thousand figures, which take
# 40 MB while they wait: a stream of a million, by id, then goes from one to another of a hundred
# places, which the memory that is near holds, and not of two thousand.
RUN = 10_000_000
# From so many new rows on, if they are no small part of the table, indexes are made anew.
MANY, FEW = 5_000, 10
Counts = dict[str, int]
Progress = Callable[[int], None]


class Replacing:
    """One resource of a load: its records come in batches, then it is finished.

    `expected` is how many records will probably come.
    """

    def __init__(
        self,
        connection: Any,
        resource: Resource,
        provenance: Provenance,
        seen: SeenLines,
        expected: int,
    ) -> None:
        self._connection, self._resource, self._provenance = connection, resource, provenance
        self._seen = seen
        self.counts: Counts = dict.fromkeys(COUNTED, 0)
        last, self._rows = connection.execute(
            f"SELECT COALESCE(MAX(row), 0), COUNT(*) FROM {resource.name}"
        ).fetchone()
        self._numbers = count(last + 1)
        self._said = StillSaid(last)
        self._is_bare = False
        self._waiting: list[tuple[Row, Fingerprint]] = []
        self._characters = 0
        own = "WHERE dataset = ? AND to_version IS NULL LIMIT 1"
        self._had_own = bool(
            connection.execute(
                f"SELECT 1 FROM {resource.name} {own}", (provenance.dataset,)
            ).fetchone()
        )
        self._standing = StandingRows(connection, resource, last, expected)
        if not self._had_own:
            # Whatever comes is new: so it is known beforehand how much that is.
            self._lay_bare_if_many(expected)

    def pass_over(self, some: list[Unread]) -> list[tuple[Unread, Fingerprint]]:
        """What is to be read of what comes: all but the lines that say what stands already. Raises
        Wrong where one stands twice."""
        told = [(one, self._seen.fingerprint(one)) for one in some]
        passes_over = self._had_own and self._seen.is_sound
        standing = self._standing.rows(told) if passes_over else {}
        left: list[tuple[Unread, Fingerprint]] = []
        for one, fingerprint in told:
            row = standing.get(fingerprint)
            if row is None:
                left.append((one, fingerprint))
            else:
                self._said.mark(row)
        self.counts["unchanged"] += len(told) - len(left)
        return left

    def take(self, records: list[Record], fingerprints: list[Fingerprint]) -> None:
        """Write what is new of some records that hold, each read from a line of such a fingerprint.
        Raises Wrong where an id stands twice, or is another data set's."""
        stored = self._stored([record["id"] for record in records])
        fresh: list[tuple[str, Json, Fingerprint]] = []
        outdated: list[int] = []
        reworded: list[tuple[int, Fingerprint]] = []
        for record, fingerprint in zip(records, fingerprints, strict=True):
            dumped = self._resource.dump(record)
            said = dump(dumped)[:-1]
            before = stored.get(record["id"])
            if before is None:
                self.counts["created"] += 1
            else:
                row, version, body = before
                self._said.mark(row)
                if _says_the_same(body, said + self._provenance.end(version)):
                    self.counts["unchanged"] += 1
                    reworded.append((row, fingerprint))
                    continue
                self.counts["changed"] += 1
                outdated.append(row)
            fresh.append((said, dumped, fingerprint))
        self._seen.note(self._resource, reworded)
        self._close(outdated)
        self._insert(fresh)

    def _stored(self, ids: list[str]) -> dict[str, tuple[int, int, str]]:
        """{id: (row, version, body)} of what is stored of these."""
        if len(set(ids)) < len(ids):
            raise Wrong("id")
        if self._looks_nothing_up:
            return {}
        found = {}
        for id_, row, dataset, version, body in self._connection.execute(
            f"SELECT id, row, dataset, from_version, body FROM {self._resource.name} "
            f"WHERE to_version IS NULL AND id IN ({', '.join('?' * len(ids))})",
            ids,
        ):
            if dataset != self._provenance.dataset or version == self._provenance.version:
                raise Wrong("id")
            found[id_] = row, version, body
        return found

    @property
    def _looks_nothing_up(self) -> bool:
        """Whether all that comes is new, and what is not is found when indexes are made."""
        return not self._had_own and self._is_bare

    def _close(self, rows: Sequence[int]) -> None:
        self._connection.executemany(
            f"UPDATE {self._resource.name} SET to_version = ? WHERE row = ?",
            ((self._provenance.version, row) for row in rows),
        )

    def _insert(self, fresh: list[tuple[str, Json, Fingerprint]]) -> None:
        version = self._provenance.version
        provenance, end = self._provenance.of(version), self._provenance.end(version)
        for said, dumped, fingerprint in fresh:
            body, record = said + end, dumped | provenance
            row = made_row(self._resource, version, None, body, record)
            self._waiting.append((row, fingerprint))
            self._characters += len(body)
        self._lay_bare_if_many(self.counts["created"] + self.counts["changed"])
        if self._characters >= RUN or not self._looks_nothing_up:
            self._write()

    def _write(self) -> None:
        """Write what waits."""
        # Rows that are read by their ids then stand near each other, however large the table is.
        self._waiting.sort(key=lambda one: one[0].id)
        numbered = [(next(self._numbers), *one) for one in self._waiting]
        insert_rows(self._connection, self._resource, {n: row for n, row, _ in numbered})
        self._seen.note(self._resource, ((n, fingerprint) for n, _, fingerprint in numbered))
        self._waiting, self._characters = [], 0

    def _lay_bare_if_many(self, new: int) -> None:
        """Take the indexes off the table if so many new rows are no small part of it."""
        if not self._is_bare and new > max(MANY, self._rows // FEW):
            keep = [id_index(self._resource)] if self._had_own else []
            drop_indexes(self._connection, self._resource, keep)
            self._is_bare = True

    def finish(self) -> Counts:
        """Close what is no longer said. Raises Wrong where an id stands twice, or is another data
        set's."""
        self._write()
        if self._had_own and not self._says_all():
            unsaid = self._unsaid()
            self._close(unsaid)
            self.counts["closed"] = len(unsaid)
        if self._is_bare:
            try:
                create_indexes(self._connection, self._resource)
            except IntegrityError as error:
                raise Wrong("id") from error
        return self.counts

    def _says_all(self) -> bool:
        """Whether all current rows of the data set are said, where an index tells how many there
        are."""
        if self._is_bare:
            return False
        (there,) = self._connection.execute(
            f"SELECT COUNT(*) FROM {self._resource.name} WHERE dataset = ? AND to_version IS NULL",
            (self._provenance.dataset,),
        ).fetchone()
        return bool(there == sum(self.counts.values()))

    def _unsaid(self) -> Sequence[int]:
        rows = self._connection.execute(
            f"SELECT row FROM {self._resource.name} "
            "WHERE dataset = ? AND to_version IS NULL AND from_version < ?",
            (self._provenance.dataset, self._provenance.version),
        )
        return self._said.others(rows)


def replace_records(
    connection: Any,
    resource: Resource,
    bundle: Bundle,
    provenance: Provenance,
    passing: Passing,
    seen: SeenLines,
    progress: Progress,
) -> Counts:
    """Write what a bundle says of a resource. Raises Wrong."""
    expected = bundle.number_of(resource.name)
    replacing = Replacing(connection, resource, provenance, seen, expected)
    for some in batches(bundle.unread(resource.name), BATCH):
        left = replacing.pass_over(some)
        records = [_loaded(one, resource) for one, _ in left]
        passing.see(resource, records)
        replacing.take(records, [fingerprint for _, fingerprint in left])
        progress(len(some))
    seen.heed(resource, replacing.finish(), provenance.version)
    return replacing.counts


def _says_the_same(stored: str, body: str) -> bool:
    """Another version of the program may have written it in another way: `5e-05` for `5e-5`."""
    return stored == body or parse(stored) == parse(body)


def _loaded(one: Unread, resource: Resource) -> Record:
    raw = read(one)
    if isinstance(raw, Finding):
        raise Wrong(raw.record)
    try:
        return resource.load(raw.data)
    except ValidationError as error:
        raise Wrong(raw.name) from error
