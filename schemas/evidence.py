"""The evidence for a figure: where it was stated, and how what is served follows from that."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields

from schemas.about import described
from schemas.change import KINDS, DifferenceSchema
from schemas.fields import (
    Amount,
    Choice,
    Code,
    Date,
    Digest,
    Flag,
    Instant,
    Language,
    LanguageMap,
    Reference,
    Slug,
    Text,
    Url,
    Whole,
)
from schemas.fields.asked import LARGEST_VERSION
from schemas.notation import LARGEST_FACTOR
from schemas.parameter import Parameter
from schemas.parameters import AS_OF, format_parameter
from schemas.printed import Reading

OUTCOMES = ("matched", "not_matched", "not_checked")
# Of a figure that changed more often, the latest versions are told, and that there are more.
LONGEST_HISTORY = 100


class NamedSchema(Schema):
    id = Slug(required=True, metadata=described("The organization's id"))
    name = LanguageMap(required=True, metadata=described("Its name in each language"))


class PlaceSchema(Schema):
    start = Whole(0, 2**31 - 1, required=True, metadata=described("First code point of `stated`"))
    end = Whole(1, 2**31 - 1, required=True, metadata=described("The code point after `stated`"))
    unit = Choice(
        ("code_point",), required=True, metadata=described("What is counted, in the text as hashed")
    )


class EvidenceSourceSchema(Schema):
    id = Slug(required=True, metadata=described("The source's id"))
    title = Text(required=True, metadata=described("Title as published"))
    publisher = fields.Nested(NamedSchema, required=True, metadata=described("Who published it"))
    published_on = Date(required=True, metadata=described("Day of publication"))
    language = Language(required=True, metadata=described("Language of the text, BCP 47"))
    possibly_translated = Flag(
        required=True, metadata=described("Whether it reads like a translation: mind its tenses")
    )
    sha256 = Digest(required=True, metadata=described("Hash of the text's UTF-8 bytes"))
    length = Whole(
        1, 2**31 - 1, required=True, metadata=described("Length of the text in code points")
    )
    url = Url(required=True, allow_none=True, metadata=described("Where it was published"))


class EvidenceAttributionSchema(Schema):
    speaker = Text(required=True, allow_none=True, metadata=described("Who said it"))
    role = LanguageMap(required=True, allow_none=True, metadata=described("In what capacity"))
    organization = fields.Nested(
        NamedSchema, required=True, metadata=described("For whom the speaker spoke")
    )
    on = Date(required=True, metadata=described("When it was said or, if unknown, published"))


class ScaleSchema(Schema):
    word = Text(required=True, metadata=described("The word that multiplies, as printed"))
    factor = Whole(1, LARGEST_FACTOR, required=True, metadata=described("What it multiplies by"))


class ReadingSchema(Schema):
    notation = Language(required=True, metadata=described("The language whose notation was read"))
    group = Text(required=True, metadata=described("The mark between groups of three digits"))
    decimal = Text(required=True, metadata=described("The mark before the decimals"))
    digits = Text(required=True, metadata=described("The digits and marks that were read"))
    scale = fields.Nested(
        ScaleSchema,
        required=True,
        allow_none=True,
        metadata=described("The word that multiplies; null if there is none"),
    )
    value = Amount(required=True, metadata=described("What they come to"))
    text = LanguageMap(required=True, metadata=described("The same in words"))


class EvidenceBoundsSchema(Schema):
    lower = Amount(required=True, allow_none=True, metadata=described("Lower bound, or null"))
    upper = Amount(required=True, allow_none=True, metadata=described("Upper bound, or null"))
    lower_inclusive = Flag(
        required=True,
        allow_none=True,
        metadata=described("Whether it may be the lower bound itself"),
    )
    upper_inclusive = Flag(
        required=True,
        allow_none=True,
        metadata=described("Whether it may be the upper bound itself"),
    )
    rule = LanguageMap(required=True, metadata=described("The rule by which they follow"))


class RevisionLinksSchema(Schema):
    figure = Text(
        required=True,
        allow_none=True,
        metadata=described("The figure as it was; null once deleted"),
    )
    evidence = Text(
        required=True, allow_none=True, metadata=described("Its evidence then; null once deleted")
    )
    release = Text(required=True, metadata=described("The data version"))


class RevisionSchema(Schema):
    version = Whole(1, LARGEST_VERSION, required=True, metadata=described("The data version"))
    at = Instant(required=True, metadata=described("When that version came"))
    kind = Choice(KINDS, required=True, metadata=described("What happened to the figure"))
    differences = fields.List(
        fields.Nested(DifferenceSchema),
        required=True,
        metadata=described("The members that changed; empty unless it changed"),
    )
    links = fields.Nested(
        RevisionLinksSchema, required=True, metadata=described("The figure in that version")
    )


class TextCheckSchema(Schema):
    outcome = Choice(
        OUTCOMES,
        required=True,
        metadata=described(
            "Whether the digits stood at their place when the source's text, the one with this "
            "hash, was last seen"
        ),
    )
    seen_at = Instant(
        required=True, allow_none=True, metadata=described("When the text was last seen")
    )
    version = Whole(
        1,
        LARGEST_VERSION,
        required=True,
        allow_none=True,
        metadata=described("The newest data version then"),
    )


class EvidenceSchema(Schema):
    """The evidence as it is served, but for its links."""

    figure = Reference("figures", required=True, metadata=described("The figure's id"))
    label = LanguageMap(required=True, metadata=described("What it says, in our own words"))
    stated = Text(required=True, metadata=described("The digits as printed"))
    value = Amount(required=True, metadata=described("The value that is served"))
    unit = Code(
        "units", required=True, metadata=described("ISO 4217 for money, else what is counted")
    )
    qualifier = Code("qualifiers", required=True, metadata=described("How the value was hedged"))
    display = LanguageMap(
        required=True, metadata=described("The value with its qualifier, in each language")
    )
    locator = fields.Nested(
        PlaceSchema, required=True, metadata=described("Where in the text the digits stand")
    )
    source = fields.Nested(
        EvidenceSourceSchema, required=True, metadata=described("The text in which it was stated")
    )
    attribution = fields.Nested(
        EvidenceAttributionSchema, required=True, metadata=described("Who stated it")
    )
    reading = fields.Nested(
        ReadingSchema, required=True, metadata=described("How the printed digits come to the value")
    )
    bounds = fields.Nested(
        EvidenceBoundsSchema, required=True, metadata=described("What the qualifier leaves open")
    )
    history = fields.List(
        fields.Nested(RevisionSchema),
        required=True,
        metadata=described("What happened to the figure, the latest first"),
    )
    history_is_complete = Flag(
        required=True,
        metadata=described(f"False if it changed more often than the {LONGEST_HISTORY} times told"),
    )
    text_check = fields.Nested(
        TextCheckSchema,
        required=True,
        metadata=described("Whether the source's text was last seen to hold the digits"),
    )


def in_words(reading: Reading) -> dict[str, str]:
    """How a printed quantity was read, as a person would say it."""
    # A blank between quotation marks is not seen.
    blank = reading.group.isspace()
    group = {
        "en": "a blank" if blank else f"'{reading.group}'",
        "es": "un espacio" if blank else f"«{reading.group}»",
    }
    sentences = {
        "en": f"Read as '{reading.notation}' prints numbers: {group['en']} parts thousands, "
        f"'{reading.decimal}' begins the decimals; {reading.digits}",
        "es": f"Leído como se imprimen los números en «{reading.notation}»: {group['es']} "
        f"separa los miles, «{reading.decimal}» los decimales; {reading.digits}",
    }
    if reading.scale:
        sentences["en"] += f" times {reading.factor} ('{reading.scale}')"
        sentences["es"] += f" por {reading.factor} («{reading.scale}»)"
    return {
        "en": f"{sentences['en']} comes to {reading.value:f}.",
        "es": f"{sentences['es']} da {reading.value:f}.",
    }


def no_longer_read(stated: str, value: int | float) -> dict[str, str]:
    """What is said of a printed quantity that an earlier version of the program took for a number,
    and this one does not."""
    return {
        "en": f"An earlier version of the program read '{stated}' as {value}; this one does not.",
        "es": f"Una versión anterior del programa leyó «{stated}» como {value}; esta no lo hace.",
    }


def evidence_parameters(formats: Sequence[str]) -> tuple[Parameter, ...]:
    """What may be asked of a figure's evidence."""
    return (AS_OF, format_parameter(formats))


def place_of(figure: Mapping[str, Any]) -> dict[str, Any]:
    """A figure's locator, without its source and its digits."""
    locator = figure["source"]
    return {"start": locator["start"], "end": locator["end"], "unit": "code_point"}
