"""A consistent snapshot of the database, and the few questions that are asked of it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, cast

from api.store.aggregates import read_cell, read_cells
from api.store.cells import all_of, cells
from api.store.changes import Span, changes_statement, last_changes_statement
from api.store.checks import check_statement, last_check_statement
from api.store.choice import Page, Sizes, column_of_few
from api.store.counterparts import count_counterparts_statement, counterparts_statement
from api.store.excluded import read_excluded
from api.store.facets import facets_statement, read_facets
from api.store.history import ReleaseRow
from api.store.plenty import Plenty
from api.store.query import (
    COMMON,
    codelists_statement,
    common_words_statement,
    items_statement,
    last_known_statement,
    last_version_statement,
    stream_statement,
    versions_statement,
)
from api.store.reader import Reader
from api.store.releases import (
    count_releases_statement,
    dataset_releases_statement,
    release_statement,
    releases_statement,
)
from api.store.relevance import Found, Sought
from api.store.results import CellPage, Count, DatasetRelease, Release, RowPage, TextSeen
from api.store.revisions import as_changes, revisions_statement
from api.store.search import search
from api.store.sizes import read_sizes
from api.store.statement import Statement
from api.store.tables import refuse_other_layout
from api.store.text import fold
from api.store.vocabulary import List, read_vocabulary, vocabulary_statement
from api.store.ways import find_page
from schemas.aggregate import Cell, Excluded
from schemas.change import Change
from schemas.compact import parse
from schemas.facet import Values
from schemas.objects import Record
from schemas.parameters import PAGED_ROWS
from schemas.query import Ordering, Query
from schemas.resource import Resource


class Snapshot:
    """The database at one moment: every statement sees the same data."""

    def __init__(self, reader: Reader, plenty: Plenty) -> None:
        self._reader = reader
        self._rows = reader.rows
        self._plenty = plenty

    def _counted(self, statement: Statement) -> Count:
        """The number that a statement counts, no further than one past the limit."""
        ((number,),) = self._rows(statement)
        return Count(min(number, PAGED_ROWS), exact=number <= PAGED_ROWS)

    def refuse_other_layout(self) -> None:
        """Raises Unavailable where the tables are not as this version of the program has them."""
        refuse_other_layout(self._reader.connection)

    def release(self, as_of: int | str | None) -> Release | None:
        """The newest release, or the one that held at a version or a moment; None if none did."""
        rows = self._rows(release_statement(as_of))
        return Release(*rows[0]) if rows else None

    def page(
        self,
        resource: Resource,
        query: Query,
        at: int | None,
        after: Sequence[Any] | None = None,
        sizes: Sizes | None = None,
    ) -> RowPage:
        """One page of a collection, after a row's sort keys or at a page number; `sizes` if they
        are known already."""
        page = Page(after, query.per_page + 1, ((query.page or 1) - 1) * query.per_page)
        if sizes is None:
            sizes = self.sizes(resource, query._replace(count="none"), at)
        if sizes.numbers and sizes.numbers[0] > COMMON and fold(query.q or ""):
            ((held,),) = self._rows(common_words_statement(resource, query))
            sizes = sizes._replace(common=held == COMMON)
        rows = find_page(self._rows, resource, query, at, page, sizes)
        return _cut(rows, query.per_page)

    def count(self, resource: Resource, query: Query, at: int | None) -> Count | None:
        """How many rows match, as the query wants it counted; None for not at all."""
        return self.sizes(resource, query, at).found

    def sizes(
        self, resource: Resource, query: Query, at: int | None, state: str | None = None
    ) -> Sizes:
        """What is known before a page is read: the count too. `state` is the release's hash."""
        return read_sizes(self._rows, self._plenty, resource, query, at, state)

    def stream(self, resource: Resource, query: Query, at: int | None) -> Iterator[bytes]:
        """Every body that matches, in order, as UTF-8, a few at a time."""
        column = None
        if at is None:
            column = column_of_few(self.sizes(resource, query._replace(count="none"), at))
        batches = self._reader.batches(stream_statement(resource, query, at, column))
        return chain.from_iterable([body for (body,) in rows] for rows in batches)

    def items(self, resource: Resource, ids: Sequence[str], at: int | None) -> dict[str, str]:
        """{id: body} for those of `ids` that are there."""
        if not ids:
            return {}
        return dict(self._rows(items_statement(resource, ids, at)))

    def versions(
        self, resource: Resource, ids: Sequence[str], first: int, last: int
    ) -> list[tuple[int, int | None, str]]:
        """(from_version, to_version, body) of some records, as they were at some time from one
        version to another."""
        if not ids:
            return []
        found: list[Any] = self._rows(versions_statement(resource, ids, first, last))
        return found

    def codelists(
        self, concepts: Sequence[str], first: int, last: int
    ) -> list[tuple[int, int | None, str]]:
        """The same of the codelists of some concepts, those first that came first."""
        if not concepts:
            return []
        found: list[Any] = self._rows(codelists_statement(concepts, first, last))
        return found

    def last_known(self, resource: Resource, id_: str, version: int) -> str | None:
        """A record's body at a version, or as it last was; None if it came later or never."""
        rows = self._rows(last_known_statement(resource, id_, version))
        return rows[0][0] if rows else None

    def last_version(self, resource: Resource, id_: str) -> int | None:
        """The version that withdrew a record; None if it never was or still is."""
        ((version,),) = self._rows(last_version_statement(resource, id_))
        return cast(int | None, version)

    def counterparts(
        self, figure: Record, at: int | None, after: Sequence[Any] | None, limit: int
    ) -> RowPage:
        """A page of a figure's counterparts, after one's keys."""
        return _cut(self._rows(counterparts_statement(figure, at, after, limit + 1)), limit)

    def count_counterparts(self, figure: Record, at: int | None) -> Count:
        """How many counterparts a figure has, as far as is counted."""
        return self._counted(count_counterparts_statement(figure, at, PAGED_ROWS))

    def changes(
        self, query: Query, span: Span, limit: int, *, newest_first: bool = False
    ) -> list[Change]:
        """The first `limit` changes within a span, from either end of it."""
        statement = changes_statement(query, span, limit, newest_first=newest_first)
        return [Change(*row) for row in self._rows(statement)]

    def stream_changes(self, query: Query, span: Span) -> Iterator[Change]:
        """Every change within a span, a few at a time."""
        for rows in self._reader.batches(changes_statement(query, span, None)):
            yield from (Change(*row) for row in rows)

    def last_changes(
        self, resource: Resource, topic: str, values: Sequence[str], until: int
    ) -> dict[str, str]:
        """{value: moment} of what records of a resource name, or named before they changed or
        went: when such a record last came, changed or went, up to a version."""
        if not values:
            return {}
        return dict(self._rows(last_changes_statement(resource, topic, values, until)))

    def dataset_releases(self, version: int) -> list[DatasetRelease]:
        """What each data set's last release up to a version says of it, by its id."""
        return [
            DatasetRelease(dataset, first, last, _holds(parse(counts)))
            for dataset, first, last, counts in self._rows(dataset_releases_statement(version))
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

    def seen(self, figure: Record, source: Record) -> TextSeen | None:
        """The latest check of a source's text that knew the figure's place as it is."""
        for seen_at, version, missed, body in self._rows(
            check_statement(figure["id"], source["id"], source["sha256"])
        ):
            if parse(body)["source"] == figure["source"]:
                return TextSeen(seen_at, version, figure["id"] not in parse(missed))
        return None

    def search(
        self, resources: Sequence[Resource], sought: Sought, at: int | None
    ) -> tuple[list[Found], bool]:
        """What is called so or holds the words, the best first; and whether there was more than
        is ranked."""
        return search(self._rows, resources, sought, at)

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
        rows = self._rows(facets_statement(resource, query, at))
        return read_facets(resource, query, rows)

    def cells(
        self, query: Query, at: int | None, groups: Sequence[str], sort: Sequence[Ordering]
    ) -> CellPage:
        """A page of the cells of a sum."""
        return read_cells(self._rows, query, at, groups, sort)

    def stream_cells(
        self, query: Query, at: int | None, groups: Sequence[str], sort: Sequence[Ordering]
    ) -> Iterator[Cell]:
        """Every cell of a sum, a few at a time."""
        statement = all_of(cells(self._rows, query, at, groups), sort)
        for rows in self._reader.batches(statement):
            yield from (read_cell(groups, row) for row in rows)

    def excluded(self, query: Query, at: int | None) -> tuple[list[Excluded], int]:
        """The first of the figures that a sum leaves out; and how many there are."""
        return read_excluded(self._rows, query, at)

    def vocabulary(
        self, wanted: Mapping[List, Sequence[str]], at: int | None
    ) -> dict[List, list[str]]:
        """{list: values} of those of the wanted values that a version's lists hold, and others of
        each to suggest from."""
        if not wanted:
            return {}
        return read_vocabulary(wanted, self._rows(vocabulary_statement(wanted, at)))


def _cut(rows: list[tuple[Any, ...]], limit: int) -> RowPage:
    """A page of (body, key, key, ...) out of one row more than it may hold."""
    kept = rows[:limit]
    return RowPage(
        [row[0] for row in kept], tuple(kept[-1][1:]) if kept else None, len(rows) > limit
    )


def _holds(counts: dict[str, dict[str, int]]) -> tuple[str, ...]:
    """The resources of which records were there after a load, by what it counted."""
    there = ("created", "changed", "unchanged")
    return tuple(name for name, found in counts.items() if any(found[kind] for kind in there))
