"""What may be asked of a resource: the query parameters that its declaration makes.

The specification documents the same parameters that `schemas.query` reads a question by.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from marshmallow import ValidationError, fields

from schemas.codes import LANGUAGES
from schemas.deprecation import Deprecation
from schemas.facet import FACET_SIZE, LARGEST_FACET, facets
from schemas.fields import Amount, AskedAmount, Flag, Instant, Text, Whole
from schemas.filter import OPERATORS, TAKES_LIST, Filter, Interval
from schemas.group import CellPart
from schemas.match import MATCHES, STATED
from schemas.paths import Place
from schemas.resource import Resource

PER_PAGE = 20
LARGEST_PAGE = 100
PAGED_ROWS = 10_000
LARGEST_VERSION = 2**31 - 1
LONGEST_LIST = 100
# How many texts of parameters are kept as they were read, and how long one may be.
REMEMBERED = 1024
LONGEST_REMEMBERED = 64
# What may contradict something else, beside what goes with another one.
ENTANGLED = frozenset(("page", "cell", "group_by"))


class Parameter(NamedTuple):
    """A query parameter: what it accepts, and what the documentation says of it.

    `most` is how many values a list may have; `goes_with` names the parameters without which
    this one, unless it has its default, would say nothing.
    """

    name: str
    field: Any
    help: str
    example: str
    many: bool = False
    default: Any = None
    required: bool = False
    choices: tuple[str, ...] = ()
    place: Place | None = None
    operator: str | None = None
    interval: Interval | None = None
    most: int = LONGEST_LIST
    goes_with: tuple[str, ...] = ()
    deprecated: Deprecation | None = None
    deprecated_choices: Mapping[str, Deprecation] = MappingProxyType({})


class Reading(NamedTuple):
    """What a parameter's text was read as: its values, the one text that stands for them, what a
    question holds of it, and what of it is being retired."""

    values: tuple[Any, ...]
    text: str
    held: Any
    deprecations: tuple[Deprecation, ...] = ()


class Parameters(tuple[Parameter, ...]):
    """The parameters of an address, in the order of its documentation, and looked up by name.

    What was read before need not be read again: most questions have most of their parts from
    others. So many `readings` are kept, by name and text, and then forgotten.
    """

    @cached_property
    def readings(self) -> dict[tuple[str, str], Reading]:
        return {}

    def remember(self, name: str, text: str, reading: Reading) -> None:
        if len(text) <= LONGEST_REMEMBERED:
            if len(self.readings) >= REMEMBERED:
                self.readings.clear()
            self.readings[name, text] = reading

    @cached_property
    def by_name(self) -> dict[str, Parameter]:
        return {parameter.name: parameter for parameter in self}

    @cached_property
    def required(self) -> tuple[str, ...]:
        return tuple(parameter.name for parameter in self if parameter.required)

    @cached_property
    def entangled(self) -> frozenset[str]:
        """The names of those that may contradict another one."""
        return ENTANGLED.union(parameter.name for parameter in self if parameter.goes_with)


class VersionOrInstant(fields.Field[Any]):
    """A data version (a whole number) or a moment."""

    default_error_messages = {
        "invalid": "must be a data version such as 3, a moment such as 2021-04-28T12:00:00Z, "
        "or a date such as 2021-04-28",
    }

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int | str:
        for reader in (Whole(1, LARGEST_VERSION), Instant()):
            try:
                answer: int | str = reader.deserialize(reader.from_text(value))
            except ValidationError:
                continue
            return answer
        raise self.make_error("invalid")

    def from_text(self, text: str) -> str:
        return text


class Cursor(Text):
    """An opaque place in a list."""

    pattern = r"^v[1-9][0-9]{0,9}\.[0-9a-f]{12}\.[A-Za-z0-9_-]+$"
    default_error_messages = {"pattern": "is not a cursor that this service gave out"}


class Since(Text):
    """A place in the history, to be kept for as long as one likes.

    `v` and a data version stand for the end of that version: where to go on from a download of
    it, and `v0` for the beginning. What follows a point is a place within the next version.
    """

    pattern = r"^v(?:0|[1-9][0-9]{0,9})(?:\.[A-Za-z0-9_-]+)?$"
    longest = 400
    default_error_messages = {
        "pattern": "is no place in the history: it must be 'v0', or as a page of changes gave it",
    }


class Archive(Text):
    """A part of a feed's archive: what one data version brought, or the rest of it."""

    pattern = r"^v[1-9][0-9]{0,9}(?:\.[A-Za-z0-9_-]+)?$"
    longest = 400
    default_error_messages = {
        "pattern": "is no part of the archive: it must be 'v1', or as a feed gave it",
    }


