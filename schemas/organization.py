"""An organization: who leads, funds, publishes or speaks."""

from typing import Any

from marshmallow import fields, validates_schema

from schemas.about import CURATED, REFERENCE, STATED, Bilingual, about
from schemas.another import check_another
from schemas.fields import (
    Code,
    Date,
    LanguageMap,
    Many,
    Parent,
    RegionCode,
    Slug,
    Text,
    several,
)
from schemas.filter import filter_by, sort_by
from schemas.period import check_order
from schemas.record import RecordSchema, StrictSchema
from schemas.resource import Resource, Searched


class AliasSchema(StrictSchema):
    name = Text(
        required=True,
        metadata=about(
            "Another name, as it is written",
            "Otro nombre, tal como se escribe",
            ("name", "nombre"),
            REFERENCE,
        ),
    )
    start = Date(
        load_default=None,
        allow_none=True,
        metadata=about(
            "First day of its use", "Primer día de su uso", ("first day", "primer día"), REFERENCE
        ),
    )
    end = Date(
        load_default=None,
        allow_none=True,
        metadata=about(
            "Last day of its use", "Último día de su uso", ("last day", "último día"), REFERENCE
        ),
    )

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        check_order(data)


class OrganizationSchema(RecordSchema):
    id = Slug(
        required=True,
        metadata=about("Stable id", "Identificador estable", ("id", "identificador"), CURATED),
    )
    name = LanguageMap(
        required=True,
        metadata=about(
            "Name in each language", "Nombre en cada idioma", ("name", "nombre"), CURATED
        ),
    )
    acronym = Text(
        load_default=None,
        allow_none=True,
        metadata=about("Its short name", "Su nombre corto", ("acronym", "sigla"), STATED),
    )
    kind = Code(
        "organization-kinds",
        required=True,
        metadata=about(
            "What kind of organization", "Qué tipo de organización", ("kind", "tipo"), CURATED
        ),
    )
    roles = several(
        Code("organization-roles"),
        at_least=1,
        required=True,
        metadata=about(
            "What it does in the programmes and figures of this data set",
            "Qué hace en los programas y las cifras de este conjunto de datos",
            ("roles", "funciones"),
            CURATED,
        ),
    )
    parent = Parent(
        "organizations",
        load_default=None,
        allow_none=True,
        metadata=about(
            "What it is part of", "De qué forma parte", ("part of", "parte de"), CURATED
        ),
    )
    country = RegionCode(
        load_default=None,
        allow_none=True,
        metadata=about(
            "The country that it belongs to",
            "El país al que pertenece",
            ("country", "país"),
            CURATED,
        ),
    )
    aliases = Many(
        fields.Nested(AliasSchema),
        load_default=list,
        metadata=about(
            "Other names, with dates",
            "Otros nombres, con fechas",
            ("other names", "otros nombres"),
            REFERENCE,
        ),
    )
    notes = LanguageMap(
        load_default=None,
        allow_none=True,
        metadata=about("What else to know", "Qué más conviene saber", ("notes", "notas"), CURATED),
    )

    @validates_schema
    def check_parent(self, data: dict[str, Any], **_: Any) -> None:
        check_another(data, "parent", "organization")


ORGANIZATION = Resource(
    "organizations",
    singular="organization",
    noun=Bilingual("organization", "organización"),
    feminine=True,
    help=Bilingual(
        "Who leads, funds, publishes or speaks.", "Quién dirige, financia, publica o habla."
    ),
    schema=OrganizationSchema,
    own_filters=(
        filter_by("kind", help="What kind of organization", example="ministry"),
        filter_by("role", path="roles", help="What it does", example="funder"),
        filter_by("parent", help="What it is part of", example="produce"),
        filter_by("country", help="Its country", example="PE"),
    ),
    own_sorts=(
        sort_by("name_en", path="name.en", collated=True),
        sort_by("name_es", path="name.es", collated=True),
        sort_by("kind"),
    ),
    text=("id", "name", "acronym", "aliases", "notes"),
    label="name",
    summary=("acronym", "kind", "roles", "parent", "country", "aliases", "notes"),
    example="produce",
    search=Searched("name", ("acronym", "name.en", "name.es")),
)
