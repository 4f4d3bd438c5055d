"""A counterpart as it is served, as a claim: a figure beside the one that was asked about, and how
the two stand."""

from collections.abc import Sequence

from marshmallow import Schema, fields

from schemas.about import described
from schemas.fields import Choice, Flag, LanguageMap
from schemas.parameter import Parameter
from schemas.parameters import AS_OF, CURSOR, RECORDS_ON_A_PAGE, format_parameter

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
        "en": "A value that is only 'about' has no bounds: "
        "nothing is ruled out, nothing confirmed.",
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


class ReasonSchema(Schema):
    code = Choice(tuple(REASONS), required=True, metadata=described("The reason, for programs"))
    text = LanguageMap(required=True, metadata=described("The reason in words"))


class ClaimSchema(Schema):
    """A counterpart as it is served beside the figure asked about, but for its links."""

    relation = Choice(
        RELATIONS,
        required=True,
        metadata=described("How it stands to the figure that was asked about"),
    )
    reasons = fields.List(
        fields.Nested(ReasonSchema), required=True, metadata=described("Why it stands so")
    )
    same_claim = Flag(
        required=True, metadata=described("Whether one of the two is said to repeat the other")
    )
    figure = fields.Dict(required=True, metadata=described("The figure, as its own address has it"))


def claim_parameters(formats: Sequence[str]) -> tuple[Parameter, ...]:
    """What may be asked of the counterparts of a figure."""
    per_page = RECORDS_ON_A_PAGE._replace(help="Claims on a page, beside the figure itself")
    return (per_page, CURSOR, AS_OF, format_parameter(formats))
