"""What may be asked of a collection, and the strict reading of a query string.

A `Parameter` is derived from a declaration; the specification documents the same parameters
that `read_query` enforces. Nothing here knows SQL or HTTP: pairs of text come in, a `Query`
or a list of `Mistake`s comes out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, NamedTuple

from marshmallow import ValidationError, fields

from schemas.deprecation import Deprecation
from schemas.fields import Amount, AskedAmount, Code, Flag, Instant, Text, Whole
from schemas.filter import OPERATORS, TAKES_LIST
from schemas.paths import Place
from schemas.resource import Resource

PER_PAGE = 20
LARGEST_PAGE = 100
PAGED_ROWS = 10_000
LARGEST_VERSION = 2**31 - 1
LONGEST_LIST = 100
# The code of a mistake that no parameter makes alone.
CONTRADICTION = "contradiction"


class Mistake(NamedTuple):
    """Why a parameter was refused, and what was probably meant."""

    name: str
    code: str
    message: str
    suggestion: str | None = None


class Condition(NamedTuple):
    """One filter as asked: the place it looks at, how, and the values."""

    name: str
    place: Place
    operator: str
    values: tuple[Any, ...]


class Ordering(NamedTuple):
    """One sort as asked."""

    name: str
    descending: bool


class Parameter(NamedTuple):
    """A query parameter: what it accepts, and what the documentation says of it."""

    name: str
    field: Any
    help: str
    example: str
    many: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    place: Place | None = None
    operator: str | None = None
    deprecated: Deprecation | None = None
    deprecated_choices: Mapping[str, Deprecation] = MappingProxyType({})


@dataclass(frozen=True)
class Query:
    """A question, understood. `given` is its canonical form: the same question, the same text."""

    given: tuple[tuple[str, str], ...] = ()
    conditions: tuple[Condition, ...] = ()
    sort: tuple[Ordering, ...] = (Ordering("id", False),)
    per_page: int = PER_PAGE
    page: int | None = None
    cursor: str | None = None
    count: str = "capped"
    fields: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    q: str | None = None
    as_of: int | str | None = None
    format: str | None = None
    names: frozenset[str] = field(default_factory=frozenset)
    deprecations: tuple[Deprecation, ...] = ()

    def in_format(self, name: str, default: str) -> "Query":
        """The same question with its format decided: only another than the default is said."""
        said = () if name == default else (("format", name),)
        return replace(self, given=tuple(sorted((*self.without("format"), *said))))

    def without(self, *names: str) -> tuple[tuple[str, str], ...]:
        """The canonical pairs but for these names."""
        return tuple(pair for pair in self.given if pair[0] not in names)


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


class Phrase(Text):
    """Words to search for."""

    longest = 200


def filter_parameters(resource: Resource) -> tuple[Parameter, ...]:
    """The parameters of every filter of a resource."""
    found = []
    for declared in resource.filters:
        place = resource.places[declared.path]
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
                    deprecated=declared.deprecated or place.field.metadata.get("deprecation"),
                )
            )
    return tuple(found)


def _asked(kind: Any, operator: str) -> Any:
    """The field that reads a filter's value: the record's own, but for two."""
    if operator == "isnull":
        return Flag()
    return AskedAmount() if isinstance(kind, Amount) else kind


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
            deprecated_choices={
                name: found["deprecation"]
                for name, found in ((m, resource.instance.fields[m].metadata) for m in members)
                if "deprecation" in found
            },
        ),
        Parameter(
            "include",
            Text(),
            "Records that are named here, sent along once each.",
            includes[0],
            many=True,
            choices=includes,
        ),
        Parameter(
            "as_of",
            VersionOrInstant(),
            "The data as they were at this data version or moment.",
            "2999-12-31",
        ),
        Parameter(
            "format",
            Text(),
            "How the answer is written; wins over `Accept`.",
            formats[0],
            choices=tuple(formats),
        ),
    )


def list_parameters(resource: Resource, formats: Sequence[str]) -> tuple[Parameter, ...]:
    """Every parameter of a collection, in the order in which the documentation shows them."""
    sorts = tuple(sort.name for sort in resource.sorts)
    return (
        *filter_parameters(resource),
        Parameter(
            "q", Phrase(), "Holds all of these words, whatever their accents and case.", "produc"
        ),
        Parameter(
            "sort",
            Text(),
            "Sorted by these; `-` turns one round. The id breaks ties.",
            f"-{sorts[-1]}",
            many=True,
            default="id",
            choices=(*sorts, *(f"-{name}" for name in sorts)),
        ),
        Parameter("per_page", Whole(1, LARGEST_PAGE), "Records on a page.", "5", default=PER_PAGE),
        Parameter(
            "page",
            Whole(1, PAGED_ROWS),
            f"Which page, within the first {PAGED_ROWS} records; beyond them use `cursor`.",
            "1",
        ),
        Parameter(
            "cursor", Cursor(), "Where to go on: `pagination.next_cursor` of the page before.", ""
        ),
        Parameter(
            "count",
            Text(),
            f"Whether to count all records: exactly, up to {PAGED_ROWS}, or not at all.",
            "exact",
            default="capped",
            choices=("exact", "capped", "none"),
        ),
        *shape_parameters(resource, formats),
    )


def read_query(
    parameters: Iterable[Parameter], pairs: Iterable[tuple[str, str]]
) -> tuple[Query, list[Mistake]]:
    """Read a query string against its parameters; every mistake is reported, not the first."""
    known = {parameter.name: parameter for parameter in parameters}
    mistakes: list[Mistake] = []
    texts: dict[str, list[str]] = {}
    for name, text in pairs:
        if name not in known:
            mistakes.append(_unknown(name, known))
        elif name in texts and not known[name].many:
            mistakes.append(
                Mistake(name, "repeated", "is given more than once; it takes one value")
            )
        else:
            texts.setdefault(name, []).extend(text.split(",") if known[name].many else [text])
    values: dict[str, tuple[Any, ...]] = {}
    for name, parts in texts.items():
        try:
            values[name] = _values(known[name], parts)
        except ValidationError as error:
            mistakes.append(_refused(known[name], parts, str(error.messages[0])))
    if not mistakes:
        mistakes.extend(_contradictions(values))
    return (Query() if mistakes else _query(known, values)), mistakes


def _unknown(name: str, known: Iterable[str]) -> Mistake:
    nearest = next(iter(get_close_matches(name, list(known), n=1)), None)
    hint = f"; did you mean '{nearest}'?" if nearest else ""
    return Mistake(name, "unknown", f"is not a parameter of this address{hint}", nearest)


def _refused(parameter: Parameter, parts: list[str], message: str) -> Mistake:
    nearest = None
    for part in parts:
        if parameter.choices and part not in parameter.choices:
            nearest = next(iter(get_close_matches(part, parameter.choices, n=1)), None)
            break
    hint = f"; did you mean '{nearest}'?" if nearest else ""
    return Mistake(parameter.name, "invalid", f"{message}{hint}", nearest)


def _values(parameter: Parameter, parts: list[str]) -> tuple[Any, ...]:
    if len(parts) > LONGEST_LIST:
        raise ValidationError(f"must name at most {LONGEST_LIST} values")
    if parameter.choices and not isinstance(parameter.field, Code):
        if not set(parts) <= set(parameter.choices):
            raise ValidationError(f"must be one of: {', '.join(parameter.choices)}")
        read = parts
    else:
        read = [parameter.field.deserialize(parameter.field.from_text(part)) for part in parts]
    if parameter.name == "sort" and len({part.removeprefix("-") for part in parts}) < len(parts):
        raise ValidationError("names the same thing twice")
    # A filter's list has no order: sorted, so that the same question has one form.
    distinct = dict.fromkeys(read)
    return tuple(sorted(distinct) if parameter.operator else distinct)


def _contradictions(values: dict[str, tuple[Any, ...]]) -> Iterable[Mistake]:
    if "page" in values and "cursor" in values:
        message = "cannot go with 'cursor': one place at a time"
        yield Mistake("page", CONTRADICTION, message)
    per_page = values.get("per_page", (PER_PAGE,))[0]
    if values.get("page", (1,))[0] * per_page > PAGED_ROWS:
        message = (
            f"ends past the first {PAGED_ROWS} records; go on with 'cursor' from "
            "pagination.next_cursor"
        )
        yield Mistake("page", CONTRADICTION, message, "cursor")


def _query(known: dict[str, Parameter], values: dict[str, tuple[Any, ...]]) -> Query:
    conditions = []
    plain: dict[str, Any] = {}
    given = []
    for name in sorted(values):
        parameter, value = known[name], values[name]
        if parameter.place is not None and parameter.operator is not None:
            conditions.append(Condition(name, parameter.place, parameter.operator, value))
        else:
            plain[name] = value if parameter.many else value[0]
        given.append((name, ",".join(canonical(parameter.field, part) for part in value)))
    if "sort" in plain:
        plain["sort"] = tuple(
            Ordering(part.removeprefix("-"), part.startswith("-")) for part in plain["sort"]
        )
    return Query(
        given=tuple(given),
        conditions=tuple(conditions),
        names=frozenset(values),
        deprecations=tuple(_deprecations(known, values)),
        **plain,
    )


def _deprecations(
    known: dict[str, Parameter], values: dict[str, tuple[Any, ...]]
) -> Iterable[Deprecation]:
    """What of a question is being retired."""
    for name, value in values.items():
        parameter = known[name]
        if parameter.deprecated:
            yield parameter.deprecated
        for part in value:
            if part in parameter.deprecated_choices:
                yield parameter.deprecated_choices[part]


def canonical(kind: Any, value: Any) -> str:
    """A value as the one text that stands for it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(kind, Amount):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)
