"""A figure: one statement of one quantity."""

from schemas.about import Bilingual
from schemas.comparison import COMPARED
from schemas.derived import SUMMED
from schemas.figure_record import FigureSchema
from schemas.filter import EXACTLY, RANGE, Contest, Interval, filter_by, sort_by
from schemas.resource import Resource, Searched

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
        # Counterparts, in the order in which they are told.
        ("subject", "metric", "precedence", "-attribution_on", "id", "period_start", "period_end"),
        ("terms", "lowest", "highest"),
    ),
    # Amounts are large and counts are small: the largest values of all are never those of jobs.
    orders=(("metric", "value"), ("unit", "value")),
    carried=("id", "value"),
    contest=Contest("conflicts", "terms", "lowest", "highest", help="What it says of its value"),
    search=Searched("label", ("label.en", "label.es"), summary="display"),
)
