"""From a validated query to SQL: pure functions, testable without a database.

A version `at` of None asks for the current rows, a number for the rows as they were then. Every
value is a named parameter; the only names in the text of a statement come from declarations.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any, NamedTuple

from api.store.columns import (
    Cell,
    Column,
    column_name,
    columns,
    encode,
    join_table,
    text_table,
)
from api.store.conflicts import contested
from api.store.engine import as_bytes, match_words, text_match
from api.store.text import fold
from schemas.fields import Amount, scaled
from schemas.query import Condition, Ordering, Query
from schemas.region import country_of
from schemas.resource import Resource


class Statement(NamedTuple):
    """SQL and its named parameters."""

    sql: str
    parameters: dict[str, Any]


class Key(NamedTuple):
    """A column to sort by."""

    column: str
    descending: bool
    nullable: bool


COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
# Where a number falls between two that can be stored, the one that gives the same answer.
MOVED: dict[str, Callable[[Fraction], int]] = {"gt": floor, "lte": floor, "gte": ceil, "lt": ceil}


def page_statement(
    resource: Resource,
    query: Query,
    at: int | None,
    after: Sequence[Any] | None,
    limit: int,
    offset: int = 0,
) -> Statement:
    """Bodies and sort keys of a page, one row more than asked: (body, key, key, ...)."""
    keys = sort_keys(resource, query.sort)
    where, parameters = _where(resource, query, at)
    if after is not None:
        clause, values = beyond(keys, after)
        where, parameters = [*where, clause], {**parameters, **values}
    sql = (
        f"SELECT body, {', '.join(key.column for key in keys)} FROM {resource.name} "
        f"WHERE {' AND '.join(where)} ORDER BY {', '.join(map(ordered, keys))} LIMIT :limit"
    )
    if offset:
        sql, parameters = f"{sql} OFFSET :offset", {**parameters, "offset": offset}
    return Statement(sql, {**parameters, "limit": limit})


def stream_statement(resource: Resource, query: Query, at: int | None) -> Statement:
    """The bodies of all rows that match, in order, as UTF-8: (body)."""
    keys = sort_keys(resource, query.sort)
    where, parameters = _where(resource, query, at)
    sql = (
        f"SELECT {as_bytes('body')} FROM {resource.name} WHERE {' AND '.join(where)} "
        f"ORDER BY {', '.join(map(ordered, keys))}"
    )
    return Statement(sql, parameters)


def count_statement(resource: Resource, query: Query, at: int | None, cap: int | None) -> Statement:
    """How many rows match; no further than one past `cap`."""
    where, parameters = _where(resource, query, at)
    if cap is None:
        sql = f"SELECT COUNT(*) FROM {resource.name} WHERE {' AND '.join(where)}"
        return Statement(sql, parameters)
    sql = (
        f"SELECT COUNT(*) FROM (SELECT 1 FROM {resource.name} "
        f"WHERE {' AND '.join(where)} LIMIT :cap)"
    )
    return Statement(sql, {**parameters, "cap": cap + 1})


def items_statement(resource: Resource, ids: Sequence[str], at: int | None) -> Statement:
    """(id, body) of the records with these ids, in the order of their ids."""
    names, parameters = listed("id", ids)
    where = f"id IN ({names}) AND {in_version(at)}"
    sql = f"SELECT id, body FROM {resource.name} WHERE {where} ORDER BY id"
    return Statement(sql, {**parameters, **version_parameters(at)})


def versions_statement(
    resource: Resource, column: str, values: Sequence[str], first: int, last: int
) -> Statement:
    """(from_version, to_version, body) of the rows that say one of `values` in a column, and held
    at some time from version `first` to version `last`."""
    marks, parameters = listed("v", values)
    sql = (
        f"SELECT from_version, to_version, body FROM {resource.name} WHERE {column} IN ({marks}) "
        "AND from_version <= :last AND (to_version IS NULL OR to_version > :first) "
        "ORDER BY id, from_version"
    )
    return Statement(sql, {**parameters, "first": first, "last": last})


def last_known_statement(resource: Resource, id_: str, at: int) -> Statement:
    """(body) of a record at a version, or as it last was before it."""
    sql = (
        f"SELECT body FROM {resource.name} WHERE id = :id AND from_version <= :at "
        "ORDER BY from_version DESC LIMIT 1"
    )
    return Statement(sql, {"id": id_, "at": at})


def sort_keys(resource: Resource, sort: Sequence[Ordering]) -> tuple[Key, ...]:
    """The columns of a sort; the id comes last and breaks ties."""
    declared = {s.name: s for s in resource.sorts}
    by_name = {column.name: column for column in columns(resource)}
    keys = []
    for ordering in (*sort, Ordering("id", False)):
        chosen = declared[ordering.name]
        column = by_name[column_name(chosen.path, collated=chosen.collated)]
        keys.append(Key(column.name, ordering.descending, column.nullable))
        if ordering.name == "id":
            break
    return tuple(keys)


def ordered(key: Key) -> str:
    direction = "DESC" if key.descending else "ASC"
    return f"{key.column} {direction}" + " NULLS LAST" * key.nullable


def beyond(keys: Sequence[Key], values: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """Rows that come later than one with these key values: equal so far, then past one key."""
    parameters = {f"k{n}": value for n, value in enumerate(values) if value is not None}
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


def _past(key: Key, name: str, value: Any) -> str | None:
    """After `value` in the order of one key; nulls come last, so nothing comes after them."""
    if value is None:
        return None
    clause = f"{key.column} {'<' if key.descending else '>'} {name}"
    return f"({clause} OR {key.column} IS NULL)" if key.nullable else clause


def in_version(at: int | None) -> str:
    if at is None:
        return "to_version IS NULL"
    return "from_version <= :at AND (to_version IS NULL OR to_version > :at)"


def version_parameters(at: int | None) -> dict[str, Any]:
    return {} if at is None else {"at": at}


def _where(resource: Resource, query: Query, at: int | None) -> tuple[list[str], dict[str, Any]]:
    clauses = [in_version(at)]
    parameters = version_parameters(at)
    by_path = {column.path: column for column in columns(resource) if not column.collated}
    for n, condition in enumerate(query.conditions):
        if condition.operator == "contested":
            clauses.append("NOT " * (not condition.values[0]) + contested(resource, in_version(at)))
            continue
        column = by_path.get(condition.place.path)
        clause, values = (
            column_condition(column, condition, f"c{n}_")
            if column
            else _join_condition(resource, condition, f"c{n}_")
        )
        clauses.append(clause)
        parameters |= values
    if query.q is not None:
        words = fold(query.q).split()
        clauses.append(text_match(text_table(resource), "q") if words else "1 = 0")
        if words:
            parameters["q"] = match_words(words)
    return clauses, parameters


def listed(prefix: str, values: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """The marks of a list of values, and the values by their names."""
    parameters = {f"{prefix}{n}": value for n, value in enumerate(values)}
    return ", ".join(f":{name}" for name in parameters), parameters


def column_condition(
    column: Column, condition: Condition, prefix: str
) -> tuple[str, dict[str, Any]]:
    name, operator = column.name, condition.operator
    if operator == "isnull":
        return (f"{name} IS NULL" if condition.values[0] else f"{name} IS NOT NULL"), {}
    values = [_compared(column.field, operator, value) for value in condition.values]
    marks, parameters = listed(prefix, values)
    if operator in COMPARISONS:
        return f"{name} {COMPARISONS[operator]} {marks}", parameters
    if operator in ("eq", "in"):
        return f"{name} IN ({marks})", parameters
    clause = f"{name} NOT IN ({marks})"
    return f"({clause} OR {name} IS NULL)" if column.nullable else clause, parameters


def _compared(field: Any, operator: str, value: Any) -> Cell:
    """A value to compare a column with; an amount is moved to a whole ten-thousandth."""
    if isinstance(field, Amount):
        return scaled(value, MOVED.get(operator, _exactly))
    return encode(field, value)


def _exactly(number: Fraction) -> int:
    """The number itself, or -1, which no amount is: none is equal to one that falls between."""
    return int(number) if number.denominator == 1 else -1


def _join_condition(
    resource: Resource, condition: Condition, prefix: str
) -> tuple[str, dict[str, Any]]:
    table, operator = join_table(resource, condition.place.path), condition.operator
    if operator == "isnull":
        return f"row {'NOT ' * condition.values[0]}IN (SELECT row FROM {table})", {}
    values: list[Any] = [encode(condition.place.field, value) for value in condition.values]
    if operator == "covers":
        values = sorted({*values, *map(country_of, values)})
    marks, parameters = listed(prefix, values)
    negation = "NOT " if operator in ("ne", "nin") else ""
    return f"row {negation}IN (SELECT row FROM {table} WHERE value IN ({marks}))", parameters
