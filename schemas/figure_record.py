"""The record of a figure, as it is loaded and as it is served."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validates_schema

from schemas.about import CURATED, DERIVED, STATED, about
from schemas.bounds import bounds
from schemas.display import display
from schemas.fields import (
    Amount,
    Code,
    Flag,
    LanguageMap,
    Reference,
    RegionCode,
    Slug,
    several,
)
from schemas.figure_checks import CHECKS
from schemas.period import PeriodSchema
from schemas.record import RecordSchema
from schemas.statement import AttributionSchema, LocatorSchema


class Display(LanguageMap):
    """The value with its qualifier in words; derived, never loaded."""

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> dict[str, str]:
        return display(obj["value"], obj["qualifier"], obj["measure"], obj["unit"])

    def serialize(self, attr: str, obj: Any, accessor: Any = None, **kwargs: Any) -> Any:
        return self._serialize(None, attr, obj, **kwargs)


class FigureSchema(RecordSchema):
    id = Slug(
        required=True,
        metadata=about("Stable id", "Identificador estable", ("id", "identificador"), CURATED),
    )
    program = Reference(
        "programs",
        load_default=None,
        allow_none=True,
        metadata=about(
            "What it is about; null where the source names no programme",
            "De qué programa trata; nulo si la fuente no nombra ninguno",
            ("programme", "programa"),
            STATED,
        ),
    )
    organization = Reference(
        "organizations",
        load_default=None,
        allow_none=True,
        metadata=about(
            "Whose doing it is, where no programme is named",
            "De quién es la acción, cuando no se nombra ningún programa",
            ("organization", "organización"),
            STATED,
        ),
    )
    metric = Code(
        "metrics",
        required=True,
        metadata=about("What is measured", "Qué se mide", ("metric", "métrica"), CURATED),
    )
    label = LanguageMap(
        required=True,
        metadata=about(
            "What it says, in our own words",
            "Qué dice, en nuestras propias palabras",
            ("label", "rótulo"),
            CURATED,
        ),
    )
    measure = Code(
        "measures",
        required=True,
        metadata=about("Money or a count", "Dinero o una cantidad", ("measure", "medida"), CURATED),
    )
    unit = Code(
        "units",
        required=True,
        metadata=about(
            "ISO 4217 for money, else what is counted",
            "Código ISO 4217 si es dinero; si no, lo que se cuenta",
            ("unit", "unidad"),
            STATED,
        ),
    )
    value = Amount(
        required=True,
        metadata=about(
            "The value as printed, exact",
            "El valor tal como está impreso, exacto",
            ("value", "valor"),
            STATED,
            unit=("what `unit` says", "lo que dice `unit`"),
        ),
    )
    qualifier = Code(
        "qualifiers",
        required=True,
        metadata=about(
            "How the value was hedged",
            "Con qué reserva se dijo el valor",
            ("qualifier", "calificador"),
            STATED,
        ),
    )
    lower = Amount(
        allow_none=True,
        metadata=about(
            "Lower bound that follows from the qualifier, or null",
            "Cota inferior que se sigue del calificador, o nulo",
            ("lower bound", "cota inferior"),
            DERIVED,
            of=("value", "qualifier"),
            unit=("what `unit` says", "lo que dice `unit`"),
        ),
    )
    upper = Amount(
        allow_none=True,
        metadata=about(
            "Upper bound that follows from the qualifier, or null",
            "Cota superior que se sigue del calificador, o nulo",
            ("upper bound", "cota superior"),
            DERIVED,
            of=("value", "qualifier"),
            unit=("what `unit` says", "lo que dice `unit`"),
        ),
    )
    lower_inclusive = Flag(
        allow_none=True,
        metadata=about(
            "Whether it may be the lower bound itself",
            "Si puede ser la propia cota inferior",
            ("lower bound included", "cota inferior incluida"),
            DERIVED,
            of=("qualifier",),
        ),
    )
    upper_inclusive = Flag(
        allow_none=True,
        metadata=about(
            "Whether it may be the upper bound itself",
            "Si puede ser la propia cota superior",
            ("upper bound included", "cota superior incluida"),
            DERIVED,
            of=("qualifier",),
        ),
    )
    display = Display(
        dump_only=True,
        metadata=about(
            "The value with its qualifier, in each language",
            "El valor con su calificador, en cada idioma",
            ("value", "valor"),
            DERIVED,
            of=("value", "qualifier", "measure", "unit"),
        ),
    )
    status = Code(
        "statuses",
        required=True,
        metadata=about(
            "Achieved, planned, ...", "Lograda, prevista, ...", ("status", "estado"), CURATED
        ),
    )
    period = fields.Nested(
        PeriodSchema,
        load_default=None,
        allow_none=True,
        metadata=about(
            "The span that it speaks of, as far as stated",
            "El lapso del que habla, hasta donde se dijo",
            ("period", "periodo"),
            STATED,
        ),
    )
    scope = Code(
        "scopes",
        load_default=None,
        allow_none=True,
        metadata=about(
            "Whether it speaks of whole countries or named regions; null if not stated",
            "Si habla de países enteros o de regiones nombradas; nulo si no se dice",
            ("scope", "alcance"),
            STATED,
        ),
    )
    regions = several(
        RegionCode(),
        load_default=list,
        metadata=about(
            "The regions it speaks of",
            "Las regiones de las que habla",
            ("regions", "regiones"),
            STATED,
        ),
    )
    allocation = Code(
        "allocations",
        load_default=None,
        allow_none=True,
        metadata=about(
            "One amount over all the regions (never to be split), or one for each",
            "Un solo monto para todas las regiones (nunca se reparte) o uno para cada una",
            ("allocation", "asignación"),
            STATED,
        ),
    )
    source = fields.Nested(
        LocatorSchema,
        required=True,
        metadata=about("Where it was stated", "Dónde se dijo", ("source", "fuente"), STATED),
    )
    attribution = fields.Nested(
        AttributionSchema,
        required=True,
        metadata=about("Who stated it", "Quién lo dijo", ("said by", "dicho por"), STATED),
    )
    rank = Code(
        "ranks",
        load_default="normal",
        metadata=about(
            "Which of several claims to take",
            "Cuál de varias afirmaciones tomar",
            ("rank", "rango"),
            CURATED,
        ),
    )
    same_claim_as = Reference(
        "figures",
        load_default=None,
        allow_none=True,
        metadata=about(
            "The figure that says the same thing, if another one does",
            "La cifra que dice lo mismo, si otra lo dice",
            ("same claim as", "misma afirmación que"),
            CURATED,
        ),
    )
    notes = LanguageMap(
        load_default=None,
        allow_none=True,
        metadata=about(
            "What the text leaves open, and why",
            "Qué deja abierto el texto, y por qué",
            ("notes", "notas"),
            CURATED,
        ),
    )

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        wrong: dict[str, list[Any]] = {}
        for check in CHECKS:
            try:
                check(data)
            except ValidationError as error:
                for name, reasons in error.normalized_messages().items():  # type: ignore[no-untyped-call]
                    wrong.setdefault(name, []).extend(reasons)
        if wrong:
            raise ValidationError(wrong)

    @post_load
    def derive_bounds(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        following = bounds(data["value"], data["qualifier"])
        return {**data, **dict(zip(following._fields, following, strict=True))}
