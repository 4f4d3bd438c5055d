"""Reading: consistent snapshots of the database, and the few questions asked of them."""

import json
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from api.store import engine
from api.store.aggregates import cells_statement, is_cell, read_cell
from api.store.changes import Span, changes_statement
from api.store.checks import check_statement, last_check_statement
from api.store.conditions import Statement
from api.store.excluded import OPEN_CLAIMS, read_excluded
from api.store.facets import facets_statement, read_facets
from api.store.history import ReleaseRow
from api.store.known import count_statement as known_count
from api.store.known import numbers_statement
from api.store.query import (
    count_statement,
    items_statement,
    last_known_statement,
    stream_statement,
    versions_statement,
)
from api.store.releases import count_releases_statement, releases_statement
from api.store.revisions import as_changes, revisions_statement
from api.store.search import (
    LOOKED_AT,
    RANKED,
    Asked,
    Found,
    bodies,
    called,
    candidate_rows,
    ranked,
)
from api.store.side_by_side import claims_statement, count_claims_statement
from api.store.tables import is_current
from api.store.vocabulary import List, read_vocabulary, vocabulary_statement
from api.store.ways import Page, page_statements, shares
from schemas.aggregate import Cell, Excluded
from schemas.change import Change
from schemas.comparison import Record
from schemas.facet import Values
from schemas.parameters import PAGED_ROWS
from schemas.query import Ordering, Query
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


class Seen(NamedTuple):
    """A source's text was seen; `matched` says whether the digits stood at their place."""

    at: str
    version: int
    matched: bool


class CellPage(NamedTuple):
    """A page of the cells of a sum; how many there are, and how many figures of all of them hold
    for each of several regions and are counted once."""

    cells: list[Cell]
    number: int
    each_counted_once: int


