"""A region: a country or one of its subdivisions."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from schemas.about import REFERENCE, Bilingual, about
from schemas.fields import (
    Code,
    LanguageMap,
    Number,
    RegionCode,
    RegionId,
    Text,
)
from schemas.filter import filter_by, sort_by
from schemas.record import RecordSchema, StrictSchema
from schemas.resource import Resource, Searched


def country_of(region: str) -> str:
    """The country of an ISO 3166-2 code: `PE-PIU` is in `PE`."""
    return region.split("-", 1)[0]


class Ubigeo(Text):
    """Two digits."""

    pattern = r"^[0-9]{2}$"
    longest = 2
    default_error_messages = {"pattern": "must be two digits, such as '20'"}


class Position(fields.Tuple):
    """Longitude, then latitude, in degrees (WGS 84): GeoJSON's order."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__((Number(-180, 180), Number(-90, 90)), **kwargs)


class PointSchema(StrictSchema):
    """A GeoJSON point."""

    type = fields.String(
        required=True,
        validate=validate.OneOf(["Point"], error="must be 'Point'"),
        metadata=about("Always `Point`", "Siempre `Point`", ("type", "tipo"), REFERENCE),
    )
    coordinates = Position(
        required=True,
        metadata=about(
            "Longitude and latitude in degrees",
            "Longitud y latitud en grados",
            ("coordinates", "coordenadas"),
            REFERENCE,
            unit=("degrees, WGS 84", "grados, WGS 84"),
        ),
    )


class RegionSchema(RecordSchema):
    id = RegionId(
        required=True,
        metadata=about(
            "ISO 3166-2 code; ISO 3166-1 for a country",
            "Código ISO 3166-2; ISO 3166-1 si es un país",
            ("ISO code", "código ISO"),
            REFERENCE,
        ),
    )
    name = LanguageMap(
        required=True,
        metadata=about(
            "Name in each language", "Nombre en cada idioma", ("name", "nombre"), REFERENCE
        ),
    )
    kind = Code(
        "region-kinds",
        required=True,
        metadata=about(
            "Country, department, ...", "País, departamento, ...", ("kind", "tipo"), REFERENCE
        ),
    )
    parent = RegionCode(
        load_default=None,
        allow_none=True,
        metadata=about(
            "The country, for a subdivision",
            "El país, si es una subdivisión",
            ("country", "país"),
            REFERENCE,
        ),
    )
    capital = Text(
        required=True,
        metadata=about("Its capital", "Su capital", ("capital", "capital"), REFERENCE),
    )
    location = fields.Nested(
        PointSchema,
        load_default=None,
        allow_none=True,
        metadata=about(
            "The capital, as GeoJSON",
            "La capital, como GeoJSON",
            ("location", "ubicación"),
            REFERENCE,
        ),
    )
    ubigeo_inei = Ubigeo(
        load_default=None,
        allow_none=True,
        metadata=about(
            "INEI's two-digit code of a Peruvian department; RENIEC's codes differ",
            "Código de dos dígitos del INEI de un departamento del Perú; los del RENIEC son otros",
            ("INEI code", "código INEI"),
            REFERENCE,
        ),
    )

    @validates_schema
    def check_parent(self, data: dict[str, Any], **_: Any) -> None:
        country = country_of(data["id"])
        expected = None if data["id"] == country else country
        if data["parent"] != expected:
            raise ValidationError(f"must be {expected or 'null'} for {data['id']}", "parent")


REGION = Resource(
    "regions",
    singular="region",
    noun=Bilingual("region", "región"),
    feminine=True,
    help=Bilingual("Countries and their subdivisions.", "Países y sus subdivisiones."),
    schema=RegionSchema,
    own_filters=(
        filter_by("kind", help="What kind of region", example="department"),
        filter_by("parent", help="The country that it is part of", example="PE"),
        filter_by("ubigeo_inei", help="INEI's code", example="20"),
    ),
    own_sorts=(
        sort_by("name_en", path="name.en", collated=True),
        sort_by("name_es", path="name.es", collated=True),
        sort_by("ubigeo_inei"),
    ),
    text=("id", "name", "capital"),
    label="name",
    summary=("kind", "parent", "capital", "ubigeo_inei"),
    example="PE-PIU",
    dataset="peru-regions",
    search=Searched("name", ("name.en", "name.es")),
)
