"""What the store holds beside a data set that is loaded, and what of it needs that data set."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from api.intake.among import essentials
from api.intake.evidence import check_locator
from api.intake.finding import Finding
from api.store.columns import column_name, columns, join_table
from api.store.dialect import unsearched
from schemas import RESOURCES, SOURCE
from schemas.batches import batches
from schemas.compact import parse
from schemas.fields import Code, Reference
from schemas.resource import Resource

BATCH = 500


class StoreKnown:
    """What the store holds beside the data set that is being loaded."""

    def __init__(self, connection: Any, dataset: str) -> None:
        self._connection = connection
        self._dataset = dataset

    def owners(self, resource: str, ids: Iterable[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for some in batches(ids, BATCH):
            found.update(
                self._connection.execute(
                    f"SELECT id, dataset FROM {resource} WHERE to_version IS NULL "
                    f"AND id IN ({', '.join('?' * len(some))})",
                    some,
                )
            )
        return found

    def codes(self, concept: str) -> frozenset[str]:
        rows = self._connection.execute(
            "SELECT j.value FROM codelists AS c JOIN codelists_codes_code AS j ON j.row = c.row "
            "WHERE c.concept = ? AND c.dataset <> ? AND c.to_version IS NULL",
            (concept, self._dataset),
        )
        return frozenset(code for (code,) in rows)

    def source(self, id_: str) -> dict[str, Any] | None:
        row = self._connection.execute(
            "SELECT body FROM sources WHERE id = ? AND dataset <> ? AND to_version IS NULL",
            (id_, self._dataset),
        ).fetchone()
        return parse(row[0]) if row else None


def objections(connection: Any, dataset: str, version: int) -> Iterator[Finding]:
    """What other data sets need, and a version, whose rows are written, has taken from them."""
    yield from _left_dangling(connection, dataset, version)
    yield from _left_misread(connection, dataset, version)


def _left_dangling(connection: Any, dataset: str, version: int) -> Iterator[Finding]:
    """What other data sets still name of what a version has closed."""
    for target in RESOURCES:
        gone = connection.execute(
            f"SELECT id FROM {target.name} AS old WHERE {_gone(target)} ORDER BY row",
            {"version": version},
        )
        for (id_,) in gone:
            for user in _users(connection, Reference, "target", target.name, id_, dataset):
                reason = f"cannot be left out: {user} names it"
                yield Finding(target.name, id_, "", reason)
    had = connection.execute(
        "SELECT DISTINCT c.concept, j.value FROM codelists AS c "
        "JOIN codelists_codes_code AS j ON j.row = c.row WHERE c.to_version = :version "
        "AND NOT EXISTS (SELECT 1 FROM codelists AS d JOIN codelists_codes_code AS k "
        "ON k.row = d.row WHERE d.concept = c.concept AND k.value = j.value "
        "AND d.to_version IS NULL) ORDER BY 1, 2",
        {"version": version},
    )
    for concept, code in had.fetchall():
        for user in _users(connection, Code, "concept", concept, code, dataset):
            reason = f"cannot be left out: {user} uses it"
            yield Finding("codelists", concept, code, reason)


def _left_misread(connection: Any, dataset: str, version: int) -> Iterator[Finding]:
    """Sources that a version has changed so that a figure of another data set is no longer what
    they say: one figure of each."""
    changed = connection.execute(
        "SELECT new.id, old.body, new.body FROM sources AS old JOIN sources AS new "
        "ON new.id = old.id AND new.to_version IS NULL WHERE old.to_version = :version "
        "ORDER BY old.row",
        {"version": version},
    )
    for id_, before, after in changed.fetchall():
        source = parse(after)
        if essentials(parse(before)) == essentials(source):
            continue
        figures = connection.execute(
            f"SELECT body, dataset FROM figures WHERE {column_name('source.id')} = :source "
            f"AND to_version IS NULL AND {unsearched('dataset')} <> :dataset ORDER BY id",
            {"source": id_, "dataset": dataset},
        )
        for body, owner in figures:
            figure = parse(body)
            wrong = next(check_locator(figure, source), None)
            if wrong:
                user = f"figures/{figure['id']} of the data set {owner!r}"
                reason = f"cannot be changed so: of {user}, {wrong[0]} {wrong[1]}"
                yield Finding(SOURCE.name, id_, "", reason)
                break


def names_what_is_gone(connection: Any, dataset: str, version: int) -> bool:
    """Whether a data set itself still names what a version, whose rows are written, has closed."""
    for target in RESOURCES:
        for resource, holds in _holders(Reference, "target", target.name):
            (found,) = connection.execute(
                f"SELECT EXISTS (SELECT 1 FROM {target.name} AS old WHERE {_gone(target)} "
                f"AND EXISTS (SELECT 1 FROM {resource.name} WHERE {holds.format('old.id')} "
                f"AND to_version IS NULL AND {unsearched('dataset')} = :dataset))",
                {"version": version, "dataset": dataset},
            ).fetchone()
            if found:
                return True
    return False


def _gone(target: Resource) -> str:
    """SQL for the rows, named `old`, that a version closed and that no row stands in for."""
    current = f"SELECT 1 FROM {target.name} AS new WHERE new.id = old.id AND new.to_version IS NULL"
    return f"old.to_version = :version AND NOT EXISTS ({current})"


def _users(
    connection: Any, kind: type, attribute: str, target: str, value: str, dataset: str
) -> Iterator[str]:
    """Records of other data sets that hold a value in a field of a kind, one for each field."""
    for resource, holds in _holders(kind, attribute, target):
        found = connection.execute(
            f"SELECT id, dataset FROM {resource.name} WHERE {holds.format(':value')} "
            "AND to_version IS NULL AND dataset <> :dataset LIMIT 1",
            {"value": value, "dataset": dataset},
        ).fetchone()
        if found:
            yield f"{resource.name}/{found[0]} of the data set {found[1]!r}"


@cache
def _holders(kind: type, attribute: str, target: str) -> tuple[tuple[Resource, str], ...]:
    """The fields of a kind that are of a target: the resource, and SQL for its rows that hold a
    value there, with a place (`{}`) for the value."""
    found = []
    for resource in RESOURCES:
        indexed = {column.path for column in columns(resource)}
        for place in resource.places.values():
            if not isinstance(place.field, kind) or getattr(place.field, attribute) != target:
                continue
            if place.many:
                table = join_table(resource, place.path)
                found.append((resource, f"row IN (SELECT row FROM {table} WHERE value = {{}})"))
            elif place.path in indexed:
                column = f"{resource.name}.{column_name(place.path)}"
                found.append((resource, f"{column} = {{}}"))
            else:
                raise LookupError(f"{resource.name}.{place.path} needs a filter")
    return tuple(found)