class Snapshot:
    """The database at one moment: every statement sees the same data."""

    def __init__(self, connection: Any, deadline: Callable[[], None]) -> None:
        self._connection = connection
        self._start_clock = deadline
        # Whether the connection still reads as connections do that are kept.
        self.mapped = True

    def _rows(self, statement: Statement) -> list[tuple[Any, ...]]:
        self._start_clock()
        with _explained():
            rows: list[tuple[Any, ...]] = self._connection.execute(*statement).fetchall()
        return rows

    def _batches(self, statement: Statement) -> Iterator[list[tuple[Any, ...]]]:
        """The rows, a few at a time. The clock runs for each batch, not while it is used; and the
        file is not mapped, so that the process does not grow with what it reads."""
        self.mapped = False
        engine.map_file(self._connection, mapped=False)
        with _explained():
            self._start_clock()
            cursor = self._connection.execute(*statement)
            while rows := cursor.fetchmany(ROWS):
                yield rows
                self._start_clock()

    def _counted(self, statement: Statement) -> Count:
        """The number that a statement counts, no further than one past the limit."""
        ((number,),) = self._rows(statement)
        return Count(min(number, PAGED_ROWS), exact=number <= PAGED_ROWS)

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
        page = Page(after, query.per_page + 1, ((query.page or 1) - 1) * query.per_page)
        known = shares(resource, query, at)
        (numbers,) = self._rows(numbers_statement(resource, known)) if known else [()]
        rows: list[tuple[Any, ...]] = []
        for statement in page_statements(resource, query, at, page, known, numbers):
            rows = self._rows(statement)
            if len(rows) == page.limit:
                break
        return _cut(rows, query.per_page)

    def count(self, resource: Resource, query: Query, at: int | None) -> Count | None:
        """How many rows match, as the query wants it counted; None for not at all."""
        if query.count == "none":
            return None
        cap = PAGED_ROWS if query.count == "capped" else None
        known = known_count(resource, query) if at is None else None
        ((number,),) = self._rows(known or count_statement(resource, query, at, cap))
        if cap is not None and number > cap:
            return Count(cap, exact=False)
        return Count(number, exact=True)

    def stream(self, resource: Resource, query: Query, at: int | None) -> Iterator[bytes]:
        """Every body that matches, in order, as UTF-8, a few at a time."""
        batches = self._batches(stream_statement(resource, query, at))
        return chain.from_iterable([body for (body,) in rows] for rows in batches)

    def items(self, resource: Resource, ids: Sequence[str], at: int | None) -> dict[str, str]:
        """{id: body} for those of `ids` that are there."""
        if not ids:
            return {}
        return dict(self._rows(items_statement(resource, ids, at)))

    def versions(
        self, resource: Resource, column: str, values: Sequence[str], first: int, last: int
    ) -> list[tuple[int, int | None, str]]:
        """(from_version, to_version, body) of what held at some time from one version to another,
        of the rows that say one of `values` in a column."""
        if not values:
            return []
        found: list[Any] = self._rows(versions_statement(resource, column, values, first, last))
        return found

    def last_known(self, resource: Resource, id_: str, version: int) -> str | None:
        """A record's body at a version, or as it last was; None if it came later or never."""
        rows = self._rows(last_known_statement(resource, id_, version))
        return rows[0][0] if rows else None

    def last_version(self, resource: Resource, id_: str) -> int | None:
        """The version that withdrew a record; None if it never was or still is."""
        rows = self._rows(
            Statement(f"SELECT MAX(to_version) FROM {resource.name} WHERE id = :id", {"id": id_})
        )
        version: int | None = rows[0][0]
        return version

    def claims(
        self, figure: Record, at: int | None, after: Sequence[Any] | None, limit: int
    ) -> Rows:
        """A page of the other figures about the same thing, after one's keys."""
        return _cut(self._rows(claims_statement(figure, at, after, limit + 1)), limit)

    def count_claims(self, figure: Record, at: int | None) -> Count:
        """How many other figures are about the same thing, as far as is counted."""
        return self._counted(count_claims_statement(figure, at, PAGED_ROWS))

    def changes(
        self, query: Query, span: Span, limit: int, *, newest_first: bool = False
    ) -> list[Change]:
        """The first `limit` changes within a span, from either end of it."""
        statement = changes_statement(query, span, limit, newest_first=newest_first)
        return [Change(*row) for row in self._rows(statement)]

    def stream_changes(self, query: Query, span: Span) -> Iterator[Change]:
        """Every change within a span, a few at a time."""
        for rows in self._batches(changes_statement(query, span, None)):
            yield from (Change(*row) for row in rows)

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

    def revisions(
        self, resource: Resource, id_: str, until: int, limit: int
    ) -> tuple[list[Change], bool]:
        """What happened to a record up to a version, the latest first; and whether that is all.

        No more than `limit` of its rows are looked at.
        """
        rows = self._rows(revisions_statement(resource, id_, until, limit + 1))
        changes = list(as_changes(resource, id_, rows, until))
        if len(rows) <= limit:
            return changes, True
        # The row past the limit was only read to know what the one after it had been before.
        return [change for change in changes if change.version > rows[limit][0]], False

    def last_check(self) -> int:
        """The number of the latest check of a source's text; 0 if there was none."""
        ((number,),) = self._rows(last_check_statement())
        return number or 0

    def seen(self, figure: Record, source: Record) -> Seen | None:
        """The latest check of a source's text that knew the figure's place as it is."""
        for seen_at, version, missed, body in self._rows(
            check_statement(figure["id"], source["id"], source["sha256"])
        ):
            if json.loads(body)["source"] == figure["source"]:
                return Seen(seen_at, version, figure["id"] not in json.loads(missed))
        return None

    def search(
        self, resources: Sequence[Resource], asked: Asked, at: int | None
    ) -> tuple[list[Found], bool]:
        """What is called so or holds the words, the best first; and whether there was more than
        is ranked."""
        if not asked.words:
            return [], False
        found: dict[str, list[str]] = {}
        partial = False
        for resource in resources:
            if resource.search is None:
                continue
            named = self._rows(called(resource, resource.search, asked, at))
            rows = self._rows(candidate_rows(resource, asked, at))
            valid = [row for row, is_of_version in rows if is_of_version]
            partial |= len(rows) > LOOKED_AT or len(valid) > RANKED
            held = self._rows(bodies(resource, valid[:RANKED])) if valid else []
            found[resource.name] = [body for (body,) in (*named, *held)]
        return ranked(resources, found, asked), partial

    def releases(
        self, query: Query, until: int, before: int | None, limit: int
    ) -> list[ReleaseRow]:
        """The releases up to a version, newest first; those below `before` only."""
        statement = releases_statement(query, until, before, limit)
        return [ReleaseRow(*row) for row in self._rows(statement)]

    def count_releases(self, query: Query, until: int) -> Count:
        """How many releases there are up to a version, as far as is counted."""
        return self._counted(count_releases_statement(query, until, PAGED_ROWS))

    def facets(self, resource: Resource, query: Query, at: int | None) -> dict[str, Values]:
        """{name: values} of the facets that are asked for."""
        if not query.facets:
            return {}
        rows = self._rows(facets_statement(resource, query, at))
        return read_facets(resource, query, rows)

    def cells(
        self, query: Query, at: int | None, groups: Sequence[str], sort: Sequence[Ordering]
    ) -> CellPage:
        """A page of the cells of a sum."""
        size, offset = query.per_page, ((query.page or 1) - 1) * query.per_page
        opened = self._has_open_claims
        statement = cells_statement(query, at, groups, sort, size, offset, opened=opened)
        rows = self._rows(statement)
        number, each, *_ = rows[0]
        return CellPage([read_cell(groups, row) for row in rows if is_cell(row)], number, each or 0)

    def stream_cells(
        self, query: Query, at: int | None, groups: Sequence[str], sort: Sequence[Ordering]
    ) -> Iterator[Cell]:
        """Every cell of a sum, a few at a time."""
        opened = self._has_open_claims
        statement = cells_statement(query, at, groups, sort, None, opened=opened)
        for rows in self._batches(statement):
            yield from (read_cell(groups, row) for row in rows if is_cell(row))

    @cached_property
    def _has_open_claims(self) -> bool:
        """Whether it may depend on a question which figure of a claim is counted."""
        return bool(self._rows(OPEN_CLAIMS)[0][0])

    def excluded(self, query: Query, at: int | None) -> tuple[list[Excluded], int]:
        """The first of the figures that a sum leaves out; and how many there are."""
        return read_excluded(self._rows, query, at, opened=self._has_open_claims)

    def vocabulary(
        self, wanted: Mapping[List, Sequence[str]], at: int | None
    ) -> dict[List, list[str]]:
        """{list: values} of those of the wanted values that a version's lists hold, and others of
        each to suggest from."""
        if not wanted:
            return {}
        return read_vocabulary(wanted, self._rows(vocabulary_statement(wanted, at)))


