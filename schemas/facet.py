"""Facets: the values that a filter of a collection could take, each with how many it would leave.

Which filters can be facets follows from their declaration: those of codes, references, flags,
languages and years, which have few values and can say of each record whether it has one.
"""

from typing import Any, NamedTuple

from schemas.fields import Choice, Code, Flag, Language, Reference, Whole
from schemas.filter import SAYS, Filter
from schemas.paths import Place
from schemas.resource import Resource

LISTABLE = (Code, Choice, Reference, Flag, Language, Whole)
# A facet shows so many values, unless it is asked for more or fewer.
FACET_SIZE = 20
LARGEST_FACET = 100


class Facet(NamedTuple):
    """A filter whose values are counted: its own name, and the place that it looks at."""

    name: str
    place: Place


class Value(NamedTuple):
    """A value of a facet, None for 'not stated', and how many records have it."""

    value: Any
    number: int


class Values(NamedTuple):
    """The values of a facet, the most frequent first, and whether there are more of them."""

    values: list[Value]
    more: bool


def facets(resource: Resource) -> tuple[Facet, ...]:
    """What can be counted of a resource, in the order of its filters."""
    return tuple(
        Facet(declared.name, resource.asked_places[declared.path])
        for declared in resource.filters
        if _is_facet(declared, resource.asked_places[declared.path])
    )


def _is_facet(declared: Filter, place: Place) -> bool:
    if not isinstance(place.field, LISTABLE) or declared.bare not in SAYS:
        return False
    # What is not stated must be something that can be asked for.
    return bool(declared.operators) or not (place.nullable or place.many)
