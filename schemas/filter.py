"""How a declaration says what may be asked of a field: filters and sorts."""

from typing import Any, NamedTuple

from schemas.deprecation import Deprecation

# What each operator asks, in words: these sentences are the documentation of its parameter.
OPERATORS = {
    "eq": "is exactly this",
    "in": "is one of these",
    "nin": "is none of these, or not stated",
    "ne": "is not this, or not stated",
    "gt": "is greater than this",
    "gte": "is at least this",
    "lt": "is less than this",
    "lte": "is at most this",
    "isnull": "is not stated (true) or is stated (false)",
    "covers": "is one of these, or is the whole country of one of them",
    "contested": "cannot be true together with what another one says in the same terms (true), "
    "or can with all of them (false)",
}
TAKES_LIST = ("in", "nin", "covers")
# Operators that ask for one of some values, and for none of them.
SAYS, DENIES = ("eq", "in"), ("ne", "nin")
# Those that find what names one of the values, or the country of one.
NAMES = (*SAYS, "covers")

EQUALITY = ("ne", "in", "nin")
# For free text, in which a comma is no separator.
EXACTLY = ("ne",)
RANGE = (*EQUALITY, "gt", "gte", "lt", "lte")


class Interval(NamedTuple):
    """Where a record says between what bounds its value lies: the paths of these members."""

    lower: str
    upper: str
    lower_inclusive: str
    upper_inclusive: str


class Filter(NamedTuple):
    """One thing to filter by: `name=` asks `bare`, `name__op=` asks each of `operators`.

    Where the value has an `interval`, `match` decides what of it is compared.
    """

    name: str
    path: str
    bare: str
    operators: tuple[str, ...]
    help: str
    example: Any
    deprecated: Deprecation | None = None
    interval: Interval | None = None


def filter_by(
    name: str,
    *,
    help: str,
    example: Any,
    path: str | None = None,
    operators: tuple[str, ...] = EQUALITY,
    bare: str = "in",
    deprecated: Deprecation | None = None,
    interval: Interval | None = None,
) -> Filter:
    """Declare a filter. The field at `path` (the name itself, if none is given) says what a value
    must look like; `example` is a value that some seeded record has, and what the tests send.

    Where the field may be null, `__isnull` comes by itself.
    """
    return Filter(name, path or name, bare, operators, help, example, deprecated, interval)


class Contest(NamedTuple):
    """When records of a resource contradict each other, and the filter that asks for those.

    Records speak of the same thing when they have the same text in the column `terms`; two of
    them contradict each other when the `lowest` of one is greater than the `highest` of the other.
    All three are columns that the resource computes; a record without terms contradicts none.
    """

    name: str
    terms: str
    lowest: str
    highest: str
    help: str


class Sort(NamedTuple):
    """One thing to sort by; `collated` sorts names as Spanish does, without regard to accents."""

    name: str
    path: str
    collated: bool = False


def sort_by(name: str, *, path: str | None = None, collated: bool = False) -> Sort:
    """Declare a sort by the field at `path` (the name itself, if none is given)."""
    return Sort(name, path or name, collated)


PROVENANCE_FILTERS = (
    filter_by("id", help="The record's id", example=None),
    filter_by("dataset", help="The data set that says so", example=None),
    filter_by(
        "updated_at",
        operators=("gt", "gte", "lt", "lte"),
        bare="gte",
        help="When the content last changed",
        example="2021-04-28",
    ),
    filter_by(
        "updated_since",
        path="updated_at",
        operators=(),
        bare="gte",
        help="When the content last changed",
        example="2021-04-28T00:00:00Z",
    ),
)
PROVENANCE_SORTS = (sort_by("id"), sort_by("updated_at"))
