"""A program: something that a public body does for somebody, under a name."""

from typing import Any

from marshmallow import fields, validates_schema

from schemas.about import CURATED, REFERENCE, STATED, Bilingual, about
from schemas.another import check_another
from schemas.fields import (
    Code,
    LanguageMap,
    Many,
    Parent,
    Reference,
    RegionCode,
    Slug,
    Text,
    several,
)
from schemas.filter import EXACTLY, filter_by, sort_by
from schemas.record import RecordSchema, StrictSchema
from schemas.resource import Resource, Searched
from schemas.scope import check_scope


class IdentifierSchema(StrictSchema):
    scheme = Code(
        "identifier-schemes",
        required=True,
        metadata=about("Whose key it is", "De quién es la clave", ("scheme", "esquema"), REFERENCE),
    )
    value = Text(
        required=True,
        metadata=about("The key itself", "La clave misma", ("key", "clave"), REFERENCE),
    )


class ProgramSchema(RecordSchema):
    id = Slug(
        required=True,
        metadata=about("Stable id", "Identificador estable", ("id", "identificador"), CURATED),
    )
    name = LanguageMap(
        required=True,
        metadata=about(
            "Name in each language", "Nombre en cada idioma", ("name", "nombre"), STATED
        ),
    )
    acronym = Text(
        load_default=None,
        allow_none=True,
        metadata=about("Its short name", "Su nombre corto", ("acronym", "sigla"), STATED),
    )
    description = LanguageMap(
        required=True,
        metadata=about(
            "What it is, in our own words",
            "Qué es, en nuestras propias palabras",
            ("description", "descripción"),
            CURATED,
        ),
    )
    kind = Code(
        "program-kinds",
        required=True,
        metadata=about(
            "What kind of undertaking", "Qué tipo de iniciativa", ("kind", "tipo"), CURATED
        ),
    )
    status = Code(
        "program-statuses",
        required=True,
        metadata=about("How far it is", "Cuánto ha avanzado", ("status", "estado"), CURATED),
    )
    lead_organization = Reference(
        "organizations",
        load_default=None,
        allow_none=True,
        metadata=about("Who leads it", "Quién lo dirige", ("led by", "dirigido por"), STATED),
    )
    funders = several(
        Reference("organizations"),
        load_default=list,
        metadata=about(
            "Who pays; not always the one who leads",
            "Quién lo paga; no siempre quien lo dirige",
            ("funded by", "financiado por"),
            STATED,
        ),
    )
    parent = Parent(
        "programs",
        load_default=None,
        allow_none=True,
        metadata=about("What it is part of", "De qué forma parte", ("part of", "parte de"), STATED),
    )
    sectors = several(
        Code("sectors"),
        load_default=list,
        metadata=about(
            "The value chains named with it",
            "Las cadenas de valor que se nombran con él",
            ("sectors", "sectores"),
            STATED,
        ),
    )
    scope = Code(
        "scopes",
        load_default=None,
        allow_none=True,
        metadata=about(
            "Whether it concerns whole countries or named regions; null if not stated",
            "Si se refiere a países enteros o a regiones nombradas; nulo si no se dice",
            ("scope", "alcance"),
            STATED,
        ),
    )
    regions = several(
        RegionCode(),
        load_default=list,
        metadata=about("Where it works", "Dónde trabaja", ("regions", "regiones"), STATED),
    )
    instruments = several(
        Code("instruments"),
        load_default=list,
        metadata=about(
            "The means that it uses",
            "Los medios que emplea",
            ("instruments", "instrumentos"),
            CURATED,
        ),
    )
    identifiers = Many(
        fields.Nested(IdentifierSchema),
        load_default=list,
        metadata=about(
            "Laws and other public keys",
            "Leyes y otras claves públicas",
            ("public keys", "claves públicas"),
            REFERENCE,
        ),
    )
    source = Reference(
        "sources",
        required=True,
        metadata=about("Where it is named", "Dónde se le nombra", ("source", "fuente"), STATED),
    )
    notes = LanguageMap(
        load_default=None,
        allow_none=True,
        metadata=about("What else to know", "Qué más conviene saber", ("notes", "notas"), CURATED),
    )

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        check_scope(data)

    @validates_schema
    def check_parent(self, data: dict[str, Any], **_: Any) -> None:
        check_another(data, "parent", "programme")


PROGRAM = Resource(
    "programs",
    singular="program",
    noun=Bilingual("programme", "programa"),
    feminine=False,
    help=Bilingual("Public programmes and initiatives.", "Programas e iniciativas públicas."),
    schema=ProgramSchema,
    own_filters=(
        filter_by("kind", help="What kind of undertaking", example="fund"),
        filter_by("status", help="How far it is", example="in_progress"),
        filter_by("acronym", bare="eq", operators=EXACTLY, help="Its short name", example="PAC"),
        filter_by("lead_organization", help="Who leads it", example="produce"),
        filter_by("funder", path="funders", help="Who pays", example="regional-governments"),
        filter_by("parent", help="What it is part of", example="innovate-peru"),
        filter_by("sector", path="sectors", help="A value chain named with it", example="fishing"),
        filter_by(
            "instrument", path="instruments", help="A means that it uses", example="cofinancing"
        ),
        filter_by("scope", help="Whole countries or named regions", example="regional"),
        filter_by("region", path="regions", help="Names this region", example="PE-PIU"),
        filter_by(
            "covers",
            path="regions",
            operators=(),
            bare="covers",
            help="The region that it concerns",
            example="PE-PIU",
        ),
        filter_by(
            "identifier",
            path="identifiers.value",
            bare="eq",
            operators=EXACTLY,
            help="A public key of it",
            example="29337",
        ),
        filter_by(
            "identifier_scheme",
            path="identifiers.scheme",
            help="Whose key one of its public keys is",
            example="pe_law",
        ),
        filter_by("source", help="Where it is named", example="perumin-2021-04-28"),
    ),
    own_sorts=(
        sort_by("name_en", path="name.en", collated=True),
        sort_by("name_es", path="name.es", collated=True),
        sort_by("acronym", collated=True),
        sort_by("kind"),
        sort_by("status"),
    ),
    text=("id", "name", "acronym", "description", "identifiers", "notes"),
    label="name",
    summary=(
        "description",
        "kind",
        "status",
        "lead_organization",
        "funders",
        "parent",
        "sectors",
        "regions",
        "source",
        "notes",
    ),
    example="procompite",
    search=Searched("name", ("acronym", "name.en", "name.es"), summary="description"),
)
