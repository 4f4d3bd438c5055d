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
    """A place in the history: after all of `version`, or after one change of the next one."""

    version: int
    id: str | None = None
    resource: str | None = None


def changes_statement(query: Query, since: Mark, until: int, limit: int | None) -> Statement:
    """(version, at, dataset, resource, id, before, after) after `since`, up to version `until`."""
    asked = {condition.name: condition.values for condition in query.conditions}
    parts = [
        part
        for resource in RESOURCES
        if resource.name in asked.get("resource", (resource.name,))
        for part in _parts(resource, since, asked)
    ]
    if not parts:
        return Statement("SELECT 1 WHERE 1 = 0", {})
    parameters = {"until": until, "since": since.version, "since_id": since.id}
    for name in ("dataset", *TARGETS):
        parameters |= listed(name, asked.get(name, ()))[1]
    # The parts come in this order from their indexes: they are merged, not sorted.
    sql = (
        f"SELECT version, (SELECT released_at FROM releases AS r WHERE r.version = c.version), "
        f"dataset, resource, id, before, after FROM ({' UNION ALL '.join(parts)} "
        "ORDER BY version, id, resource) AS c"
    )
    if limit is not None:
        sql, parameters = f"{sql} LIMIT :limit", {**parameters, "limit": limit}
    return Statement(sql, parameters)


def _parts(resource: Resource, since: Mark, asked: Mapping[str, Sequence[Any]]) -> Iterator[str]:
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
            f"WHERE {_after('t.from_version', name, since)}{said}"
            + f" AND b.body IS {only}"
            * bool(only)
        )
    if "deleted" in kinds:
        said = f" AND {filters['t']}" if filters["t"] else ""
        yield (
            f"SELECT t.to_version AS version, '{name}' AS resource, t.dataset AS dataset, "
            f"t.id AS id, t.body AS before, NULL AS after FROM {name} AS t "
            f"WHERE t.to_version IS NOT NULL AND {_after('t.to_version', name, since)}{said} "
            f"AND NOT EXISTS (SELECT 1 FROM {name} AS n "
            "WHERE n.id = t.id AND n.from_version = t.to_version)"
        )


def _after(version: str, resource: str, since: Mark) -> str:
    """Later than a mark, and no later than the version that was asked for."""
    if since.id is None or since.resource is None:
        clause = f"{version} > :since"
    else:
        further = ">=" if resource > since.resource else ">"
        clause = f"({version}, t.id) {further} (:since, :since_id)"
    return f"{clause} AND {version} <= :until"


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
