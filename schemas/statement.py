"""Where in a source something was stated, and who stated it."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from schemas.about import CURATED, STATED, about
from schemas.fields import Date, LanguageMap, Reference, Text, Whole
from schemas.record import StrictSchema


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
