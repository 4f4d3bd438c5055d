"""The parameters of the document: each as the validator has it, shared ones under a name."""

import json
from collections import Counter
from typing import Any

from api.spec.schemas import property_of
from schemas.fields import Instant
from schemas.fields.asked import LARGEST_VERSION, VersionOrInstant
from schemas.objects import Json
from schemas.parameter import Parameter

MOMENT: list[Json] = [
    {"type": "string", "format": "date-time", "maxLength": Instant.longest},
    {"type": "string", "format": "date", "maxLength": 10},
]
VERSION: Json = {"type": "integer", "minimum": 1, "maximum": LARGEST_VERSION}


def parameter(asked: Parameter) -> Json:
    """A query parameter with its schema, as the validator has it."""
    schema = _value_schema(asked)
    found: Json = {"name": asked.name, "in": "query", "description": asked.help}
    found["required"] = asked.required
    if asked.deprecated:
        found |= {"deprecated": True, "description": f"{asked.help} {asked.deprecated.note}"}
    if asked.many:
        # A form begins each new one with it, or else with letters that fit the pattern by chance.
        if asked.example and not asked.choices:
            schema["examples"] = _example(asked)
        schema = {"type": "array", "items": schema, "minItems": 1, "maxItems": asked.most}
        found |= {"style": "form", "explode": False}
    if asked.goes_with:
        found["x-goes-with"] = list(asked.goes_with)
    if asked.default is not None:
        schema["default"] = [asked.default] if asked.many else asked.default
    if asked.example:
        schema["examples"] = [_example(asked)]
    found["schema"] = schema
    return found


def path_parameter(name: str, description: str, schema: Json, example: str | int) -> Json:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": schema,
        "example": example,
    }


def _value_schema(asked: Parameter) -> Json:
    if isinstance(asked.field, VersionOrInstant):
        return {"anyOf": [VERSION, *MOMENT]}
    if isinstance(asked.field, Instant):
        return {"anyOf": list(MOMENT)}
    if asked.choices:
        return {"type": "string", "enum": list(asked.choices)}
    return property_of(asked.field)


def _example(asked: Parameter) -> Any:
    values = asked.example.split(",") if asked.many else [asked.example]
    read = [asked.field.serialize("v", {"v": asked.field.from_text(value)}) for value in values]
    return read if asked.many else read[0]


def share(paths: Json) -> Json:
    """Put each parameter that stands in several operations under its name; returns the named.

    Of several that have a name in common, the one that is used most gets it.
    """
    operations = [item["get"] for item in paths.values()]
    written = Counter(
        json.dumps(found) for operation in operations for found in operation.get("parameters", ())
    )
    named: Json = {}
    for text, uses in written.most_common():
        found = json.loads(text)
        if uses > 1 and found["in"] == "query":
            named.setdefault(found["name"], found)
    for operation in operations:
        operation["parameters"] = [
            {"$ref": f"#/components/parameters/{found['name']}"}
            if named.get(found["name"]) == found
            else found
            for found in operation.get("parameters", ())
        ]
        if not operation["parameters"]:
            del operation["parameters"]
    return dict(sorted(named.items()))