@contextmanager
def _explained() -> Iterator[None]:
    """What the engine complains of as Timeout or Unavailable."""
    try:
        yield
    except engine.DatabaseError as error:
        if isinstance(error, engine.OperationalError) and "interrupted" in str(error):
            raise Timeout from error
        raise engine.Unavailable(str(error)) from error


def _cut(rows: list[tuple[Any, ...]], limit: int) -> Rows:
    """A page of (body, key, key, ...) out of one row more than it may hold."""
    kept = rows[:limit]
    return Rows([row[0] for row in kept], tuple(kept[-1][1:]) if kept else None, len(rows) > limit)


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
        self._pulse: tuple[Hashable, Any] | None = None

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

    def pulse(self) -> Hashable | None:
        """Another value whenever something has been written, or the file replaced; None if it
        cannot be told. One thread at a time."""
        try:
            file = engine.identity(self.path)
            if self._pulse is None or self._pulse[0] != file:
                self._stop_pulse()
                self._pulse = (file, engine.open_reader(self.path))
            return file, engine.writes_seen(self._pulse[1])
        except (OSError, engine.DatabaseError, engine.Unavailable):
            self._stop_pulse()
            return None

    def _stop_pulse(self) -> None:
        if self._pulse is not None:
            self._pulse[1].close()
            self._pulse = None

    def check(self) -> None:
        """Raises Unavailable unless the database can be read, is of this layout and has data."""
        with self.snapshot() as snapshot:
            if not snapshot.is_current():
                raise engine.Unavailable("the database has another layout: run `quipu load`")
            if snapshot.release(None) is None:
                raise engine.Unavailable("no data has been loaded: run `quipu load`")

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._stop_pulse()
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
