"""The list of releases, newest first."""

from typing import Any

from api.store.columns import Column
from api.store.conditions import Statement, column_condition
from schemas.query import Query

COLUMNS = "version, released_at, dataset, counts, previous_hash, hash"


def releases_statement(query: Query, until: int, before: int | None, limit: int) -> Statement:
    """The rows of the releases up to version `until`, those below `before` only."""
    where, parameters = _where(query, until)
    if before is not None:
        where, parameters = [*where, "version < :before"], {**parameters, "before": before}
    sql = (
        f"SELECT {COLUMNS} FROM releases WHERE {' AND '.join(where)} "
        "ORDER BY version DESC LIMIT :limit"
    )
    return Statement(sql, {**parameters, "limit": limit})


def count_releases_statement(query: Query, until: int, cap: int) -> Statement:
    """How many releases there are; no further than one past `cap`."""
    where, parameters = _where(query, until)
    sql = (
        "SELECT COUNT(*) FROM (SELECT 1 FROM releases "
        f"WHERE {' AND '.join(where)} LIMIT :cap) AS found"
    )
    return Statement(sql, {**parameters, "cap": cap + 1})


def _where(query: Query, until: int) -> tuple[list[str], dict[str, Any]]:
    where, parameters = ["version <= :until"], {"until": until}
    for n, condition in enumerate(query.conditions):
        column = Column(condition.place.path, condition.place)
        clause, values = column_condition(column, condition, f"c{n}_")
        where.append(clause)
        parameters |= values
    return where, parameters
