"""A query parameter: what it accepts and says, and the parameters of an address together."""

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from schemas.deprecation import Deprecation
from schemas.filter import Interval
from schemas.paths import Place

LONGEST_LIST = 100
# How many texts of parameters are kept as they were read, and how long one may be.
REMEMBERED = 1024
LONGEST_REMEMBERED = 64
# What may contradict something else, beside what goes with another one: all that
# `schemas.reading._contradictions` looks at.
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
