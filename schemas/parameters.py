"""What may be asked of a resource: the query parameters that its declaration makes.

The specification documents the same parameters that `schemas.reading` reads a question by.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from schemas.codes import LANGUAGES
from schemas.deprecation import Deprecation
from schemas.facet import FACET_SIZE, LARGEST_FACET, facets
from schemas.fields import Amount, AskedAmount, Flag, Text, Whole
from schemas.fields.asked import Cursor, Phrase, VersionOrInstant
from schemas.fields.time import DATE_ALONE, Beginning, Instant
from schemas.filter import OPERATORS, TAKES_LIST, Filter
from schemas.group import CellPart
from schemas.match import MATCHES, STATED
from schemas.parameter import Parameter
from schemas.paths import Place
from schemas.resource import Resource

PER_PAGE = 20
LARGEST_PAGE = 100
PAGED_ROWS = 10_000

AS_OF = Parameter(
    "as_of",
    VersionOrInstant(),
    f"The data as they were at this data version or moment. {DATE_ALONE}",
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
    "q",
    Phrase(),
    "Holds all of these words, whatever their accents and case; the last one also finds what "
    "begins with it.",
    "produc",
)
RECORDS_ON_A_PAGE = Parameter(
    "per_page", Whole(1, LARGEST_PAGE), "Records on a page.", "5", default=PER_PAGE
)
CURSOR = Parameter(
    "cursor", Cursor(), "Where to go on: `pagination.next_cursor` of the page before.", ""
)


@cache
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
                    _help(declared.help, place.field, operator),
                    "false" if operator == "isnull" else str(declared.example),
                    many=operator in TAKES_LIST,
                    choices=()
                    if operator == "isnull"
                    else getattr(place.field, "choices", None) or (),
                    place=place,
                    operator=operator,
                    interval=declared.interval,
                    deprecated=declared.deprecated or place.retired,
                )
            )
    return tuple(found)


def _help(what: str, kind: Any, operator: str) -> str:
    """What is said of a filter."""
    # What has a clause of its own in it ends the clause before it goes on.
    help_ = f"{what}{',' * (', ' in what)} {OPERATORS[operator]}."
    return f"{help_} {DATE_ALONE}" if isinstance(kind, Instant) and operator != "isnull" else help_


def _asked(kind: Any, operator: str) -> Any:
    """The field that reads a filter's value: the record's own, but for three."""
    if operator == "isnull":
        return Flag()
    if isinstance(kind, Instant) and operator in ("gte", "lt"):
        return Beginning()
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


def shape_parameters(resource: Resource, formats: Sequence[str]) -> tuple[Parameter, ...]:
    """What an item takes too: which parts, what beside it, from when, and how it is written."""
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
            deprecated_choices=_retired(
                (m, resource.instance.fields[m].metadata.get("deprecation")) for m in members
            ),
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
        # To name it is to ask for something else: it has no default.
        LANG._replace(
            help=f"{LANG.help} JSON has every language: this asks for Markdown.", default=None
        ),
        format_parameter(formats),
    )


def _retired(choices: Iterable[tuple[str, Deprecation | None]]) -> dict[str, Deprecation]:
    """{choice: how it is retired} of those that are being retired."""
    return {name: deprecation for name, deprecation in choices if deprecation}


def list_parameters(resource: Resource, formats: Sequence[str]) -> tuple[Parameter, ...]:
    """Every parameter of a collection, in the order in which the documentation shows them."""
    sorts = tuple(sort.name for sort in resource.sorts)
    sorted_by = [(sort.name, resource.asked_places[sort.path].retired) for sort in resource.sorts]
    filters = filter_parameters(resource)
    return (
        *filters,
        *match_parameter(filters),
        WORDS,
        *sum_parameters(resource),
        Parameter(
            "sort",
            Text(),
            "Sorted by these; `-` turns one round. The id breaks ties, and goes as the last.",
            f"-{sorts[-1]}",
            many=True,
            default="id",
            choices=(*sorts, *(f"-{name}" for name in sorts)),
            deprecated_choices=_retired(
                (f"{turn}{name}", retired) for turn in ("", "-") for name, retired in sorted_by
            ),
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
            deprecated_choices=_retired(
                (asked.name, asked.deprecated)
                for asked in filter_parameters(resource)
                if asked.name in names
            ),
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
