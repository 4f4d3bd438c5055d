"""The history as one ordered list of changes: by (version, id, resource).

A version's new rows came or changed, the rows that it closed and did not replace went. So the
changes are a question to the tables that are there, and need none of their own.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from api.store.columns import column_name, join_table
from api.store.conditions import Statement, listed
from schemas import RESOURCES
from schemas.change import KINDS
from schemas.fields import Reference
from schemas.query import Query
from schemas.resource import Resource

TARGETS = {"program": "programs", "region": "regions"}


class Mark(NamedTuple):
    """A place in the history: the end of `version`, or one change of it."""

    version: int
    id: str | None = None
    resource: str | None = None


class Span(NamedTuple):
    """What lies between two places. A change at either of them is no part of it."""

    since: Mark
    until: Mark


def changes_statement(
    query: Query, span: Span, limit: int | None, *, newest_first: bool = False
) -> Statement:
    """(version, at, dataset, resource, id, before, after) of the changes within `span`."""
    asked = {condition.name: condition.values for condition in query.conditions}
    parts = [
        part
        for resource in RESOURCES
        if resource.name in asked.get("resource", (resource.name,))
        for part in _parts(resource, span, asked)
    ]
    if not parts:
        return Statement("SELECT 1 WHERE 1 = 0", {})
    parameters: dict[str, Any] = {}
    for name, mark in span._asdict().items():
        parameters |= {name: mark.version, f"{name}_id": mark.id}
    for name in ("dataset", *TARGETS):
        parameters |= listed(name, asked.get(name, ()))[1]
    way = "DESC" if newest_first else "ASC"
    # The parts come in this order from their indexes: they are merged, not sorted.
    sql = (
        f"SELECT version, (SELECT released_at FROM releases AS r WHERE r.version = c.version), "
        f"dataset, resource, id, before, after FROM ({' UNION ALL '.join(parts)} "
        f"ORDER BY version {way}, id {way}, resource {way}) AS c"
    )
    if limit is not None:
        sql, parameters = f"{sql} LIMIT :limit", {**parameters, "limit": limit}
    return Statement(sql, parameters)


def _parts(resource: Resource, span: Span, asked: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """The two questions to a resource's table: what arrived, and what went for good."""
    name, kinds = resource.name, set(asked.get("kind", KINDS))
    filters = {alias: _filters(resource, asked, alias) for alias in ("t", "b")}
    if filters["t"] is None or filters["b"] is None:
        return
    # A record that no longer says what is asked for, but did, has changed in what was asked.
    said = f" AND (({filters['t']}) OR ({filters['b']}))" if filters["t"] else ""
    if kinds & {"created", "changed"}:
        known = {frozenset({"created"}): "NULL", frozenset({"changed"}): "NOT NULL"}
        only = known.get(frozenset(kinds - {"deleted"}))
        yield (
            f"SELECT t.from_version AS version, '{name}' AS resource, t.dataset AS dataset, "
            f"t.id AS id, b.body AS before, t.body AS after FROM {name} AS t "
            f"LEFT JOIN {name} AS b ON b.id = t.id AND b.to_version = t.from_version "
            f"WHERE {_within('t.from_version', name, span)}{said}"
            + f" AND b.body IS {only}"
            * bool(only)
        )
    if "deleted" in kinds:
        said = f" AND {filters['t']}" if filters["t"] else ""
        yield (
            f"SELECT t.to_version AS version, '{name}' AS resource, t.dataset AS dataset, "
            f"t.id AS id, t.body AS before, NULL AS after FROM {name} AS t "
            f"WHERE t.to_version IS NOT NULL AND {_within('t.to_version', name, span)}{said} "
            f"AND NOT EXISTS (SELECT 1 FROM {name} AS n "
            "WHERE n.id = t.id AND n.from_version = t.to_version)"
        )


def _within(version: str, resource: str, span: Span) -> str:
    """Later than one place and earlier than another, as far as a table can tell them apart."""
    since, until = span
    later, earlier = f"{version} > :since", f"{version} <= :until"
    if since.id is not None and since.resource is not None:
        further = ">=" if resource > since.resource else ">"
        later = f"({version}, t.id) {further} (:since, :since_id)"
    if until.id is not None and until.resource is not None:
        further = "<=" if resource < until.resource else "<"
        earlier = f"({version}, t.id) {further} (:until, :until_id)"
    return f"{later} AND {earlier}"


def _filters(resource: Resource, asked: Mapping[str, Sequence[Any]], alias: str) -> str | None:
    """SQL for what is asked of a record; None where no record of the resource can answer it."""
    clauses = []
    if "dataset" in asked:
        clauses.append(f"{alias}.dataset IN ({listed('dataset', asked['dataset'])[0]})")
    for name, target in TARGETS.items():
        if name not in asked:
            continue
        marks = listed(name, asked[name])[0]
        naming = [_names_one(resource, path, alias, marks) for path in _paths(resource, target)]
        if not naming:
            return None
        clauses.append(f"({' OR '.join(naming)})")
    return " AND ".join(clauses)


def _paths(resource: Resource, target: str) -> list[str]:
    """Where a record of a resource is, or names, a record of another."""
    found = ["id"] if resource.name == target else []
    for declared in resource.filters:
        field = resource.asked_places[declared.path].field
        if isinstance(field, Reference) and field.target == target and declared.path not in found:
            found.append(declared.path)
    return found


def _names_one(resource: Resource, path: str, alias: str, marks: str) -> str:
    if resource.places[path].many:
        table = join_table(resource, path)
        return f"{alias}.row IN (SELECT row FROM {table} WHERE value IN ({marks}))"
    return f"{alias}.{column_name(path)} IN ({marks})"
