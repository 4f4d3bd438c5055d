"""A program: something that a public body does for somebody, under a name."""

from typing import Any

from marshmallow import fields, validates_schema

from schemas.fields import (
    Code,
    LanguageMap,
    Reference,
    RegionCode,
    Slug,
    Text,
    about,
    several,
)
from schemas.filter import EXACTLY, filter_by, sort_by
from schemas.record import RecordSchema, StrictSchema
from schemas.resource import Resource, Searched
from schemas.scope import check_scope


class IdentifierSchema(StrictSchema):
    scheme = Code("identifier-schemes", required=True, metadata=about("Whose key it is"))
    value = Text(required=True, metadata=about("The key itself"))


class ProgramSchema(RecordSchema):
    id = Slug(required=True, metadata=about("Stable id"))
    name = LanguageMap(required=True, metadata=about("Name in each language"))
    acronym = Text(load_default=None, allow_none=True, metadata=about("Its short name"))
    description = LanguageMap(required=True, metadata=about("What it is, in our own words"))
    kind = Code("program-kinds", required=True, metadata=about("What kind of undertaking"))
    status = Code("program-statuses", required=True, metadata=about("How far it is"))
    lead_organization = Reference(
        "organizations", load_default=None, allow_none=True, metadata=about("Who leads it")
    )
    funders = several(
        Reference("organizations"),
        load_default=list,
        metadata=about("Who pays; not always the one who leads"),
    )
    parent = Reference(
        "programs", load_default=None, allow_none=True, metadata=about("What it is part of")
    )
    sectors = several(
        Code("sectors"), load_default=list, metadata=about("The value chains named with it")
    )
    scope = Code(
        "scopes",
        load_default=None,
        allow_none=True,
        metadata=about("Whether it concerns whole countries or named regions; null if not stated"),
    )
    regions = several(RegionCode(), load_default=list, metadata=about("Where it works"))
    instruments = several(
        Code("instruments"), load_default=list, metadata=about("The means that it uses")
    )
    identifiers = fields.List(
        fields.Nested(IdentifierSchema),
        load_default=list,
        metadata=about("Laws and other public keys"),
    )
    source = Reference("sources", required=True, metadata=about("Where it is named"))
    notes = LanguageMap(load_default=None, allow_none=True, metadata=about("What else to know"))

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        check_scope(data)


PROGRAM = Resource(
    "programs",
    singular="program",
    help="Public programmes and initiatives.",
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
        sort_by("acronym"),
        sort_by("kind"),
        sort_by("status"),
    ),
    text=("id", "name", "acronym", "description", "identifiers", "notes"),
    example="procompite",
    search=Searched("name", ("acronym", "name.en", "name.es"), summary="description"),
)
