"""A question, understood: its filters, its sorts, and all else that it says."""

import operator
from collections.abc import Callable
from typing import Any, NamedTuple

from schemas.deprecation import Deprecation
from schemas.facet import FACET_SIZE
from schemas.filter import Interval
from schemas.group import Part
from schemas.match import STATED
from schemas.parameters import PER_PAGE
from schemas.paths import Place


class Condition(NamedTuple):
    """One filter as asked: the place it looks at, how, and the values.

    With an `interval` it is compared with the bounds there, as `match` says.
    """

    name: str
    place: Place
    operator: str
    values: tuple[Any, ...]
    match: str = STATED
    interval: Interval | None = None
    # Whether a value that is mistyped need not show: of several the others find something, and what
    # leaves out a value that there is not leaves out nothing.
    hides_mistakes: bool = False

    @property
    def filter(self) -> str:
        """The name of the filter, whichever its operator is."""
        return self.name.partition("__")[0]

    def leaves(self, value: Any) -> bool:
        """Whether a record whose one value is this, or None, is found."""
        match self.operator:
            case "isnull":
                return (value is None) == bool(self.values[0])
            case "eq" | "in":
                return value in self.values
            case "ne" | "nin":
                return value not in self.values
            case other:
                return value is not None and COMPARE[other](value, self.values[0])


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


class Ordering(NamedTuple):
    """One sort as asked."""

    name: str
    descending: bool


class Query(NamedTuple):
    """A question, understood. `given` is its canonical form: the same question, the same text."""

    given: tuple[tuple[str, str], ...] = ()
    conditions: tuple[Condition, ...] = ()
    sort: tuple[Ordering, ...] = (Ordering("id", False),)
    per_page: int = PER_PAGE
    page: int | None = None
    cursor: str | None = None
    since: str | None = None
    archive: str | None = None
    lang: str | None = None
    resource: tuple[str, ...] = ()
    # Hides a method that every tuple has, and nobody needs of a question.
    count: str = "capped"  # type: ignore[assignment]
    fields: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    q: str | None = None
    match: str = STATED
    as_of: int | str | None = None
    format: str | None = None
    style: str | None = None
    facets: tuple[str, ...] = ()
    facet_size: int = FACET_SIZE
    counted: bool | None = None
    cell: tuple[Part, ...] = ()
    group_by: tuple[str, ...] = ()
    across_status: bool = False
    names: frozenset[str] = frozenset()
    # Whether a condition does.
    hides_mistakes: bool = False
    deprecations: tuple[Deprecation, ...] = ()

    def in_format(self, name: str, default: str, parameter: str = "format") -> "Query":
        """The same question with its format decided. The default is said only where it was asked
        for: who follows a link may accept something else."""
        if parameter in self.names or name == default:
            return self
        given = tuple(sorted((*self.given, (parameter, name))))
        return self._replace(given=given, names=self.names | {parameter})

    @property
    def is_of_a_sum(self) -> bool:
        """Whether what is found of a row depends on all that the filters find."""
        return self.counted is not None or bool(self.cell)

    def of_filter(self, name: str) -> tuple[Condition, ...]:
        """What is asked by a filter, with whatever operators."""
        return tuple(condition for condition in self.conditions if condition.filter == name)

    def but_for(self, name: str) -> "Query":
        """The same question without what a filter asks."""
        kept = tuple(condition for condition in self.conditions if condition.filter != name)
        return self._replace(conditions=kept)

    def without(self, *names: str) -> tuple[tuple[str, str], ...]:
        """The canonical pairs but for these names."""
        if self.names.isdisjoint(names):
            return self.given
        return tuple([pair for pair in self.given if pair[0] not in names])
