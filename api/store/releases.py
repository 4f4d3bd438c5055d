"""Releases: the one that held at some time, the list of them, what each said of its data set."""

from typing import Any

from api.store.columns import Column
from api.store.conditions import column_condition
from api.store.history import COLUMNS
from api.store.statement import Statement, counted_to
from schemas.query import Query

HELD = (
    "SELECT version, released_at, (SELECT MAX(version) FROM releases), hash FROM releases "
    "{}ORDER BY version DESC LIMIT 1"
)
NEWEST = Statement(HELD.format(""), {})


def release_statement(as_of: int | str | None) -> Statement:
    """(version, released_at, the newest version, hash) of the newest release, or of the one that
    held at a version or a moment."""
    if as_of is None:
        return NEWEST
    where = "version = :as_of" if isinstance(as_of, int) else "released_at <= :as_of"
    return Statement(HELD.format(f"WHERE {where} "), {"as_of": as_of})


def dataset_releases_statement(version: int) -> Statement:
    """(data set, its first moment, its last, counts of the last) up to a version."""
    sql = (
        "SELECT r.dataset, s.first, r.released_at, r.counts FROM releases AS r JOIN "
        "(SELECT dataset, MIN(released_at) AS first, MAX(version) AS last FROM releases "
        "WHERE version <= :at GROUP BY dataset) AS s ON s.last = r.version ORDER BY r.dataset"
    )
    return Statement(sql, {"at": version})


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
    return counted_to(cap, f"FROM releases WHERE {' AND '.join(where)}", parameters)


def _where(query: Query, until: int) -> tuple[list[str], dict[str, Any]]:
    where, parameters = ["version <= :until"], {"until": until}
    for n, condition in enumerate(query.conditions):
        column = Column(condition.place.path, condition.place)
        clause, values = column_condition(column, condition, f"c{n}_")
        where.append(clause)
        parameters |= values
    return where, parameters
