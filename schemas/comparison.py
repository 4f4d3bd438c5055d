"""Counterparts: figures about the same thing, and whether what they say can both be true.

Two figures are counterparts when they have the same subject (the programme or, where none is
named, the organization) and the same metric, and their periods may overlap. They can be compared
when they speak of it in the same terms; then their bounds decide. At `/figures/{id}/claims` they
are called claims; in here a claim is what several figures say alike (`schemas.claim`).
"""

import json
from hashlib import sha256
from typing import Any, NamedTuple

from schemas.bounds import Bounds, Number, meet
from schemas.codes import RANKS
from schemas.fields import Text, Whole, scaled
from schemas.objects import Record
from schemas.paths import Place

# What a figure speaks in, and the reason that a difference gives. Figures that differ in one of
# these speak of different things; what is not stated is a term too: nothing says that it is what
# another one states.
TERMS = {
    "unit": "unit_differs",
    "status": "status_differs",
    "scope": "scope_differs",
    "regions": "regions_differ",
    "allocation": "allocation_differs",
    "period": "period_differs",
}

_SORTED = json.JSONEncoder(sort_keys=True)


class Comparison(NamedTuple):
    """How a figure stands to a counterpart, and why: one of the words, and the reasons' codes, that
    `schemas.counterpart` puts into sentences."""

    relation: str
    reasons: tuple[str, ...]


def subject(figure: Record) -> str:
    """What a figure is about: `programs/procompite`, or `organizations/produce`."""
    if figure["program"]:
        return f"programs/{figure['program']}"
    return f"organizations/{figure['organization']}"


def precedence(figure: Record) -> int:
    """Where a figure stands among others that are ranked: the preferred ones come first."""
    return RANKS.index(figure["rank"])


def terms(figure: Record) -> dict[str, Any]:
    """The terms of a figure, each so that equal ones are equal; null where nothing is stated."""
    return {**{name: figure[name] for name in TERMS}, "regions": sorted(figure["regions"])}


def contested_terms(figure: Record) -> str | None:
    """One text for subject, metric and terms; None for a figure that counts no longer.

    Whoever ranks a figure as deprecated has settled its contradictions.
    """
    if figure["rank"] == "deprecated":
        return None
    spoken_of = [subject(figure), figure["metric"], terms(figure)]
    text = _SORTED.encode(spoken_of)
    return sha256(text.encode()).hexdigest()[:32]


# The bounds as texts of one length that sort as they lie: an open end is past its value. Two
# figures have no value in common just when the lowest of one is greater than the highest of the
# other. (Twice the ten-thousandths would not fit into 64 bits.)
def lowest(figure: Record) -> str | None:
    return _placed(figure["lower"], "1" if figure["lower_inclusive"] else "2")


def highest(figure: Record) -> str | None:
    return _placed(figure["upper"], "1" if figure["upper_inclusive"] else "0")


def _placed(bound: Number | None, end: str) -> str | None:
    return None if bound is None else f"{scaled(bound):019d}{end}"


def bounds_of(figure: Record) -> Bounds:
    """The bounds that a record (as JSON has it) holds."""
    return Bounds(*(figure[name] for name in Bounds._fields))


def compare(one: Record, other: Record) -> Comparison:
    """How two counterparts stand to each other; the same from either side."""
    if one["id"] == other["id"]:
        return Comparison("itself", ("itself",))
    mine, theirs = terms(one), terms(other)
    different = [reason for name, reason in TERMS.items() if mine[name] != theirs[name]]
    if different:
        return Comparison("not_comparable", tuple(different))
    if not meet(bounds_of(one), bounds_of(other)):
        return Comparison("cannot_both_be_true", ("bounds_do_not_meet",))
    if (one["value"], one["qualifier"]) == (other["value"], other["qualifier"]):
        return Comparison("same_value", ("same_value",))
    known = bounds_of(one).known and bounds_of(other).known
    return Comparison("can_both_be_true", ("bounds_meet" if known else "no_bounds",))


# What follows from a figure so that figures can be compared in the store.
COMPARED = (
    Place("subject", Text(), many=False, nullable=False, derive=subject),
    Place("precedence", Whole(), many=False, nullable=False, derive=precedence),
    Place("terms", Text(), many=False, nullable=True, derive=contested_terms),
    Place("lowest", Text(), many=False, nullable=True, derive=lowest),
    Place("highest", Text(), many=False, nullable=True, derive=highest),
)
