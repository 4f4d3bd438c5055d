"""The schemas of records, as marshmallow has them, and of the envelopes around them."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import fields

from api.spec.answers import NULL, ref
from schemas import BY_NAME, RESOURCES
from schemas.aggregate import CellSchema, ExcludedSchema
from schemas.change import ChangeSchema
from schemas.codes import LANGUAGES
from schemas.counterpart import ClaimSchema
from schemas.evidence import EvidenceSchema
from schemas.fields import Amount, Instant, LanguageMap, Sum, Text
from schemas.fields.time import MOMENT_PATTERN
from schemas.objects import Json
from schemas.problem import ErrorSchema, ProblemSchema
from schemas.region import Position
from schemas.release import ReleaseSchema
from schemas.resource import Resource
from schemas.search import SearchResultSchema

ITEM_LINKS = ("self", "latest", "collection", "release")


def schema_name(resource: Resource) -> str:
    return resource.singular.capitalize()


def component_schemas(resources: Sequence[Resource] = RESOURCES) -> Json:
    """Every named schema that is read off a declaration, and the envelopes of these resources."""
    spec, _ = _apispec()
    for resource in resources:
        spec.components.schema(schema_name(resource), schema=resource.instance)
    spec.components.schema("Error", schema=ErrorSchema)
    spec.components.schema("Problem", schema=ProblemSchema)
    spec.components.schema("Change", schema=ChangeSchema)
    spec.components.schema("Cell", schema=CellSchema)
    spec.components.schema("Excluded", schema=ExcludedSchema)
    spec.components.schema("Claim", schema=ClaimSchema)
    spec.components.schema("Evidence", schema=EvidenceSchema)
    spec.components.schema("Release", schema=ReleaseSchema)
    spec.components.schema("SearchResult", schema=SearchResultSchema)
    found: Json = spec.to_dict()["components"]["schemas"]
    for schema in found.values():
        _open_and_complete(schema)
    # Of the members of a group, only those that the sum is grouped by.
    found["Group"]["required"] = ["measure", "unit"]
    for name in ("record", "last_record"):
        found["Change"]["properties"][name] = {
            "description": found["Change"]["properties"][name]["description"],
            "anyOf": [*(ref(schema_name(resource)) for resource in resources), NULL],
        }
    found["Claim"]["properties"]["figure"] = ref("Figure")
    for resource in resources:
        found |= _envelopes(resource, found[schema_name(resource)])
    return found


def property_of(field: fields.Field[Any]) -> Json:
    """A field as a parameter's schema has it."""
    found: Json = _converter().field2property(field)
    for name in ("description", "readOnly", "default"):
        found.pop(name, None)
    if field.allow_none and "enum" in found:
        found["enum"] = [value for value in found["enum"] if value is not None]
    if isinstance(found.get("type"), list):
        found["type"] = next(kind for kind in found["type"] if kind != "null")
    return found


def _apispec() -> tuple[APISpec, OpenAPIConverter]:
    plugin = MarshmallowPlugin(schema_name_resolver=_nested_name)
    spec = APISpec("", "", "3.1.0", plugins=[plugin])
    converter = plugin.converter
    assert converter is not None  # noqa: S101 - made by APISpec above
    converter.field_mapping[Amount] = ("number", None)
    converter.field_mapping[Sum] = ("number", None)
    converter.add_attribute_function(_own_kinds)  # type: ignore[no-untyped-call]
    return spec, converter


@cache
def _converter() -> OpenAPIConverter:
    return _apispec()[1]


def _nested_name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Schema")


def _own_kinds(_: Any, field: fields.Field[Any], **__: Any) -> Json:
    """What apispec cannot know of the house's own fields."""
    if isinstance(field, LanguageMap):
        return {
            "type": ["object", "null"] if field.allow_none else "object",
            "properties": {language: property_of(Text()) for language in LANGUAGES},
            "required": list(LANGUAGES),
        }
    if isinstance(field, Instant):
        # Wide in what is asked, narrow in what is answered.
        return {"format": "date-time", "pattern": MOMENT_PATTERN, "maxLength": 24}
    if isinstance(field, Position):
        # apispec knows no tuple: how long it is, and the bounds of each of its two numbers.
        axes = [property_of(axis) for axis in field.tuple_fields]
        exactly = {"items": {"type": "number"}, "minItems": len(axes), "maxItems": len(axes)}
        return {"type": "array", "prefixItems": axes, **exactly}
    return {}


def _open_and_complete(schema: Json) -> None:
    """A response has every member, and may get more: a client must not break on a new one."""
    schema.pop("additionalProperties", None)
    schema["required"] = list(schema["properties"])
    for found in schema["properties"].values():
        found.pop("readOnly", None)
        found.pop("default", None)


def _envelopes(resource: Resource, record: Json) -> Json:
    name = schema_name(resource)
    included = {
        "type": "object",
        "description": "The records that `include` asked for, by resource and id, once each.",
        "properties": {
            target: {"type": "object", "additionalProperties": ref(schema_name(BY_NAME[target]))}
            for target in dict.fromkeys(
                place.field.target for place in resource.references.values()
            )
        },
    }
    links = (*ITEM_LINKS, *resource.aspects)
    item_links = {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "properties": {name: {"type": "string"} for name in links},
        "required": list(links),
    }
    around = {"links": item_links, "included": included}
    return {
        f"{name}Item": {
            "allOf": [ref(name), {"type": "object", "properties": around, "required": ["links"]}],
            "description": f"A {resource.singular} with its links.",
        },
        f"{name}Part": {
            "type": "object",
            "description": f"The members of a {resource.singular} that `fields` named.",
            "properties": record["properties"],
        },
        f"{name}ItemPart": {
            "allOf": [
                ref(f"{name}Part"),
                {"type": "object", "properties": around, "required": ["links"]},
            ],
            "description": "The members that `fields` named, with the links.",
        },
        f"{name}Page": _page(ref(name), included),
        f"{name}PagePart": _page(ref(f"{name}Part"), included),
    }


def _page(record: Json, included: Json) -> Json:
    return {
        "type": "object",
        "required": ["results", "pagination", "links", "meta"],
        "properties": {
            "results": {"type": "array", "items": record},
            "pagination": ref("Pagination"),
            "links": ref("PageLinks"),
            "meta": ref("Meta"),
            "included": included,
        },
    }