class Phrase(Text):
    """Words to search for."""

    longest = 200


AS_OF = Parameter(
    "as_of",
    VersionOrInstant(),
    "The data as they were at this data version or moment.",
    "2999-12-31",
)
LANG = Parameter(
    "lang",
    Text(),
    "The language of titles and texts.",
    "es",
    default=LANGUAGES[0],
    choices=LANGUAGES,
)
WORDS = Parameter(
    "q", Phrase(), "Holds all of these words, whatever their accents and case.", "produc"
)
RECORDS_ON_A_PAGE = Parameter(
    "per_page", Whole(1, LARGEST_PAGE), "Records on a page.", "5", default=PER_PAGE
)
CURSOR = Parameter(
    "cursor", Cursor(), "Where to go on: `pagination.next_cursor` of the page before.", ""
)


def filter_parameters(resource: Resource) -> tuple[Parameter, ...]:
    """The parameters of every filter of a resource."""
    return (*asked_by(resource.filters, resource.asked_places), *_contest_parameters(resource))


def _contest_parameters(resource: Resource) -> Iterator[Parameter]:
    """The filter by what other records say."""
    contest, place = resource.contest, resource.contest_place
    if contest and place:
        help_ = f"{contest.help} {OPERATORS['contested']}."
        yield Parameter(contest.name, place.field, help_, "true", place=place, operator="contested")


def asked_by(filters: Sequence[Filter], places: Mapping[str, Place]) -> tuple[Parameter, ...]:
    """The parameters of these filters, which look at these places."""
    found = []
    for declared in filters:
        place = places[declared.path]
        optional = ("isnull",) if place.nullable or place.many else ()
        operators = declared.operators + optional * bool(declared.operators)
        for name, operator in [
            (declared.name, declared.bare),
            *((f"{declared.name}__{operator}", operator) for operator in operators),
        ]:
            found.append(
                Parameter(
                    name,
                    _asked(place.field, operator),
                    f"{declared.help} {OPERATORS[operator]}.",
                    "false" if operator == "isnull" else str(declared.example),
                    many=operator in TAKES_LIST,
                    choices=()
                    if operator == "isnull"
                    else getattr(place.field, "choices", None) or (),
                    place=place,
                    operator=operator,
                    interval=declared.interval,
                    deprecated=declared.deprecated or place.field.metadata.get("deprecation"),
                )
            )
    return tuple(found)


def _asked(kind: Any, operator: str) -> Any:
    """The field that reads a filter's value: the record's own, but for two."""
    if operator == "isnull":
        return Flag()
    return AskedAmount() if isinstance(kind, Amount) else kind


def match_parameter(filters: Sequence[Parameter]) -> tuple[Parameter, ...]:
    """`match`, where a filter compares a value that has bounds."""
    bounded = tuple(parameter.name for parameter in filters if parameter.interval)
    if not bounded:
        return ()
    help_ = (
        f"What of a hedged value `{bounded[0]}` compares: the number as stated; or its bounds, for "
        "the figures of which the comparison is certain, or possible. Nothing is certain of "
        "`about`, and everything is possible."
    )
    return (
        Parameter(
            "match", Text(), help_, "certain", default=STATED, choices=MATCHES, goes_with=bounded
        ),
    )


def shape_parameters(resource: Resource, formats: Sequence[str]) -> Parameters:
    """What an item takes too: which parts, what beside it, from when, and how it is written."""
    return Parameters(_of_shape(resource, formats))


