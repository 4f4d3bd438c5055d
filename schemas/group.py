"""How a sum is grouped, and how one of its cells is named: `program:procompite`, `year:2021`.

A part of a cell's name is the name of a group and its value, as a filter would take it; nothing
where the figures state none (`program:`), and several joined by a point where one amount is over
all of them (`region:PE-LAL.PE-PIU`).
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from schemas.fields import Text
from schemas.paths import Place

TOGETHER = "."
# What is never added together, whether or not it was asked to be parted, and why.
PARTED = {
    "unit": "different units cannot be added",
    "status": "what was achieved is not added to what is planned, a target, or left open",
}


class Part(NamedTuple):
    """One part of a cell's name; `values` is empty where none is stated."""

    group: str
    values: tuple[str, ...]

    @property
    def value(self) -> str:
        return TOGETHER.join(self.values)

    @property
    def text(self) -> str:
        return f"{self.group}:{self.value}"


class CellPart(Text):
    """A part of a cell's name, of one of these groups."""

    default_error_messages = {
        "pattern": "must be a group and its value, such as 'unit:PEN' or 'program:', as the "
        "links of a sum have them",
    }

    def __init__(self, groups: Mapping[str, Place], **kwargs: Any) -> None:
        written = "|".join(f"{name}:{_values(place)}" for name, place in groups.items())
        self.pattern = f"^(?:{written})$"  # type: ignore[misc]
        super().__init__(**kwargs)


def _values(place: Place) -> str:
    """The pattern of what may stand after a group's name."""
    choices = getattr(place.field, "choices", None)
    one = "|".join(choices) if choices else _pattern(place)
    several = f"(?:{one})(?:{TOGETHER_PATTERN}(?:{one}))*" if place.many else f"(?:{one})"
    return f"(?:{several})?" if place.many or place.nullable else several


def _pattern(place: Place) -> str:
    pattern: str | None = getattr(place.field, "pattern", None)
    return pattern.removeprefix("^").removesuffix("$") if pattern else YEAR_PATTERN


TOGETHER_PATTERN = r"\."
YEAR_PATTERN = r"[1-9][0-9]{0,3}"


def part_of(text: str) -> Part:
    """A part from its text, which is of the declared pattern."""
    group, _, values = text.partition(":")
    return Part(group, tuple(sorted(values.split(TOGETHER))) if values else ())


def grouped_by(asked: Sequence[str], *, across_status: bool) -> tuple[str, ...]:
    """The groups of a sum: those asked for, and those that it is parted by in any case."""
    parted = [name for name in PARTED if name != "status" or not across_status]
    return tuple(dict.fromkeys([*asked, *parted]))
