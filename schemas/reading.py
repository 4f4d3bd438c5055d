"""The strict reading of a question: pairs of text come in, a `Query` or `Mistake`s come out.

Nothing here knows SQL or HTTP.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from marshmallow import ValidationError

from schemas.cut import cut
from schemas.deprecation import Deprecation
from schemas.direct import text_loader
from schemas.elsewhere import called_here
from schemas.fields import Amount, Code
from schemas.filter import DENIES
from schemas.group import part_of
from schemas.match import STATED
from schemas.nearest import NEAR, Guesses, asking, nearest
from schemas.parameter import Parameter, Parameters, Reading
from schemas.parameters import PAGED_ROWS, PER_PAGE
from schemas.query import Condition, Ordering, Query

# The code of a mistake that no parameter makes alone.
CONTRADICTION = "contradiction"
NOTHING_ASKED = Query()


class Mistake(NamedTuple):
    """Why a parameter was refused, and what was probably meant."""

    name: str
    code: str
    message: str
    suggestion: str | None = None


def read_query(
    parameters: Iterable[Parameter], pairs: Iterable[tuple[str, str]]
) -> tuple[Query, list[Mistake]]:
    """Read a query string against its parameters; every mistake is reported, not the first.

    Whoever reads many questions of an address hands over its `Parameters`, made once.
    """
    asked = parameters if isinstance(parameters, Parameters) else Parameters(parameters)
    if not pairs and not asked.required:
        return NOTHING_ASKED, []
    known = asked.by_name
    mistakes: list[Mistake] = []
    guesses: Guesses | None = None
    texts: dict[str, str] = {}
    for name, text in pairs:
        if name not in known:
            guesses = guesses or Guesses()
            mistakes.append(_unknown(name, known, guesses))
        elif name not in texts:
            texts[name] = text
        elif known[name].many:
            texts[name] += f",{text}"
        else:
            mistakes.append(
                Mistake(name, "repeated", "is given more than once; it takes one value")
            )
    mistakes += [
        Mistake(name, "missing", "is required, and is not given")
        for name in asked.required
        if name not in texts
    ]
    read: dict[str, Reading] = {}
    for name, text in texts.items():
        found = asked.readings.get((name, text))
        if found is None:
            parts = text.split(",") if known[name].many else [text]
            try:
                found = _reading(known[name], parts)
            except ValidationError as error:
                mistakes.append(_refused(known[name], parts, str(error.messages[0])))
                continue
            asked.remember(name, text, found)
        read[name] = found
    if not mistakes and not asked.entangled.isdisjoint(read):
        mistakes.extend(_contradictions(known, {n: found.values for n, found in read.items()}))
    if not mistakes and "sort" in read:
        mistakes.extend(_both_ways(read["sort"].values))
    return (NOTHING_ASKED if mistakes else _query(known, read)), mistakes


def _unknown(name: str, known: Collection[str], guesses: Guesses) -> Mistake:
    meant = called_here(name, known) or guesses.nearest(name, known)[0]
    message = f"is not a parameter of this address{asking(meant)}"
    return Mistake(cut(name), "unknown", message, meant)


def _refused(parameter: Parameter, parts: list[str], message: str) -> Mistake:
    guess: Callable[[str], str | None] | None = getattr(parameter.field, "meant", None)
    meant = guess(parts[0]) if guess else None
    for part in parts:
        if parameter.choices and part not in parameter.choices:
            meant, _ = nearest(part, parameter.choices, NEAR)
            break
    # A closed list asks by itself.
    asks = asking(meant)
    return Mistake(parameter.name, "invalid", message.removesuffix(asks) + asks, meant)


def _reading(parameter: Parameter, parts: list[str]) -> Reading:
    values = _values(parameter, parts)
    text = ",".join([canonical(parameter.field, value) for value in values])
    return Reading(values, text, _held(parameter, values), tuple(_deprecations(parameter, values)))


def _held(parameter: Parameter, values: tuple[Any, ...]) -> Any:
    """What a question holds of a parameter: a condition, or what the member of its name is."""
    if parameter.place is not None and parameter.operator is not None:
        hides = len(values) > 1 or parameter.operator in DENIES
        operator = parameter.operator
        return Condition(parameter.name, parameter.place, operator, values, hides_mistakes=hides)
    if parameter.name == "sort":
        return tuple([Ordering(part.removeprefix("-"), part[0] == "-") for part in values])
    if parameter.name == "cell":
        return tuple(sorted(map(part_of, values)))
    return values if parameter.many else values[0]


def _values(parameter: Parameter, parts: list[str]) -> tuple[Any, ...]:
    if len(parts) > parameter.most:
        raise ValidationError(f"must name at most {parameter.most} values")
    if parameter.choices and not isinstance(parameter.field, Code):
        if any(part not in parameter.choices for part in parts):
            raise ValidationError(f"must be one of: {', '.join(parameter.choices)}")
        read = parts
    else:
        load = text_loader(parameter.field)
        read = [load(part) for part in parts]
    if len(read) == 1:
        return tuple(read)
    # A filter's list has no order: sorted, so that the same question has one form.
    distinct = dict.fromkeys(read)
    return tuple(sorted(distinct) if parameter.operator else distinct)


def _contradictions(
    known: dict[str, Parameter], values: dict[str, tuple[Any, ...]]
) -> Iterable[Mistake]:
    for name, value in values.items():
        needed = known[name].goes_with
        # What would hold anyway contradicts nothing: forms send it along.
        if needed and values.keys().isdisjoint(needed) and value != (known[name].default,):
            others = " or ".join(f"'{other}'" for other in needed)
            message = f"says nothing alone: it goes with {others}"
            yield Mistake(name, CONTRADICTION, message, needed[0])
    if "page" in values and "cursor" in values:
        message = "cannot go with 'cursor': one place at a time"
        yield Mistake("page", CONTRADICTION, message)
    yield from _no_cell(values)
    per_page = values.get("per_page", (PER_PAGE,))[0]
    if values.get("page", (1,))[0] * per_page > PAGED_ROWS:
        on = "cursor" if "cursor" in known else None
        further = "go on with 'cursor' from pagination.next_cursor" if on else "narrow the question"
        message = f"ends past the first {PAGED_ROWS} of the list; {further}"
        yield Mistake("page", CONTRADICTION, message, on)


def _both_ways(sort: tuple[str, ...]) -> Iterable[Mistake]:
    both = next((name for name in sort if f"-{name}" in sort), None) if len(sort) > 1 else None
    if both:
        yield Mistake("sort", CONTRADICTION, f"sorts by '{both}' both ways: choose one")


def _no_cell(values: dict[str, tuple[Any, ...]]) -> Iterable[Mistake]:
    """What no cell of a sum can be."""
    groups = [part_of(text).group for text in values.get("cell", ())]
    twice = next((group for group in groups if groups.count(group) > 1), None)
    if twice:
        yield Mistake("cell", CONTRADICTION, f"names {twice!r} twice: a cell has one of each")
    if groups and values.get("counted") == (False,):
        message = "cannot be false with 'cell': the figures of a cell are those that are counted"
        yield Mistake("counted", CONTRADICTION, message)
    if "status" in values.get("group_by", ()) and values.get("across_status") == (True,):
        message = "cannot be true when 'group_by' parts the sum by status"
        yield Mistake("across_status", CONTRADICTION, message)


def _query(known: Mapping[str, Parameter], read: dict[str, Reading]) -> Query:
    conditions: list[Condition] = []
    plain: dict[str, Any] = {}
    given = []
    hides = False
    deprecations: tuple[Deprecation, ...] = ()
    match = read["match"].held if "match" in read else STATED
    for name in sorted(read):
        _, text, held, retiring = read[name]
        if isinstance(held, Condition):
            interval = known[name].interval
            if interval and match != STATED:
                held = held._replace(match=match, interval=interval)
            conditions.append(held)
            hides = hides or held.hides_mistakes
        else:
            plain[name] = held
        given.append((name, text))
        deprecations += retiring
    return Query(
        given=tuple(given),
        conditions=tuple(conditions),
        names=frozenset(read),
        hides_mistakes=hides,
        deprecations=deprecations,
        **plain,
    )


def _deprecations(parameter: Parameter, values: tuple[Any, ...]) -> Iterable[Deprecation]:
    """What of a parameter and of these values of it is being retired."""
    if parameter.deprecated:
        yield parameter.deprecated
    choices = parameter.deprecated_choices
    if choices:
        yield from (choices[part] for part in values if part in choices)


def canonical(kind: Any, value: Any) -> str:
    """A value as the one text that stands for it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(kind, Amount):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)
