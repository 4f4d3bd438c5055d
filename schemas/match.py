"""Which comparisons hold of a value that was hedged: `match=stated`, `certain` or `possible`.

A hedged value stands for every number of its interval (see `schemas.bounds`), and numbers are
real: 'more than 300,000' may be 300,000.5. A comparison is certain if it holds of every number
of the interval, and possible if it holds of one: if its opposite is not certain. Nothing is
certain of 'about', which has no bounds, and everything is possible.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from schemas.filter import DENIES, SAYS

STATED, CERTAIN, POSSIBLE = MATCHES = ("stated", "certain", "possible")


class Rule(NamedTuple):
    """A comparison holds where `bound` stands in a relation to the number that is asked for.

    `relation` is '>', '<' or '='. Where the bound is that number itself, it holds if the bound
    is inclusive (True), exclusive (False), or either: those in `touching`. Where there is no
    bound at all, it holds if `unbounded`.
    """

    bound: str
    relation: str
    touching: tuple[bool, ...]
    unbounded: bool


class Demand(NamedTuple):
    """A rule and the number that is asked for."""

    rule: Rule
    asked: Decimal


class Joined(NamedTuple):
    """Demands of which all must hold ('and'), or one ('or')."""

    how: str
    parts: tuple["Demand | Joined", ...]


RULES = {
    (CERTAIN, "gt"): Rule("lower", ">", touching=(False,), unbounded=False),
    (CERTAIN, "gte"): Rule("lower", ">", touching=(False, True), unbounded=False),
    (CERTAIN, "lt"): Rule("upper", "<", touching=(False,), unbounded=False),
    (CERTAIN, "lte"): Rule("upper", "<", touching=(False, True), unbounded=False),
    (POSSIBLE, "gt"): Rule("upper", ">", touching=(), unbounded=True),
    (POSSIBLE, "gte"): Rule("upper", ">", touching=(True,), unbounded=True),
    (POSSIBLE, "lt"): Rule("lower", "<", touching=(), unbounded=True),
    (POSSIBLE, "lte"): Rule("lower", "<", touching=(True,), unbounded=True),
}
# Equal to one number is an interval that is nothing but this number.
POINT = (
    Rule("lower", "=", touching=(True,), unbounded=False),
    Rule("upper", "=", touching=(True,), unbounded=False),
)


def demanded(match: str, operator: str, asked: Sequence[Decimal]) -> Demand | Joined:
    """What of an interval makes `operator` with these numbers certain or possible.

    `match` is 'certain' or 'possible': what is stated is compared as any other value is.
    """
    if operator in SAYS:
        return _joined("or", [_equal(match, number) for number in asked])
    if operator in DENIES:
        return _joined("and", [_unequal(match, number) for number in asked])
    return Demand(RULES[match, operator], asked[0])


def _equal(match: str, number: Decimal) -> Joined:
    rules = POINT if match == CERTAIN else (RULES[match, "gte"], RULES[match, "lte"])
    return Joined("and", tuple(Demand(rule, number) for rule in rules))


def _unequal(match: str, number: Decimal) -> Joined:
    return Joined("or", tuple(Demand(RULES[match, name], number) for name in ("gt", "lt")))


def _joined(how: str, parts: Sequence[Demand | Joined]) -> Demand | Joined:
    return parts[0] if len(parts) == 1 else Joined(how, tuple(parts))
