"""Reading: consistent snapshots of the database, and the few questions asked of them."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, NamedTuple

from api.store import engine
from api.store.aggregates import cells_statement, is_cell, read_cell
from api.store.changes import Mark, changes_statement
from api.store.conditions import Statement
from api.store.excluded import OPEN_CLAIMS, read_excluded
from api.store.facets import facets_statement, read_facets
from api.store.query import (
    count_statement,
    items_statement,
    page_statement,
    stream_statement,
)
from api.store.tables import is_current
from schemas.aggregate import Cell, Excluded
from schemas.change import Change
from schemas.facet import Values
from schemas.parameters import PAGED_ROWS
from schemas.query import Ordering, Query
from schemas.resource import Resource

# How many instructions of the engine pass between two looks at the clock.
STEPS = 20_000


class Timeout(Exception):
    """A statement took longer than it may."""


class Release(NamedTuple):
    """A data version, when it came, and which one is the newest."""

    version: int
    released_at: str
    newest: int

    @property
    def at(self) -> int | None:
        """The version to ask the tables for: None, the faster way, when it is the newest."""
        return None if self.version == self.newest else self.version


class Rows(NamedTuple):
    """A page of rows: their bodies, the sort keys of the last one, and whether more follow."""

    bodies: list[str]
    last: tuple[Any, ...] | None
    more: bool


class Count(NamedTuple):
    """How many rows match, as far as was counted."""

    number: int
    exact: bool


class CellPage(NamedTuple):
    """A page of the cells of a sum; how many there are, and how many figures of all of them hold
    for each of several regions and are counted once."""

    cells: list[Cell]
    number: int
    each_counted_once: int


@contextmanager
def _failures() -> Iterator[None]:
    """Raises Timeout and Unavailable for what the engine says."""
    try:
        yield
    except engine.OperationalError as error:
        if "interrupted" in str(error):
            raise Timeout from error
        raise engine.Unavailable(str(error)) from error
    except engine.DatabaseError as error:
        raise engine.Unavailable(str(error)) from error


class Snapshot:
    """The database at one moment: every statement sees the same data."""

    def __init__(self, connection: Any, deadline: Callable[[], None]) -> None:
        self._connection = connection
        self._start_clock = deadline

    def _rows(self, statement: Statement) -> list[tuple[Any, ...]]:
        self._start_clock()
        with _failures():
            rows: list[tuple[Any, ...]] = self._connection.execute(*statement).fetchall()
        return rows

    def _stream(self, statement: Statement) -> Iterator[tuple[Any, ...]]:
        """Rows as they come; each of them may take as long as a statement may."""
        self._start_clock()
        with _failures():
            for row in self._connection.execute(*statement):
                self._start_clock()
                yield row

    def is_current(self) -> bool:
        """Whether the tables are as this version of the program declares them."""
        return is_current(self._connection)

    def release(self, as_of: int | str | None) -> Release | None:
        """The newest release, or the one that held at a version or a moment; None if none did."""
        condition = {int: "WHERE version = :as_of ", str: "WHERE released_at <= :as_of "}
        sql = (
            "SELECT version, released_at, (SELECT MAX(version) FROM releases) FROM releases "
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

    def stream(self, resource: Resource, query: Query, at: int | None) -> Iterator[str]:
        """Every body that matches, in order, a few at a time."""
        for (body,) in self._stream(stream_statement(resource, query, at)):
            yield body

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
        for row in self._stream(changes_statement(query, since, until, None)):
            yield Change(*row)

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
        for row in self._stream(cells_statement(query, at, groups, sort, None, opened=opened)):
            if is_cell(row):
                yield read_cell(groups, row)

    @cached_property
    def _has_open_claims(self) -> bool:
        """Whether it may depend on a question which figure of a claim is counted."""
        return bool(self._rows(OPEN_CLAIMS)[0][0])

    def excluded(self, query: Query, at: int | None) -> tuple[list[Excluded], int]:
        """The first of the figures that a sum leaves out; and how many there are."""
        return read_excluded(self._rows, query, at, opened=self._has_open_claims)

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
        self, path: str, statement_timeout_ms: int, trace: Callable[[str], None] | None = None
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
            yield Snapshot(reader.connection, reader.start_clock)
            healthy = True
        except engine.DatabaseError as error:
            raise engine.Unavailable(str(error)) from error
        except (Timeout, GeneratorExit):
            healthy = True
            raise
        finally:
            if healthy:
                reader.connection.execute("ROLLBACK")
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
