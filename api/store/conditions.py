"""What a question asks of a row, in SQL: the version, each filter, the words to search for.

Pure functions. Every value is a named parameter; the only names in the text come from
declarations, and they stand alone (`status`, not `f.status`): so a condition speaks of the
figures of the innermost query that it stands in.
"""

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor
from typing import Any

from api.store.columns import (
    Cell,
    Column,
    column_name,
    columns_by_path,
    encode,
    join_table,
    text_table,
)
from api.store.conflicts import contested
from api.store.dialect import match_words, text_match
from api.store.statement import Clauses, listed
from api.store.text import fold
from api.store.versions import in_version, version_parameters
from schemas.fields import Amount, scaled
from schemas.filter import DENIES, SAYS, Interval
from schemas.match import Demand, Joined, Rule, demanded
from schemas.query import Condition, Query
from schemas.region import country_of
from schemas.resource import Resource

COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
# Where a number falls between two that can be stored, the one that gives the same answer.
MOVED: dict[str, Callable[[Fraction], int]] = {"gt": floor, "lte": floor, "gte": ceil, "lt": ceil}
# Rows are found by a list of their numbers; or they are at hand, as those of `f` or by whatever SQL
# has their number, and each is only looked up.
FOUND_BY_NUMBER, AT_HAND = "row", "f.row + 0"


def matching(
    resource: Resource, query: Query, at: int | None, row: str = FOUND_BY_NUMBER
) -> Clauses:
    """The rows of a version that a question's filters and words find."""
    clauses = [in_version(at)]
    parameters = version_parameters(at)
    by_path = columns_by_path(resource)
    for condition in query.conditions:
        if condition.operator == "contested":
            negation = "NOT " * (not condition.values[0])
            clauses.append(negation + contested(resource, at))
            continue
        column = by_path.get(condition.place.path)
        clause, values = (
            _bounds_condition(condition, condition.interval, f"{condition.name}_")
            if condition.interval
            else column_condition(column, condition, f"{condition.name}_")
            if column
            else _join_condition(resource, condition, f"{condition.name}_", row)
        )
        clauses.append(clause)
        parameters |= values
    if query.q is not None:
        words = fold(query.q).split()
        clauses.append(text_match(text_table(resource), "q", row) if words else "1 = 0")
        if words:
            parameters["q"] = match_words(words)
    return Clauses(clauses, parameters)


def used_columns(condition: Condition) -> tuple[str, ...]:
    """The columns that a condition looks at; none where it looks at another table."""
    if condition.operator == "contested":
        return ()
    if condition.interval:
        return tuple(map(column_name, condition.interval))
    return () if condition.place.many else (column_name(condition.place.path),)


def column_condition(
    column: Column, condition: Condition, prefix: str
) -> tuple[str, dict[str, Any]]:
    """SQL for a condition on a column, and its named parameters, which begin with `prefix`."""
    name, operator = column.name, condition.operator
    if operator == "isnull":
        return (f"{name} IS NULL" if condition.values[0] else f"{name} IS NOT NULL"), {}
    values = [_compared(column.field, operator, value) for value in condition.values]
    marks, parameters = listed(prefix, values)
    if operator in COMPARISONS:
        return f"{name} {COMPARISONS[operator]} {marks}", parameters
    if operator in SAYS:
        return f"{name} IN ({marks})", parameters
    clause = f"{name} NOT IN ({marks})"
    return f"({clause} OR {name} IS NULL)" if column.nullable else clause, parameters


def _bounds_condition(
    condition: Condition, interval: Interval, prefix: str
) -> tuple[str, dict[str, Any]]:
    """A comparison with the bounds of a value, by the rules of `schemas.match`."""
    parameters: dict[str, Any] = {}

    def written(demand: Demand | Joined) -> str:
        if isinstance(demand, Joined):
            return "(" + f" {demand.how.upper()} ".join(map(written, demand.parts)) + ")"
        name = f"{prefix}{len(parameters)}"
        sql, parameters[name] = _demand(demand, interval, name)
        return sql

    return written(demanded(condition.match, condition.operator, condition.values)), parameters


def _demand(demand: Demand, interval: Interval, name: str) -> tuple[str, int]:
    """SQL for one rule, and the number that the bound is compared with."""
    rule = demand.rule
    bound = column_name(getattr(interval, rule.bound))
    asked = Fraction(demand.asked) * 10**Amount.decimals
    if asked.denominator == 1:
        inclusive = column_name(getattr(interval, f"{rule.bound}_inclusive"))
        sql, number = _touched(rule, bound, inclusive, name), int(asked)
    elif rule.relation == "=":
        sql, number = "1 = 0", 0
    else:
        # It falls between two numbers that can be stored: no bound is equal to it.
        sql = f"{bound} {rule.relation} :{name}"
        number = floor(asked) if rule.relation == ">" else ceil(asked)
    return (f"({sql} OR {bound} IS NULL)" if rule.unbounded else sql), number


def _touched(rule: Rule, bound: str, inclusive: str, name: str) -> str:
    """SQL for a bound beyond a number, or equal to it and as inclusive as the rule wants it."""
    beyond = f"{bound} {rule.relation} :{name}"
    if not rule.touching:
        return beyond
    within = f"{bound} {rule.relation.rstrip('=')}= :{name}"
    if len(rule.touching) > 1:
        return within
    wanted = f"{inclusive} = {int(rule.touching[0])}"
    return f"{within} AND {wanted if rule.relation == '=' else f'({beyond} OR {wanted})'}"


def _compared(field: Any, operator: str, value: Any) -> Cell:
    """A value to compare a column with; an amount is moved to a whole ten-thousandth."""
    if isinstance(field, Amount):
        return scaled(value, MOVED.get(operator, _exactly))
    return encode(field, value)


def _exactly(number: Fraction) -> int:
    """The number itself, or -1, which no amount is: none is equal to one that falls between."""
    return int(number) if number.denominator == 1 else -1


def _join_condition(
    resource: Resource, condition: Condition, prefix: str, row: str
) -> tuple[str, dict[str, Any]]:
    table, operator = join_table(resource, condition.place.path), condition.operator
    negated = operator in DENIES
    which = ""
    parameters: dict[str, Any] = {}
    if operator == "isnull":
        negated = bool(condition.values[0])
    else:
        values: list[Any] = [encode(condition.place.field, value) for value in condition.values]
        if operator == "covers":
            values = sorted({*values, *map(country_of, values)})
        marks, parameters = listed(prefix, values)
        which = f"value IN ({marks})"
    negation = "NOT " * negated
    if row != FOUND_BY_NUMBER:
        # A list of all rows that have the value would have to be made first.
        rows = " AND ".join(filter(None, [f"j.row = {row}", which and f"j.{which}"]))
        return f"{negation}EXISTS (SELECT 1 FROM {table} AS j WHERE {rows})", parameters
    where = f" WHERE {which}" if which else ""
    return f"{row} {negation}IN (SELECT row FROM {table}{where})", parameters
