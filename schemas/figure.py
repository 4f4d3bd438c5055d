"""A figure: one statement of one quantity."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, post_load, validates_schema

from schemas.about import CURATED, DERIVED, STATED, Bilingual, about
from schemas.bounds import bounds
from schemas.comparison import COMPARED
from schemas.derived import SUMMED, measure_of
from schemas.display import display
from schemas.fields import (
    Amount,
    Code,
    Date,
    Flag,
    LanguageMap,
    Reference,
    RegionCode,
    Slug,
    Text,
    Whole,
    several,
)
from schemas.filter import EXACTLY, RANGE, Contest, Interval, filter_by, sort_by
from schemas.period import PeriodSchema
from schemas.record import RecordSchema, StrictSchema
from schemas.resource import Resource, Searched
from schemas.scope import check_scope


class LocatorSchema(StrictSchema):
    """Where in a source the digits stand."""

    id = Reference(
        "sources",
        required=True,
        metadata=about("The source", "La fuente", ("source", "fuente"), CURATED),
    )
    start = Whole(
        0,
        2**31 - 1,
        required=True,
        metadata=about(
            "First code point of `stated`",
            "Primer punto de código de `stated`",
            ("start", "inicio"),
            STATED,
            unit=("code points", "puntos de código"),
        ),
    )
    end = Whole(
        1,
        2**31 - 1,
        required=True,
        metadata=about(
            "The code point after `stated`",
            "El punto de código que sigue a `stated`",
            ("end", "fin"),
            STATED,
            unit=("code points", "puntos de código"),
        ),
    )
    stated = Text(
        required=True,
        metadata=about(
            "The digits as printed",
            "Los dígitos tal como están impresos",
            ("digits as printed", "dígitos impresos"),
            STATED,
        ),
    )

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        if data["end"] - data["start"] != len(data["stated"]):
            raise ValidationError(
                f"is not the start plus the {len(data['stated'])} characters of `stated`", "end"
            )


class AttributionSchema(StrictSchema):
    """Who said it."""

    speaker = Text(
        load_default=None,
        allow_none=True,
        metadata=about("Who said it", "Quién lo dijo", ("speaker", "hablante"), STATED),
    )
    role = LanguageMap(
        load_default=None,
        allow_none=True,
        metadata=about("In what capacity", "En calidad de qué", ("role", "cargo"), STATED),
    )
    organization = Reference(
        "organizations",
        required=True,
        metadata=about(
            "For whom the speaker spoke",
            "En nombre de quién habló",
            ("organization", "organización"),
            STATED,
        ),
    )
    on = Date(
        required=True,
        metadata=about(
            "When it was said or, if unknown, published",
            "Cuándo se dijo o, si no se sabe, cuándo se publicó",
            ("date", "fecha"),
            STATED,
        ),
    )


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
        return {**data, **bounds(data["value"], data["qualifier"])._asdict()}


def check_subject(data: Mapping[str, Any]) -> None:
    if not data["program"] and not data["organization"]:
        raise ValidationError("must be named where no program is", "organization")


def check_unit(data: Mapping[str, Any]) -> None:
    measured = measure_of(data["unit"])
    if data["measure"] == "money" and measured != "money":
        raise ValidationError("must be an ISO 4217 currency when money is measured", "unit")
    if data["measure"] == "count" and measured == "money":
        raise ValidationError("is a currency: the measure is 'money'", "unit")


def check_bounds(data: Mapping[str, Any]) -> None:
    """Bounds may be stated in a record, but only those that follow."""
    expected = bounds(data["value"], data["qualifier"])._asdict()
    wrong = {
        name: [f"does not follow from {data['qualifier']!r}: it must be {_json(value)}"]
        for name, value in expected.items()
        if name in data and data[name] != value
    }
    if wrong:
        raise ValidationError(wrong)


def _json(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value)


def check_allocation(data: Mapping[str, Any]) -> None:
    if data["allocation"] and not data["regions"]:
        raise ValidationError("must be null where no region is named", "allocation")


def check_notes(data: Mapping[str, Any]) -> None:
    if data["status"] == "unclear" and not data["notes"]:
        raise ValidationError("must say why, when the status is 'unclear'", "notes")


def check_same_claim(data: Mapping[str, Any]) -> None:
    if data["same_claim_as"] == data["id"]:
        raise ValidationError("must be another figure", "same_claim_as")


# What the fields of a figure must be to each other. All that is wrong is said, not the first.
CHECKS = (
    check_subject,
    check_unit,
    check_bounds,
    check_scope,
    check_allocation,
    check_notes,
    check_same_claim,
)


BOUNDS = Interval("lower", "upper", "lower_inclusive", "upper_inclusive")

FIGURE = Resource(
    "figures",
    singular="figure",
    noun=Bilingual("figure", "cifra"),
    feminine=True,
    help=Bilingual(
        "Quantities as they were stated, with qualifier, period, regions and evidence.",
        "Cantidades tal como se dijeron, con calificador, periodo, regiones y evidencia.",
    ),
    schema=FigureSchema,
    own_filters=(
        filter_by("program", help="The programme that it is about", example="procompite"),
        filter_by(
            "organization", help="Whose doing it is, where no programme is named", example="produce"
        ),
        filter_by("metric", help="What is measured", example="financing"),
        filter_by("measure", help="Money or a count", example="money"),
        filter_by("unit", help="Currency, or what is counted", example="PEN"),
        filter_by(
            "value",
            operators=RANGE,
            help="The value as printed",
            example=20_000_000,
            interval=BOUNDS,
        ),
        filter_by("lower", operators=RANGE, help="The lower bound", example=100_000_000),
        filter_by("upper", operators=RANGE, help="The upper bound", example=9_723),
        filter_by("qualifier", help="How the value was hedged", example="more_than"),
        filter_by("status", help="Achieved, planned, ...", example="achieved"),
        filter_by(
            "period_start",
            path="period.start",
            operators=RANGE,
            help="First day of its period",
            example="2021-01-01",
        ),
        filter_by(
            "period_end",
            path="period.end",
            operators=RANGE,
            help="Last day of its period",
            example="2021-12-31",
        ),
        filter_by(
            "year",
            operators=RANGE,
            help="The calendar year that all of its period lies in",
            example="2021",
        ),
        filter_by("duration", path="period.duration", help="Length of its period", example="P8Y"),
        filter_by("scope", help="Whole countries or named regions", example="regional"),
        filter_by("region", path="regions", help="Names this region", example="PE-PIU"),
        filter_by(
            "covers",
            path="regions",
            operators=(),
            bare="covers",
            help="The region that it speaks of",
            example="PE-PIU",
        ),
        filter_by(
            "allocation", help="One amount over all regions, or one for each", example="joint"
        ),
        filter_by(
            "source", path="source.id", help="Where it was stated", example="perumin-2021-04-28"
        ),
        filter_by(
            "speaker",
            path="attribution.speaker",
            bare="eq",
            operators=EXACTLY,
            help="Who stated it",
            example="Rosa Ana Balcázar",
        ),
        filter_by(
            "speaker_organization",
            path="attribution.organization",
            help="For whom it was stated",
            example="produce",
        ),
        filter_by(
            "stated_on",
            path="attribution.on",
            operators=RANGE,
            help="When it was stated",
            example="2021-04-28",
        ),
        filter_by("rank", help="Which of several claims to take", example="normal"),
        filter_by(
            "same_claim_as", help="The figure that says the same", example="procompite-financing"
        ),
    ),
    own_sorts=(
        sort_by("value"),
        sort_by("lower"),
        sort_by("upper"),
        sort_by("program"),
        sort_by("metric"),
        sort_by("status"),
        sort_by("period_end", path="period.end"),
        sort_by("stated_on", path="attribution.on"),
        sort_by("label_en", path="label.en", collated=True),
        sort_by("label_es", path="label.es", collated=True),
    ),
    derived=SUMMED,
    groups=(
        "program",
        "region",
        "metric",
        "unit",
        "status",
        "source",
        "organization",
        "year",
    ),
    text=("id", "label", "program", "metric", "notes"),
    label="label",
    summary=(
        "display",
        "program",
        "organization",
        "period",
        "status",
        "regions",
        "allocation",
        "source",
        "attribution",
        "notes",
    ),
    example="procompite-financing",
    aspects=("claims", "evidence", "cite"),
    compared=COMPARED,
    indexes=(
        # The claims about one thing, in the order in which they are told.
        ("subject", "metric", "precedence", "-attribution_on", "id", "period_start", "period_end"),
        ("terms", "lowest", "highest"),
    ),
    # Amounts are large and counts are small: the largest values of all are never those of jobs.
    orders=(("metric", "value"), ("unit", "value")),
    contest=Contest("conflicts", "terms", "lowest", "highest", help="What it says of its value"),
    search=Searched("label", ("label.en", "label.es"), summary="display"),
)
