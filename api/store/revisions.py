"""What happened to one record: its rows as changes."""

from collections.abc import Iterator, Sequence
from typing import Any

from api.store.statement import Statement
from schemas.change import Change
from schemas.resource import Resource


def revisions_statement(resource: Resource, id_: str, until: int, limit: int) -> Statement:
    """(from_version, to_version, dataset, body, when it came, when it went) of a record's rows up
    to a version, the latest first."""
    sql = (
        "SELECT t.from_version, t.to_version, t.dataset, t.body, "
        "(SELECT r.released_at FROM releases AS r WHERE r.version = t.from_version), "
        "(SELECT r.released_at FROM releases AS r WHERE r.version = t.to_version) "
        f"FROM {resource.name} AS t WHERE t.id = :id AND t.from_version <= :until "
        "ORDER BY t.from_version DESC LIMIT :limit"
    )
    return Statement(sql, {"id": id_, "until": until, "limit": limit})


def as_changes(
    resource: Resource, id_: str, rows: Sequence[tuple[Any, ...]], until: int
) -> Iterator[Change]:
    """The rows as changes, the latest first. A row that another one follows at once was changed,
    one that nothing follows went. The last row is what the one before it was, or the first."""
    following: int | None = None
    for n, (came, went, dataset, body, came_at, went_at) in enumerate(rows):
        if went is not None and went <= until and went != following:
            yield Change(went, went_at, dataset, resource.name, id_, body, None)
        before = rows[n + 1] if n + 1 < len(rows) else None
        replaced = before[3] if before and before[1] == came else None
        yield Change(came, came_at, dataset, resource.name, id_, replaced, body)
        following = came
