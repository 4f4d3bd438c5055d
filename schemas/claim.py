"""Claims: figures about the same thing, and whether what they say can both be true.

Two figures are claims about the same thing when they have the same subject (the programme or,
where none is named, the organization) and the same metric, and their periods may overlap. They
can be compared when they speak of it in the same terms; then their bounds decide.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from marshmallow import Schema, fields

from schemas.bounds import Bounds, Number, meet
from schemas.codes import RANKS
from schemas.fields import Choice, Flag, LanguageMap, about, scaled

Record = Mapping[str, Any]

# What a figure speaks in. Figures that differ in one of these speak of different things; what is
# not stated is a term too: nothing says that it is what another figure states.
TERMS = ("unit", "status", "scope", "regions", "allocation", "period")
RELATIONS = (
    "itself",
    "same_value",
    "can_both_be_true",
    "cannot_both_be_true",
    "not_comparable",
)
REASONS = {
    "itself": {
        "en": "This is the figure that was asked about.",
        "es": "Esta es la cifra por la que se preguntó.",
    },
    "same_value": {
        "en": "Both state the same value, hedged in the same way.",
        "es": "Ambas dan el mismo valor, con la misma salvedad.",
    },
    "bounds_meet": {
        "en": "Some value lies within the bounds of both.",
        "es": "Hay valores dentro de los límites de ambas.",
    },
    "no_bounds": {
        "en": "A value that is only 'about' has no bounds: nothing is ruled out, nothing confirmed.",
        "es": "Un valor que es solo 'alrededor de' no tiene límites: "
        "nada se descarta ni se confirma.",
    },
    "bounds_do_not_meet": {
        "en": "No value lies within the bounds of both.",
        "es": "Ningún valor está dentro de los límites de ambas.",
    },
    "unit_differs": {
        "en": "They are stated in different units.",
        "es": "Están dadas en unidades distintas.",
    },
    "status_differs": {
        "en": "They have different statuses: a target is no achievement.",
        "es": "Tienen estados distintos: una meta no es un logro.",
    },
    "scope_differs": {
        "en": "One speaks of whole countries, the other does not.",
        "es": "Una habla de países enteros y la otra no.",
    },
    "regions_differ": {
        "en": "They speak of different regions.",
        "es": "Hablan de regiones distintas.",
    },
    "allocation_differs": {
        "en": "One is an amount over all its regions, the other is not.",
        "es": "Una es un monto para todas sus regiones juntas y la otra no.",
    },
    "period_differs": {
        "en": "Their periods are not stated alike.",
        "es": "Sus períodos no están dados de la misma manera.",
    },
}


class Comparison(NamedTuple):
    """How a claim stands to another one, and why: codes of REASONS."""

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
    text = json.dumps(spoken_of, sort_keys=True)
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


def may_overlap(one: Record | None, other: Record | None) -> bool:
    """Whether two periods may have a day in common: an end that is not stated is open, and a
    duration alone is no date."""
    return _begins_in_time(one, other) and _begins_in_time(other, one)


def _begins_in_time(one: Record | None, other: Record | None) -> bool:
    start, end = (one or {}).get("start"), (other or {}).get("end")
    return start is None or end is None or start <= end


def are_claims(one: Record, other: Record) -> bool:
    """Whether two figures are about the same thing."""
    return (
        subject(one) == subject(other)
        and one["metric"] == other["metric"]
        and may_overlap(one["period"], other["period"])
    )


def compare(one: Record, other: Record) -> Comparison:
    """How two claims stand to each other; the same from either side."""
    if one["id"] == other["id"]:
        return Comparison("itself", ("itself",))
    mine, theirs = terms(one), terms(other)
    different = [_differs(name) for name in TERMS if mine[name] != theirs[name]]
    if different:
        return Comparison("not_comparable", tuple(different))
    if not meet(bounds_of(one), bounds_of(other)):
        return Comparison("cannot_both_be_true", ("bounds_do_not_meet",))
    if (one["value"], one["qualifier"]) == (other["value"], other["qualifier"]):
        return Comparison("same_value", ("same_value",))
    known = bounds_of(one).known and bounds_of(other).known
    return Comparison("can_both_be_true", ("bounds_meet" if known else "no_bounds",))


def _differs(name: str) -> str:
    return f"{name}_differ" if name.endswith("s") and name != "status" else f"{name}_differs"


def conflict(one: Record, other: Record) -> bool:
    """Whether of two figures that both count one must be wrong."""
    return (
        are_claims(one, other)
        and "deprecated" not in (one["rank"], other["rank"])
        and compare(one, other).relation == "cannot_both_be_true"
    )


class ReasonSchema(Schema):
    code = Choice(tuple(REASONS), required=True, metadata=about("The reason, for programs"))
    text = LanguageMap(required=True, metadata=about("The reason in words"))


class ClaimSchema(Schema):
    """A claim as it is served beside the figure asked about, but for its links."""

    relation = Choice(
        RELATIONS, required=True, metadata=about("How it stands to the figure that was asked about")
    )
    reasons = fields.List(
        fields.Nested(ReasonSchema), required=True, metadata=about("Why it stands so")
    )
    same_claim = Flag(
        required=True, metadata=about("Whether one of the two is said to repeat the other")
    )
    figure = fields.Dict(required=True, metadata=about("The figure, as its own address has it"))
