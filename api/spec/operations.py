"""The operations of the document: for each resource its list and its items, and the rest."""

from typing import Any

from api.spec.responses import CACHE_HEADERS, HEADERS, not_modified, problems
from api.spec.schemas import property_of, ref, schema_name
from api.wire.formats import Format, item_formats, list_formats
from schemas import RESOURCES
from schemas.fields import INSTANT_PATTERN
from schemas.query import (
    LARGEST_VERSION,
    LONGEST_LIST,
    Parameter,
    VersionOrInstant,
    list_parameters,
    shape_parameters,
)
from schemas.resource import Resource

Json = dict[str, Any]
EVERYWHERE = (400, 405, 414, 500, 503)


def collection_paths() -> Json:
    """`/{resource}` and `/{resource}/{id}` for each resource."""
    paths: Json = {}
    for resource in RESOURCES:
        paths[f"/{resource.name}"] = {"get": _list_operation(resource)}
        paths[f"/{resource.name}/{{id}}"] = {"get": _item_operation(resource)}
    return paths


def root_paths() -> Json:
    """The addresses beside the collections."""
    return {
        "/": _plain("get_index", "What is here", "Index", cached=True, statuses=(503,)),
        "/livez": _plain("get_liveness", "Whether the process runs", "Status"),
        "/readyz": _plain(
            "get_readiness", "Whether the data can be read", "Status", statuses=(503,)
        ),
        "/openapi.json": _document("get_openapi_json", "application/json"),
        "/openapi.yaml": _document("get_openapi_yaml", "application/yaml"),
        "/problems": _plain("list_problems", "Every kind of problem", "ProblemTypes"),
        "/problems/{code}": _plain(
            "get_problem",
            "One kind of problem",
            "ProblemType",
            statuses=(404,),
            parameters=[
                _path_parameter("code", "A problem's code", {"type": "string"}, "not-found")
            ],
        ),
    }


def _list_operation(resource: Resource) -> Json:
    formats = list_formats(resource)
    parameters = list_parameters(resource, [format_.name for format_ in formats])
    return {
        "operationId": f"list_{resource.name}",
        "tags": [resource.name],
        "summary": f"List {resource.name}",
        "description": f"{resource.help} Filtered, sorted, searched and paged.",
        "parameters": [parameter(asked) for asked in parameters],
        "responses": {
            "200": _found(f"The {resource.name} that match.", formats, _list_schema, resource),
            **not_modified(),
            **problems(*sorted((*EVERYWHERE, 406))),
        },
    }


def _item_operation(resource: Resource) -> Json:
    formats = item_formats(resource)
    key = property_of(resource.instance.fields["id"])
    asked = shape_parameters(resource, [format_.name for format_ in formats])
    return {
        "operationId": f"get_{resource.singular}",
        "tags": [resource.name],
        "summary": f"Get one {resource.singular}",
        "description": f"A {resource.singular} by its id, with links to what it names.",
        "parameters": [
            _path_parameter("id", f"The {resource.singular}'s id", key, resource.example),
            *(parameter(one) for one in asked),
        ],
        "responses": {
            "200": _found(f"The {resource.singular}.", formats, _item_schema, resource),
            **not_modified(),
            **problems(*sorted((*EVERYWHERE, 404, 406))),
        },
    }


def parameter(asked: Parameter) -> Json:
    """A query parameter with its schema, as the validator has it."""
    schema = _value_schema(asked)
    found: Json = {"name": asked.name, "in": "query", "description": asked.help, "required": False}
    if asked.many:
        schema = {"type": "array", "items": schema, "minItems": 1, "maxItems": LONGEST_LIST}
        found |= {"style": "form", "explode": False}
    if asked.default is not None:
        schema["default"] = [asked.default] if asked.many else asked.default
    found["schema"] = schema
    if asked.example:
        found["example"] = _example(asked)
    return found


def _value_schema(asked: Parameter) -> Json:
    if isinstance(asked.field, VersionOrInstant):
        return {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": LARGEST_VERSION},
                {"type": "string", "pattern": INSTANT_PATTERN, "maxLength": 32},
            ]
        }
    schema = property_of(asked.field)
    if asked.choices:
        schema = {"type": "string", "enum": list(asked.choices)}
    return schema


def _example(asked: Parameter) -> Any:
    values = asked.example.split(",") if asked.many else [asked.example]
    read = [asked.field.serialize("v", {"v": asked.field.from_text(value)}) for value in values]
    return read if asked.many else read[0]


def _path_parameter(name: str, description: str, schema: Json, example: str) -> Json:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": schema,
        "example": example,
    }


def _found(description: str, formats: tuple[Format, ...], schema: Any, resource: Resource) -> Json:
    content: Json = {}
    for format_ in formats:
        content[format_.media_type] = {"schema": schema(format_, resource, "")}
        if format_.partial_type:
            content[format_.partial_type] = {"schema": schema(format_, resource, "Part")}
    return {
        "description": description,
        "headers": {
            **CACHE_HEADERS,
            "Link": {
                "description": "The links, RFC 8288.",
                "schema": {"type": "string"},
                "required": True,
            },
        },
        "content": content,
    }


def _list_schema(format_: Format, resource: Resource, part: str) -> Json:
    if format_.name == "json":
        return ref(f"{schema_name(resource)}Page{part}")
    return ref("FeatureCollection") if format_.name == "geojson" else {"type": "string"}


def _item_schema(format_: Format, resource: Resource, part: str) -> Json:
    if format_.name == "json":
        return ref(f"{schema_name(resource)}Item{part}")
    return ref("Feature")


def _plain(
    operation_id: str,
    summary: str,
    schema: str,
    *,
    cached: bool = False,
    statuses: tuple[int, ...] = (),
    parameters: list[Json] | None = None,
) -> Json:
    found: Json = {
        "operationId": operation_id,
        "tags": ["service"],
        "summary": summary,
        "description": f"{summary}.",
    }
    if parameters:
        found["parameters"] = parameters
    found["responses"] = {
        "200": {
            "description": f"{summary}.",
            "headers": CACHE_HEADERS if cached else HEADERS,
            "content": {"application/json": {"schema": ref(schema)}},
        },
        **(not_modified() if cached else {}),
        **problems(*sorted({400, 405, 414, 500, *statuses})),
    }
    return {"get": found}


def _document(operation_id: str, media_type: str) -> Json:
    found = _plain(operation_id, "This document", "Status")
    found["get"]["responses"]["200"]["content"] = {media_type: {"schema": {"type": "object"}}}
    return found
