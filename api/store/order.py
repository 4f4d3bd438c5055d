"""The order of a page: the columns that a sort looks at, and what comes after a place in it."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from api.store.columns import column_name, columns
from schemas.query import Ordering
from schemas.resource import Resource


class Key(NamedTuple):
    """A column to sort by."""

    column: str
    descending: bool
    nullable: bool


@lru_cache(maxsize=256)
def sort_keys(resource: Resource, sort: tuple[Ordering, ...]) -> tuple[Key, ...]:
    """The columns of a sort; the id comes last and breaks ties.

    It goes the way of what it follows: a list that is turned round is the same list from its end,
    and is read from the other end of the same index.
    """
    declared = {s.name: s for s in resource.sorts}
    by_name = {column.name: column for column in columns(resource)}
    keys = []
    for ordering in (*sort, Ordering("id", sort[-1].descending)):
        chosen = declared[ordering.name]
        column = by_name[column_name(chosen.path, collated=chosen.collated)]
        keys.append(Key(column.name, ordering.descending, column.nullable))
        if ordering.name == "id":
            break
    return tuple(keys)


def ordered(key: Key) -> str:
    direction = "DESC" if key.descending else "ASC"
    return f"{key.column} {direction}" + " NULLS LAST" * key.nullable


def going_on(
    where: Sequence[str], parameters: Mapping[str, Any], keys: Sequence[Key], after: Sequence[Any]
) -> tuple[list[str], dict[str, Any]]:
    """The conditions of a page and their parameters, for one that goes on after a row that has
    these values of its keys."""
    clause, values = beyond(keys, after)
    return [*where, clause], {**parameters, **values}


def beyond(keys: Sequence[Key], values: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """Rows that come later than one with these key values: equal so far, then past one key."""
    parameters = {f"k{n}": value for n, value in enumerate(values) if value is not None}
    if _go_one_way(keys) and len(parameters) == len(keys):
        # As one comparison, so that the engine starts in the index just there: many may be equal
        # in the first key.
        names = ", ".join(key.column for key in keys)
        marks = ", ".join(f":{name}" for name in parameters)
        return f"(({names}) {'<' if keys[0].descending else '>'} ({marks}))", parameters
    alternatives = []
    equal: list[str] = []
    for n, (key, value) in enumerate(zip(keys, values, strict=True)):
        past = _past(key, f":k{n}", value)
        if past:
            alternatives.append(" AND ".join([*equal, past]))
        equal.append(f"{key.column} IS NULL" if value is None else f"{key.column} = :k{n}")
    clause = " OR ".join(f"({alternative})" for alternative in alternatives)
    first, value = keys[0], values[0]
    if len(keys) > 1 and value is not None and not first.nullable:
        # Implied by the rest, and what lets the engine start in the index at the right place.
        clause = f"{first.column} {'<=' if first.descending else '>='} :k0 AND ({clause})"
    return f"({clause})", parameters


def _go_one_way(keys: Sequence[Key]) -> bool:
    """Whether there are several keys, none of which may be without a value, and all go up or down
    together."""
    first, *others = keys
    same = all(key.descending == first.descending for key in others)
    return bool(others) and same and not any(key.nullable for key in keys)


def _past(key: Key, name: str, value: Any) -> str | None:
    """After `value` in the order of one key; nulls come last, so nothing comes after them."""
    if value is None:
        return None
    clause = f"{key.column} {'<' if key.descending else '>'} {name}"
    return f"({clause} OR {key.column} IS NULL)" if key.nullable else clause
