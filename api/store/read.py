"""Reading: consistent snapshots of the database, and the few questions asked of them."""

import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, NamedTuple

from api.store import engine
from api.store.changes import Mark, changes_statement
from api.store.history import ReleaseRow
from api.store.query import (
    Statement,
    count_statement,
    items_statement,
    page_statement,
    stream_statement,
)
from api.store.tables import is_current
from schemas.change import Change
from schemas.parameters import PAGED_ROWS
from schemas.query import Query
from schemas.resource import Resource

# How many instructions of the engine pass between two looks at the clock.
STEPS = 20_000
# How many rows of a stream are held at a time: few enough for the memory that is nearest.
ROWS = 40


class Timeout(Exception):
    """A statement took longer than it may."""


class Release(NamedTuple):
    """A data version, when it came, which one is the newest, and the hash of all up to it."""

    version: int
    released_at: str
    newest: int
    hash: str

    @property
    def at(self) -> int | None:
        """The version to ask the tables for: None, the faster way, when it is the newest."""
        return None if self.version == self.newest else self.version


class DatasetRelease(NamedTuple):
    """When a data set first came and last changed, and of which resources it has records."""

    dataset: str
    first: str
    last: str
    resources: tuple[str, ...]


def _holds(counts: dict[str, dict[str, int]]) -> tuple[str, ...]:
    """The resources of which records were there after a load, by what it counted."""
    there = ("created", "changed", "unchanged")
    return tuple(name for name, found in counts.items() if any(found[kind] for kind in there))


class Rows(NamedTuple):
    """A page of rows: their bodies, the sort keys of the last one, and whether more follow."""

    bodies: list[str]
    last: tuple[Any, ...] | None
    more: bool


class Count(NamedTuple):
    """How many rows match, as far as was counted."""

    number: int
    exact: bool


class Snapshot:
    """The database at one moment: every statement sees the same data."""

    def __init__(self, connection: Any, deadline: Callable[[], None]) -> None:
        self._connection = connection
        self._start_clock = deadline
        # Whether the connection still reads as connections do that are kept.
        self.mapped = True

    def _rows(self, statement: Statement) -> list[tuple[Any, ...]]:
        self._start_clock()
        try:
            rows: list[tuple[Any, ...]] = self._connection.execute(*statement).fetchall()
        except engine.OperationalError as error:
            if "interrupted" in str(error):
                raise Timeout from error
            raise engine.Unavailable(str(error)) from error
        except engine.DatabaseError as error:
            raise engine.Unavailable(str(error)) from error
        return rows

    def is_current(self) -> bool:
        """Whether the tables are as this version of the program declares them."""
        return is_current(self._connection)

    def release(self, as_of: int | str | None) -> Release | None:
        """The newest release, or the one that held at a version or a moment; None if none did."""
        condition = {int: "WHERE version = :as_of ", str: "WHERE released_at <= :as_of "}
        sql = (
            "SELECT version, released_at, (SELECT MAX(version) FROM releases), hash FROM releases "
            f"{condition.get(type(as_of), '')}ORDER BY version DESC LIMIT 1"
        )
        rows = self._rows(Statement(sql, {} if as_of is None else {"as_of": as_of}))
        return Release(*rows[0]) if rows else None

    def page(
        self,
        resource: Resource,
        query: Query,
        at: int | None,
        after: Sequence[Any] | None = None,
    ) -> Rows:
        """One page of a collection, after a row's sort keys or at a page number."""
        offset = ((query.page or 1) - 1) * query.per_page
        rows = self._rows(page_statement(resource, query, at, after, query.per_page + 1, offset))
        kept = rows[: query.per_page]
        return Rows(
            [row[0] for row in kept],
            tuple(kept[-1][1:]) if kept else None,
            len(rows) > query.per_page,
        )

    def count(self, resource: Resource, query: Query, at: int | None) -> Count | None:
        """How many rows match, as the query wants it counted; None for not at all."""
        if query.count == "none":
            return None
        cap = PAGED_ROWS if query.count == "capped" else None
        ((number,),) = self._rows(count_statement(resource, query, at, cap))
        if cap is not None and number > cap:
            return Count(cap, exact=False)
        return Count(number, exact=True)

    def stream(self, resource: Resource, query: Query, at: int | None) -> Iterator[bytes]:
        """Every body that matches, in order, as UTF-8, a few at a time."""
        return chain.from_iterable(self._batches(stream_statement(resource, query, at)))

    def _batches(self, statement: Statement) -> Iterator[list[bytes]]:
        """The one column of a statement. The clock runs for each batch, not while it is used."""
        self.mapped = False
        engine.map_file(self._connection, mapped=False)
        self._start_clock()
        cursor = self._connection.execute(*statement)
        while rows := cursor.fetchmany(ROWS):
            yield [value for (value,) in rows]
            self._start_clock()

    def items(self, resource: Resource, ids: Sequence[str], at: int | None) -> dict[str, str]:
        """{id: body} for those of `ids` that are there."""
        if not ids:
            return {}
        return dict(self._rows(items_statement(resource, ids, at)))

    def last_version(self, resource: Resource, id_: str) -> int | None:
        """The version that withdrew a record; None if it never was or still is."""
        rows = self._rows(
            Statement(f"SELECT MAX(to_version) FROM {resource.name} WHERE id = :id", {"id": id_})
        )
        version: int | None = rows[0][0]
        return version

    def changes(self, query: Query, since: Mark, until: int) -> tuple[list[Change], bool]:
        """A page of the changes after `since`, up to version `until`; and whether more follow."""
        rows = self._rows(changes_statement(query, since, until, query.per_page + 1))
        kept = [Change(*row) for row in rows[: query.per_page]]
        return kept, len(rows) > query.per_page

    def stream_changes(self, query: Query, since: Mark, until: int) -> Iterator[Change]:
        """Every change after `since`, up to version `until`, a few at a time."""
        self._start_clock()
        for row in self._connection.execute(*changes_statement(query, since, until, None)):
            yield Change(*row)
            self._start_clock()

    def revisions(
        self, resource: Resource, id_: str, version: int
    ) -> list[tuple[int, str, str, str]]:
        """(version, at, dataset, body) of each change of a record up to a version, oldest first."""
        sql = (
            "SELECT t.from_version, r.released_at, t.dataset, t.body "
            f"FROM {resource.name} AS t JOIN releases AS r ON r.version = t.from_version "
            "WHERE t.id = :id AND t.from_version <= :at ORDER BY t.from_version"
        )
        return [
            (since, at, dataset, body)
            for since, at, dataset, body in self._rows(Statement(sql, {"id": id_, "at": version}))
        ]

    def dataset_releases(self, version: int) -> list[DatasetRelease]:
        """What each data set's last release up to a version says of it, by its id."""
        sql = (
            "SELECT r.dataset, s.first, r.released_at, r.counts FROM releases AS r JOIN "
            "(SELECT dataset, MIN(released_at) AS first, MAX(version) AS last FROM releases "
            "WHERE version <= :at GROUP BY dataset) AS s ON s.last = r.version ORDER BY r.dataset"
        )
        return [
            DatasetRelease(dataset, first, last, _holds(json.loads(counts)))
            for dataset, first, last, counts in self._rows(Statement(sql, {"at": version}))
        ]

    def releases_up_to(self, version: int) -> list[dict[str, Any]]:
        """The releases that led to a version, oldest first, as the table has them."""
        sql = f"SELECT {', '.join(ReleaseRow._fields)} FROM releases "
        rows = self._rows(
            Statement(f"{sql} WHERE version <= :at ORDER BY version", {"at": version})
        )
        return [dict(zip(ReleaseRow._fields, row, strict=True)) for row in rows]

    def vocabulary(
        self, references: Iterable[str], concepts: Iterable[str]
    ) -> dict[tuple[str, str], list[str]]:
        """{("resource", name) or ("concept", name): ids or codes that are in use now}."""
        parts = [
            f"SELECT 'resource', '{name}', id FROM {name} WHERE to_version IS NULL"
            for name in references
        ]
        parameters = {}
        for n, concept in enumerate(concepts):
            parts.append(
                f"SELECT 'concept', :v{n}, j.value FROM codelists AS c "
                f"JOIN codelists_codes_code AS j ON j.row = c.row "
                f"WHERE c.concept = :v{n} AND c.to_version IS NULL"
            )
            parameters[f"v{n}"] = concept
        found: dict[tuple[str, str], list[str]] = {}
        if parts:
            sql = " UNION ALL ".join(parts) + f" LIMIT {PAGED_ROWS}"
            for kind, name, value in self._rows(Statement(sql, parameters)):
                found.setdefault((kind, name), []).append(value)
        return found


