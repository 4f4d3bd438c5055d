"""The indexes that hold all that facets and sums look at, so that they need not read the bodies.

Rows are long, because each has its body; what is counted and added up is short. Where a question
leaves many rows, reading them all in this index is several times faster than finding them by
another one and looking at each. The engine cannot know that, so it is told.
"""

from functools import cache

from api.store.columns import columns, index_name
from api.store.conditions import used_columns
from api.store.dialect import read_by
from schemas.fields import Amount, Code, Flag, Reference, Whole
from schemas.filter import NAMES
from schemas.query import Condition, Query
from schemas.resource import Resource

SHORT = (Amount, Code, Flag, Reference, Whole)
PURPOSE, DEPRECATED = "sums", "deprecated"
LEADING = ("unit", "status", "metric")
VALID, IS_DEPRECATED = "rank <> 'deprecated'", "rank = 'deprecated'"


@cache
def narrow_columns(resource: Resource) -> tuple[str, ...]:
    """The columns of each, in order: what most groups of a sum have in common comes first."""
    derived = {place.path for place in resource.derived}
    short = [
        column.name
        for column in columns(resource)
        if not column.collated and (isinstance(column.field, SHORT) or column.path in derived)
    ]
    return tuple(dict.fromkeys([*LEADING, *short, "id", "to_version"]))


def narrow_indexes(resource: Resource) -> dict[str, str]:
    """{name: SQL for what it holds} of the indexes, where records of a resource can be summed."""
    if not resource.groups:
        return {}
    columns = narrow_columns(resource)
    names = ", ".join(columns)
    by_id = ", ".join(dict.fromkeys(["id", *columns]))
    return {
        index_name(resource, None, PURPOSE): f"({names}) WHERE to_version IS NULL",
        index_name(resource, 1, PURPOSE): f"({names}, from_version)",
        index_name(resource, 1, DEPRECATED): f"({by_id}, from_version) WHERE {IS_DEPRECATED}",
    }


def deprecated_rows(resource: Resource, name: str) -> str:
    """SQL for the table of a resource, of which only what is deprecated is looked at, by id; `name`
    is what it is called in the query."""
    return read_by(f"{resource.name} AS {name}", index_name(resource, 1, DEPRECATED))


def leaves_many(query: Query) -> bool:
    """Whether what a question finds may be so much that it is not found by an index of its own."""
    return query.q is None and not any(map(_is_selective, query.conditions))


def table_for(resource: Resource, query: Query, at: int | None) -> str:
    """SQL for the table of a resource, to count or add up what a question finds in it."""
    if not resource.groups or query.cell or not leaves_many(query):
        return resource.name
    used = {name for condition in query.conditions for name in used_columns(condition)}
    if not used <= set(narrow_columns(resource)):
        return resource.name
    return read_by(resource.name, index_name(resource, at, PURPOSE))


def _is_selective(condition: Condition) -> bool:
    """Whether a condition leaves few rows, which are found by an index of their own."""
    field = condition.place.field
    if condition.operator not in NAMES:
        return False
    return condition.place.path == "id" or (
        isinstance(field, Reference) and field.target != "datasets"
    )
