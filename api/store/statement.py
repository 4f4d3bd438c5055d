"""Statements and what they are made of: text of SQL, and parameters by their names."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple


class Statement(NamedTuple):
    """SQL and its named parameters."""

    sql: str
    parameters: dict[str, Any]


Rows = list[tuple[Any, ...]]
# What gives the rows of a statement.
Run = Callable[[Statement], Rows]


def counted_to(cap: int, found: str, parameters: Mapping[str, Any], name: str = "cap") -> Statement:
    """How many rows there are (`found` is SQL from FROM on), no further than one past `cap`; `name`
    is what the parameter for it is called."""
    sql = f"SELECT COUNT(*) FROM (SELECT 1 {found} LIMIT :{name}) AS counted"
    return Statement(sql, {**parameters, name: cap + 1})


class Clauses(NamedTuple):
    """Conditions that all hold, and their named parameters."""

    all: list[str]
    parameters: dict[str, Any]

    @property
    def sql(self) -> str:
        return " AND ".join(self.all)


def listed(prefix: str, values: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """The marks of a list of values, and the values by their names."""
    if len(values) == 1:
        return f":{prefix}0", {f"{prefix}0": values[0]}
    parameters = {f"{prefix}{n}": value for n, value in enumerate(values)}
    return ", ".join([f":{name}" for name in parameters]), parameters
