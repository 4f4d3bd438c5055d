"""An organization: who leads, funds, publishes or speaks."""

from typing import Any

from marshmallow import fields, validates_schema

from schemas.fields import (
    Code,
    Date,
    LanguageMap,
    Reference,
    RegionCode,
    Slug,
    Text,
    about,
    several,
)
from schemas.filter import filter_by, sort_by
from schemas.period import check_order
from schemas.record import RecordSchema, StrictSchema
from schemas.resource import Resource, Searched


class AliasSchema(StrictSchema):
    name = Text(required=True, metadata=about("Another name, as it is written"))
    start = Date(load_default=None, allow_none=True, metadata=about("First day of its use"))
    end = Date(load_default=None, allow_none=True, metadata=about("Last day of its use"))

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        check_order(data)


class OrganizationSchema(RecordSchema):
    id = Slug(required=True, metadata=about("Stable id"))
    name = LanguageMap(required=True, metadata=about("Name in each language"))
    acronym = Text(load_default=None, allow_none=True, metadata=about("Its short name"))
    kind = Code("organization-kinds", required=True, metadata=about("What kind of organization"))
    roles = several(
        Code("organization-roles"),
        at_least=1,
        required=True,
        metadata=about("What it does in the programmes and figures of this data set"),
    )
    parent = Reference(
        "organizations", load_default=None, allow_none=True, metadata=about("What it is part of")
    )
    country = RegionCode(
        load_default=None, allow_none=True, metadata=about("The country that it belongs to")
    )
    aliases = fields.List(
        fields.Nested(AliasSchema), load_default=list, metadata=about("Other names, with dates")
    )
    notes = LanguageMap(load_default=None, allow_none=True, metadata=about("What else to know"))


ORGANIZATION = Resource(
    "organizations",
    singular="organization",
    help="Who leads, funds, publishes or speaks.",
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
    example="produce",
    search=Searched("name", ("acronym", "name.en", "name.es")),
)
