"""The operations of the document: for each resource its list and its items, and the rest."""

from collections.abc import Sequence
from typing import Any

from api.spec.answers import ref
from api.spec.parameters import parameter, path_parameter
from api.spec.responses import (
    CACHE_HEADERS,
    LINK_HEADER,
    REQUEST_HEADERS,
    RETIRING_HEADERS,
    not_modified,
    problems,
)
from api.spec.schemas import property_of, schema_name
from api.wire.formats import Format, item_formats, list_formats
from api.wire.links import dependents
from api.wire.problems import BY_CODE
from schemas import RESOURCES
from schemas.parameters import list_parameters, shape_parameters
from schemas.resource import Resource

Json = dict[str, Any]
EVERYWHERE = (400, 405, 413, 414, 500, 503)


def collection_paths(resources: Sequence[Resource] = RESOURCES) -> Json:
    """`/{resource}` and `/{resource}/{id}` for each resource."""
    paths: Json = {}
    for resource in resources:
        paths[f"/{resource.name}"] = {"get": list_operation(resource)}
        paths[f"/{resource.name}/{{id}}"] = {"get": item_operation(resource)}
    return paths


def root_paths() -> Json:
    """The addresses beside the collections."""
    code = path_parameter(
        "code", "A problem's code", {"type": "string", "enum": list(BY_CODE)}, "not-found"
    )
    return {
        "/": _plain("get_index", "What is here", "Index", cached=True),
        "/livez": _plain("get_liveness", "Whether the process runs", "Status"),
        "/readyz": _plain("get_readiness", "Whether the data can be read", "Status"),
        "/openapi.json": _document(
            "get_openapi_json", "This document", "application/json", "OpenApi"
        ),
        "/openapi.yaml": _document(
            "get_openapi_yaml", "This document", "application/yaml", "OpenApi"
        ),
        # No media type is registered for TypeScript; as plain text every browser shows it.
        "/types.d.ts": _document(
            "get_types", "The types of this document", "text/plain", "TypeDeclarations"
        ),
        "/problems": _plain("list_problems", "Every kind of problem", "ProblemTypes"),
        "/problems/{code}": _plain(
            "get_problem", "One kind of problem", "ProblemType", statuses=(404,), parameters=[code]
        ),
    }


def list_operation(resource: Resource) -> Json:
    formats = list_formats(resource)
    asked = list_parameters(resource, [format_.name for format_ in formats])
    return {
        "operationId": f"list_{resource.name}",
        "tags": [resource.name],
        "summary": f"List {resource.name}",
        "description": _described(
            resource, f"{resource.help} Filtered, sorted, searched and paged."
        ),
        **_standing(resource),
        "parameters": [parameter(one) for one in asked],
        "responses": {
            "200": {
                **_found(f"The {resource.name} that match.", formats, _list_schema, resource),
                "links": {
                    f"get_{resource.singular}": {
                        "operationId": f"get_{resource.singular}",
                        "description": f"The first {resource.singular} of the page.",
                        "parameters": {"id": "$response.body#/results/0/id"},
                    }
                },
            },
            **not_modified(),
            **problems(*EVERYWHERE, 404, 406, 409),
        },
    }


def item_operation(resource: Resource) -> Json:
    formats = item_formats(resource)
    key = property_of(resource.instance.fields["id"])
    asked = shape_parameters(resource, [format_.name for format_ in formats])
    return {
        "operationId": f"get_{resource.singular}",
        "tags": [resource.name],
        "summary": f"Get one {resource.singular}",
        "description": _described(
            resource, f"A {resource.singular} by its id, with links to what it names."
        ),
        **_standing(resource),
        "parameters": [
            path_parameter("id", f"The {resource.singular}'s id", key, resource.example),
            *(parameter(one) for one in asked),
        ],
        "responses": {
            "200": {
                **_found(f"The {resource.singular}.", formats, _item_schema, resource),
                "links": {
                    f"list_{other.name}": {
                        "operationId": f"list_{other.name}",
                        "description": f"The {other.name} that name this {resource.singular}.",
                        "parameters": {name: "$response.body#/id"},
                    }
                    for other, name in dependents(resource)
                },
            },
            **not_modified(),
            **problems(*EVERYWHERE, 404, 406, 409),
        },
    }


def _described(resource: Resource, text: str) -> str:
    return f"{text} {resource.deprecated.note}" if resource.deprecated else text


def _standing(resource: Resource) -> Json:
    retired = {"deprecated": True} if resource.deprecated else {}
    return {"x-stability": resource.stability, **retired}


def _found(description: str, formats: tuple[Format, ...], schema: Any, resource: Resource) -> Json:
    content: Json = {}
    for format_ in formats:
        content[format_.media_type] = {"schema": schema(format_, resource, "")}
        if format_.partial_type:
            content[format_.partial_type] = {"schema": schema(format_, resource, "Part")}
    headers = {**CACHE_HEADERS, **LINK_HEADER, **RETIRING_HEADERS}
    return {"description": description, "headers": headers, "content": content}


def _list_schema(format_: Format, resource: Resource, part: str) -> Json:
    return ref(format_.body or f"{schema_name(resource)}Page{part}")


def _item_schema(format_: Format, resource: Resource, part: str) -> Json:
    if format_.name == "json":
        return ref(f"{schema_name(resource)}Item{part}")
    return ref({"FeatureCollection": "Feature"}.get(format_.body, format_.body))


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
        "x-stability": "stable",
    }
    if parameters:
        found["parameters"] = parameters
    found["responses"] = {
        "200": {
            "description": f"{summary}.",
            "headers": CACHE_HEADERS if cached else REQUEST_HEADERS,
            "content": {"application/json": {"schema": ref(schema)}},
        },
        **(not_modified() if cached else {}),
        **problems(*EVERYWHERE, *statuses),
    }
    return {"get": found}


def _document(operation_id: str, summary: str, media_type: str, schema: str) -> Json:
    found = _plain(operation_id, summary, schema)
    found["get"]["responses"]["200"]["content"] = {media_type: {"schema": ref(schema)}}
    return found