class Store:
    """The database, for readers. Connections are kept and used by one snapshot at a time."""

    def __init__(
        self,
        path: str,
        statement_timeout_ms: int,
        trace: Callable[[str], None] | None = None,
    ) -> None:
        self.path = path
        self._seconds = statement_timeout_ms / 1000
        self._trace = trace
        self._idle: deque[_Reader] = deque()

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """A snapshot for the length of the block. Raises Unavailable, Timeout."""
        try:
            reader = self._idle.pop()
        except IndexError:
            reader = _Reader(self.path, self._seconds, self._trace)
        healthy = False
        try:
            reader.connection.execute("BEGIN")
            snapshot = Snapshot(reader.connection, reader.start_clock)
            yield snapshot
            healthy = True
        except engine.DatabaseError as error:
            raise engine.Unavailable(str(error)) from error
        except (Timeout, GeneratorExit):
            healthy = True
            raise
        finally:
            if healthy:
                reader.connection.execute("ROLLBACK")
                if not snapshot.mapped:
                    engine.map_file(reader.connection, mapped=True)
                self._idle.append(reader)
            else:
                reader.connection.close()

    def check(self) -> None:
        """Raises Unavailable unless the database can be read, is of this layout and has data."""
        with self.snapshot() as snapshot:
            if not snapshot.is_current():
                raise engine.Unavailable("the database has another layout: run `quipu load`")
            if snapshot.release(None) is None:
                raise engine.Unavailable("no data has been loaded: run `quipu load`")

    def close(self) -> None:
        """Close the connections that are not in use."""
        while self._idle:
            self._idle.pop().connection.close()


class _Reader:
    """A connection and its clock."""

    def __init__(self, path: str, seconds: float, trace: Callable[[str], None] | None) -> None:
        self.connection = engine.open_reader(path)
        self._seconds = seconds
        self._deadline = float("inf")
        self.connection.set_progress_handler(self._is_late, STEPS)
        if trace:
            self.connection.set_trace_callback(trace)

    def start_clock(self) -> None:
        self._deadline = time.monotonic() + self._seconds

    def _is_late(self) -> bool:
        return time.monotonic() > self._deadline
