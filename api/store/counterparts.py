"""The counterparts of a figure: the others that are about the same thing."""

from collections.abc import Sequence
from typing import Any

from api.store.dialect import as_bytes
from api.store.order import Key, going_on, ordered
from api.store.statement import Statement, counted_to
from api.store.versions import in_version, version_parameters
from schemas.comparison import subject
from schemas.objects import Record

# The preferred ones first, and of equal rank the latest word first.
ORDER = (
    Key("precedence", descending=False, nullable=False),
    Key("attribution_on", descending=True, nullable=False),
    Key("id", descending=False, nullable=False),
)


def counterparts_statement(
    figure: Record, at: int | None, after: Sequence[Any] | None, limit: int
) -> Statement:
    """(body, precedence, attribution_on, id) of the counterparts, in their order."""
    where, parameters = _others(figure, at)
    if after is not None:
        where, parameters = going_on(where, parameters, ORDER, after)
    sql = (
        f"SELECT {as_bytes('body')}, {', '.join(key.column for key in ORDER)} FROM figures "
        f"WHERE {' AND '.join(where)} ORDER BY {', '.join(map(ordered, ORDER))} LIMIT :limit"
    )
    return Statement(sql, {**parameters, "limit": limit})


def count_counterparts_statement(figure: Record, at: int | None, cap: int) -> Statement:
    """How many counterparts there are; no further than one past `cap`."""
    where, parameters = _others(figure, at)
    return counted_to(cap, f"FROM figures WHERE {' AND '.join(where)}", parameters)


def _others(figure: Record, at: int | None) -> tuple[list[str], dict[str, Any]]:
    """Of the same subject and metric, in periods that may overlap: an open end is no end."""
    where = [in_version(at), "subject = :subject", "metric = :metric", "id <> :id"]
    parameters = {
        "subject": subject(figure),
        "metric": figure["metric"],
        "id": figure["id"],
        **version_parameters(at),
    }
    period = figure["period"] or {}
    for own, column, comparison in (
        ("start", "period_end", ">="),
        ("end", "period_start", "<="),
    ):
        if period.get(own) is not None:
            where.append(f"({column} IS NULL OR {column} {comparison} :{own})")
            parameters[own] = period[own]
    return where, parameters
