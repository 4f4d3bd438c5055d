"""The history as one ordered list of changes: by (version, id, resource).

Whatever is asked for, the changes are ranges of `api.store.topics`' table, each in this order: of a
programme, of a region, else of each kind. They are merged, and no further than a page goes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from api.store.statement import Statement, listed
from api.store.topics import KIND, TABLE, TARGETS, paths
from schemas import RESOURCES
from schemas.change import KINDS
from schemas.query import Query
from schemas.resource import Resource

# What tells the kind of a change, where it is found by something else. Written so that the engine
# takes no number for a constant: it would sort what stands in order already.
IS_KIND = {
    "created": "COALESCE(c.before, 0) = 0",
    "changed": "c.before > 0 AND c.after > 0",
    "deleted": "COALESCE(c.after, 0) = 0",
}
# More changes than there can be.
ALL = 2**62
# No id comes after it.
LAST = "\U0010ffff"
Asked = Mapping[str, Sequence[Any]]


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
    asked.setdefault(KIND, KINDS)
    # Of what is asked for, the first is what the changes are found by: it leaves the fewest.
    leading, *beside = [topic for topic in (*TARGETS, KIND) if topic in asked]
    resources = [
        resource
        for resource in RESOURCES
        if resource.name in asked.get("resource", (resource.name,))
        and all(paths(resource, topic) for topic in TARGETS if topic in asked)
    ]
    parameters: dict[str, Any] = {}
    for name, mark in span._asdict().items():
        parameters |= {name: mark.version, f"{name}_id": mark.id}
    for name in ("dataset", KIND, *TARGETS):
        parameters |= listed(name, asked.get(name, ()))[1]
    ranges = [
        _range(resource, leading, number, beside, span, asked)
        for resource in resources
        for number in range(len(asked[leading]))
    ]
    if not ranges:
        return Statement("SELECT 1 WHERE 1 = 0", {})
    way = "DESC" if newest_first else "ASC"
    # A record that moved from one programme to another stands under both: it is told once.
    merged = " UNION ALL " if leading == KIND else " UNION "
    # The rows' numbers follow from the rest: they stand here so that no range is sorted for them.
    order = ", ".join(f"{name} {way}" for name in ("version", "id", "resource", "before", "after"))
    # With a limit, if only one that is never reached, the engine reads no body before its turn.
    found = f"{merged.join(ranges)} ORDER BY {order} LIMIT :limit"
    sql = (
        f"SELECT version, {_of_release('released_at')}, {_of_release('dataset')}, resource, id, "
        f"{_bodies(resources, 'before')}, {_bodies(resources, 'after')} FROM ({found}) AS c"
    )
    return Statement(sql, {**parameters, "limit": ALL if limit is None else limit})


def last_changes_statement(
    resource: Resource, topic: str, values: Sequence[str], until: int
) -> Statement:
    """(value, moment) of those of `values` that a record of a resource came, changed or went that
    named them: when one last did, up to version `until`."""
    marks, parameters = listed("v", values)
    asked = ", ".join(f"({mark})" for mark in marks.split(", "))
    # The last of a value stands at the end of its changes: it is found without the others.
    last = (
        f"SELECT MAX(c.version) FROM {TABLE} AS c WHERE c.topic = '{topic}' AND c.value = a.value "
        f"AND c.resource = '{resource.name}' AND c.version <= :until"
    )
    sql = (
        f"WITH asked (value) AS (VALUES {asked}) SELECT a.value, r.released_at "
        f"FROM asked AS a CROSS JOIN releases AS r WHERE r.version = ({last})"
    )
    return Statement(sql, {**parameters, "until": until})


def _range(
    resource: Resource, leading: str, number: int, beside: Sequence[str], span: Span, asked: Asked
) -> str:
    """SQL for the changes of a resource under one value of a topic, narrowed by all else."""
    where = [
        f"c.topic = '{leading}'",
        f"c.value = :{leading}{number}",
        f"c.resource = '{resource.name}'",
    ]
    if "dataset" in asked:
        # A version is one data set's: its changes are looked for there, and not in between.
        table, version = f"releases AS v CROSS JOIN {TABLE} AS c", "v.version"
        where.append(f"v.dataset IN ({listed('dataset', asked['dataset'])[0]})")
        where += _within_each(resource, span)
    else:
        table, version = f"{TABLE} AS c", "c.version"
        where += _within(resource, span)
    for topic in beside:
        if topic != KIND:
            where.append(_says_too(topic, asked[topic]))
        elif set(asked[KIND]) != set(KINDS):
            where.append(f"({' OR '.join(IS_KIND[kind] for kind in asked[KIND])})")
    return (
        f"SELECT {version} AS version, c.id AS id, c.resource AS resource, c.before AS before, "
        f"c.after AS after FROM {table} WHERE {' AND '.join(where)}"
    )


def _says_too(topic: str, values: Sequence[Any]) -> str:
    """That the record says something else as well, when it says what it is found by."""
    return (
        f"EXISTS (SELECT 1 FROM {TABLE} AS o WHERE o.topic = '{topic}' "
        f"AND o.value IN ({listed(topic, values)[0]}) AND o.resource = c.resource "
        "AND o.version = c.version AND o.id = c.id AND (o.said & c.said) <> 0)"
    )


def _within(resource: Resource, span: Span) -> Iterator[str]:
    """Later than one place and earlier than another, as far as a resource can tell them apart."""
    later, earlier = _further(resource, span)
    if later is None:
        yield "c.version > :since"
    else:
        yield f"(c.version, c.id) {later} (:since, :since_id)"
    if earlier is None:
        yield "c.version <= :until"
    else:
        yield f"(c.version, c.id) {earlier} (:until, :until_id)"


def _within_each(resource: Resource, span: Span) -> Iterator[str]:
    """The same of the changes of each version `v`: those of one stand together, by their ids."""
    later, earlier = _further(resource, span)
    # A sum, so that the engine goes from version to version, and not through all between two.
    yield "c.version = v.version + 0"
    yield f"v.version {'>' if later is None else '>='} :since"
    yield "v.version <= :until"
    if later is not None:
        yield f"c.id {later} CASE WHEN v.version = :since THEN :since_id ELSE '' END"
    if earlier is not None:
        yield f"c.id {earlier} CASE WHEN v.version = :until THEN :until_id ELSE '{LAST}' END"


def _further(resource: Resource, span: Span) -> tuple[str | None, str | None]:
    """How the ids of a resource are compared with those of both places, where these have one."""
    since, until = span
    later = earlier = None
    if since.id is not None and since.resource is not None:
        later = ">=" if resource.name > since.resource else ">"
    if until.id is not None and until.resource is not None:
        earlier = "<=" if resource.name < until.resource else "<"
    return later, earlier


def _of_release(column: str) -> str:
    """SQL for what the release says that a change came with."""
    return f"(SELECT r.{column} FROM releases AS r WHERE r.version = c.version)"


def _bodies(resources: Sequence[Resource], side: str) -> str:
    """SQL for the body of the record before or after a change: read when it is told."""
    cases = [
        f"WHEN '{r.name}' THEN (SELECT body FROM {r.name} AS t WHERE t.row = c.{side})"
        for r in resources
    ]
    return f"CASE c.resource {' '.join(cases)} END"