def _of_shape(resource: Resource, formats: Sequence[str]) -> tuple[Parameter, ...]:
    members = resource.members
    includes = tuple(resource.references)
    return (
        Parameter(
            "fields",
            Text(),
            "Only these members of each record.",
            "id",
            many=True,
            choices=members,
            deprecated_choices={
                name: found["deprecation"]
                for name, found in ((m, resource.instance.fields[m].metadata) for m in members)
                if "deprecation" in found
            },
        ),
        Parameter(
            "include",
            Text(),
            "Records that are named here, sent along once each. In JSON only.",
            includes[0],
            many=True,
            choices=includes,
        ),
        AS_OF,
        format_parameter(formats),
    )


def format_parameter(formats: Sequence[str]) -> Parameter:
    """How an answer may be written at an address."""
    help_ = "How the answer is written; wins over `Accept`."
    return Parameter("format", Text(), help_, formats[0], choices=tuple(formats))


def dictionary_parameters(
    resources: Sequence[Resource], formats: Sequence[str]
) -> tuple[Parameter, ...]:
    """What may be asked of the data dictionary."""
    names = tuple(resource.name for resource in resources)
    return (
        Parameter(
            "resource", Text(), "Only these collections.", names[0], many=True, choices=names
        ),
        LANG._replace(help=f"{LANG.help} JSON has every language: this asks for Markdown."),
        format_parameter(formats),
    )


def list_parameters(resource: Resource, formats: Sequence[str]) -> Parameters:
    """Every parameter of a collection, in the order in which the documentation shows them."""
    return Parameters(_of_lists(resource, formats))


def _of_lists(resource: Resource, formats: Sequence[str]) -> tuple[Parameter, ...]:
    sorts = tuple(sort.name for sort in resource.sorts)
    filters = filter_parameters(resource)
    return (
        *filters,
        *match_parameter(filters),
        WORDS,
        *sum_parameters(resource),
        Parameter(
            "sort",
            Text(),
            "Sorted by these; `-` turns one round. The id breaks ties.",
            f"-{sorts[-1]}",
            many=True,
            default="id",
            choices=(*sorts, *(f"-{name}" for name in sorts)),
        ),
        RECORDS_ON_A_PAGE,
        Parameter(
            "page",
            Whole(1, PAGED_ROWS),
            f"Which page, within the first {PAGED_ROWS} records; beyond them use `cursor`.",
            "1",
        ),
        CURSOR,
        Parameter(
            "count",
            Text(),
            f"Whether to count all records: exactly, up to {PAGED_ROWS}, or not at all.",
            "exact",
            default="capped",
            choices=("exact", "capped", "none"),
        ),
        *facet_parameters(resource),
        *shape_parameters(resource, formats),
    )


def sum_parameters(resource: Resource) -> tuple[Parameter, ...]:
    """How to ask for what a sum of records is made of, where they can be summed."""
    if not resource.groups:
        return ()
    return (
        Parameter(
            "counted",
            Flag(),
            "Counted in a sum of what the other filters find (true), or left out of it (false): "
            "deprecated figures, and of those that say the same all but one.",
            "true",
        ),
        Parameter(
            "cell",
            CellPart(resource.group_places),
            "Counted in this cell of a sum of what the other filters find, as the links of "
            "`/aggregates` name it.",
            "unit:PEN,status:planned",
            many=True,
            most=len(resource.groups),
        ),
    )


def facet_parameters(resource: Resource) -> tuple[Parameter, ...]:
    """How to ask for the values that filters could take."""
    names = tuple(facet.name for facet in facets(resource))
    return (
        Parameter(
            "facets",
            Text(),
            "Filters whose values are counted, over all that the other filters find, in "
            "`meta.facets`. In JSON only.",
            names[0],
            many=True,
            choices=names,
        ),
        Parameter(
            "facet_size",
            Whole(1, LARGEST_FACET),
            "How many values of each facet, the most frequent first.",
            "5",
            default=FACET_SIZE,
            goes_with=("facets",),
        ),
    )
