"""The changes by what they are about: so those of one programme are found without the others.

`changes_by_topic` has a row for each change under its kind, and one for each programme and region
that the record is or names, or was or named before. The rows of one value of a topic stand in the
order of the history, resource by resource. `before` and `after` are the numbers of the record's
rows; `said` tells which of them says so. All of it follows from the rows and what they name.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from api.store.columns import column_name, join_table
from schemas import RESOURCES
from schemas.change import KINDS
from schemas.fields import Reference
from schemas.resource import Resource

TABLE = "changes_by_topic"
KEY = ("topic", "value", "resource", "version", "id")
NAMES = (*KEY, "before", "after", "said")
# Every change has a kind; the other topics it has where the record is one of these or names one.
KIND = "kind"
TARGETS = {"program": "programs", "region": "regions"}
# The bits of `said`.
BEFORE, AFTER = 1, 2


def create(connection: Any) -> None:
    """Make the table, empty."""
    connection.execute(f"DROP TABLE IF EXISTS {TABLE}")
    connection.execute(
        f"CREATE TABLE {TABLE} (topic TEXT NOT NULL, value TEXT NOT NULL, resource TEXT NOT NULL, "
        "version INTEGER NOT NULL, id TEXT NOT NULL, before INTEGER, after INTEGER, "
        f"said INTEGER NOT NULL, PRIMARY KEY ({', '.join(KEY)})) WITHOUT ROWID"
    )


def rebuild(connection: Any) -> None:
    """Fill the empty table from the whole history."""
    _fill(connection, None)


def renew(connection: Any, at: int) -> None:
    """Add the changes of a version whose rows are written. Those of others stay what they are."""
    _fill(connection, at)


def stray_topics(connection: Any) -> Iterator[str]:
    """Where the table does not hold what follows from the rows."""
    for resource in RESOURCES:
        stored = f"SELECT {', '.join(NAMES)} FROM {TABLE} WHERE resource = '{resource.name}'"
        expected = " UNION ALL ".join([_kinds(resource, None), *_named(resource, None)])
        for one, other in ((stored, expected), (expected, stored)):
            sql = f"SELECT * FROM ({one}) AS a EXCEPT SELECT * FROM ({other}) AS b LIMIT 1"
            if connection.execute(sql).fetchone():
                yield f"{TABLE} does not hold the changes of {resource.name}"
                break
    names = ", ".join(f"'{resource.name}'" for resource in RESOURCES)
    (number,) = connection.execute(
        f"SELECT COUNT(*) FROM {TABLE} WHERE resource NOT IN ({names})"
    ).fetchone()
    if number:
        yield f"{TABLE} holds {number} changes of what is no resource"


def topics_layout() -> list[Any]:
    """What it looks like, as plain data."""
    return [
        [resource.name, [[topic, list(paths(resource, topic))] for topic in TARGETS]]
        for resource in RESOURCES
    ]


@cache
def paths(resource: Resource, topic: str) -> tuple[str, ...]:
    """Where a record of a resource is, or names, what a topic is about."""
    target = TARGETS[topic]
    found = ["id"] if resource.name == target else []
    for declared in resource.filters:
        field = resource.asked_places[declared.path].field
        if isinstance(field, Reference) and field.target == target:
            found.append(declared.path)
    return tuple(dict.fromkeys(found))


def _fill(connection: Any, at: int | None) -> None:
    for resource in RESOURCES:
        for statement in (_kinds(resource, at), *_named(resource, at)):
            connection.execute(
                # In the order in which they stand there.
                f"INSERT INTO {TABLE} ({', '.join(NAMES)}) {statement} ORDER BY {', '.join(KEY)}",
                {"at": at},
            )


def _kinds(resource: Resource, at: int | None) -> str:
    """SQL for the changes of a resource by their kinds; of one version, or of all.

    A version's new rows came or changed, the rows that it closed and did not replace went.
    """
    name = resource.name
    created, changed, deleted = KINDS
    came = "" if at is None else " WHERE t.from_version = :at"
    went = "t.to_version IS NOT NULL" if at is None else "t.to_version = :at"
    return (
        f"SELECT '{KIND}' AS topic, "
        f"CASE WHEN b.row IS NULL THEN '{created}' ELSE '{changed}' END AS value, "
        f"'{name}' AS resource, t.from_version AS version, t.id AS id, b.row AS before, "
        f"t.row AS after, CASE WHEN b.row IS NULL THEN {AFTER} ELSE {BEFORE + AFTER} END AS said "
        f"FROM {name} AS t LEFT JOIN {name} AS b ON b.id = t.id AND b.to_version = t.from_version"
        f"{came} UNION ALL "
        f"SELECT '{KIND}', '{deleted}', '{name}', t.to_version, t.id, t.row, NULL, {BEFORE} "
        f"FROM {name} AS t WHERE {went} AND NOT EXISTS "
        f"(SELECT 1 FROM {name} AS n WHERE n.id = t.id AND n.from_version = t.to_version)"
    )


def _named(resource: Resource, at: int | None) -> Iterator[str]:
    """SQL for the changes of a resource by what their records are or name, a topic at a time.

    Reads the changes by their kinds, which are there already.
    """
    for topic in TARGETS:
        sides = [
            _side(resource, path, side, said, at)
            for path in paths(resource, topic)
            for side, said in (("before", BEFORE), ("after", AFTER))
        ]
        if sides:
            # A record may name the same in two places: that is said once.
            many = len(paths(resource, topic)) > 1
            yield (
                f"SELECT '{topic}' AS topic, value, '{resource.name}' AS resource, version, id, "
                "before, after, SUM(said) AS said "
                f"FROM ({(' UNION ' if many else ' UNION ALL ').join(sides)}) AS s "
                "GROUP BY value, version, id, before, after"
            )


def _side(resource: Resource, path: str, side: str, said: int, at: int | None) -> str:
    """SQL for what the records before or after the changes name at a path."""
    table, value = resource.name, column_name(path)
    if resource.places[path].many:
        table, value = join_table(resource, path), "value"
    created, changed, deleted = KINDS
    kinds = (changed, deleted) if side == "before" else (created, changed)
    which = "" if at is None else " AND c.version = :at"
    return (
        f"SELECT s.{value} AS value, c.version AS version, c.id AS id, c.before AS before, "
        f"c.after AS after, {said} AS said FROM {TABLE} AS c CROSS JOIN {table} AS s "
        f"WHERE c.topic = '{KIND}' AND c.value IN ('{kinds[0]}', '{kinds[1]}') "
        f"AND c.resource = '{resource.name}'{which} AND s.row = c.{side} AND s.{value} IS NOT NULL"
    )
