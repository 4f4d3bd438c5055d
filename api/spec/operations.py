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
    TAG_HEADERS,
    not_modified,
    problems,
)
from api.spec.schemas import property_of, schema_name
from api.wire.formats import Format, dictionary_formats, item_formats, list_formats
from api.wire.links import dependents
from api.wire.problems import BY_CODE
from schemas import RESOURCES
from schemas.parameters import AS_OF, dictionary_parameters, list_parameters, shape_parameters
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
        "/": plain(
            "get_index",
            "What is here",
            "Index",
            kept="until the data change",
            statuses=(404,),
            parameters=[parameter(AS_OF)],
        ),
        "/livez": plain("get_liveness", "Whether the process runs", "Status"),
        "/readyz": plain("get_readiness", "Whether the data can be read", "Status"),
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
        "/dictionary": _dictionary(),
        "/problems": plain(
            "list_problems",
            "Every kind of problem",
            "ProblemTypes",
            kept="until the program changes",
        ),
        "/problems/{code}": plain(
            "get_problem",
            "One kind of problem",
            "ProblemType",
            kept="until the program changes",
            statuses=(404,),
            parameters=[code],
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
            resource, f"{resource.help.en} Filtered, sorted, searched and paged."
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


# How long an answer can be kept: its headers, and what a client is told that has it already.
KEPT: dict[str, tuple[Json, Json]] = {
    "never": (REQUEST_HEADERS, {}),
    "until the data change": ({**CACHE_HEADERS, **LINK_HEADER}, not_modified()),
    "until the program changes": (TAG_HEADERS, not_modified(of_data=False)),
}


def plain(
    operation_id: str,
    summary: str,
    schema: str,
    *,
    kept: str = "never",
    statuses: tuple[int, ...] = (),
    parameters: list[Json] | None = None,
    tag: str = "service",
) -> Json:
    """An operation that answers with one document."""
    found: Json = {
        "operationId": operation_id,
        "tags": [tag],
        "summary": summary,
        "description": f"{summary}.",
        "x-stability": "stable",
    }
    if parameters:
        found["parameters"] = parameters
    headers, unchanged = KEPT[kept]
    found["responses"] = {
        "200": {
            "description": f"{summary}.",
            "headers": headers,
            "content": {"application/json": {"schema": ref(schema)}},
        },
        **unchanged,
        **problems(*EVERYWHERE, *statuses),
    }
    return {"get": found}


def _dictionary() -> Json:
    formats = dictionary_formats()
    asked = dictionary_parameters(RESOURCES, [format_.name for format_ in formats])
    found = plain(
        "get_dictionary",
        "What every field of every record is",
        "Dictionary",
        kept="until the program changes",
        statuses=(406, 409),
        parameters=[parameter(one) for one in asked],
    )
    found["get"]["responses"]["200"]["content"] = {
        format_.media_type: {"schema": ref(format_.body or "Dictionary")} for format_ in formats
    }
    return found


def _document(operation_id: str, summary: str, media_type: str, schema: str) -> Json:
    found = plain(operation_id, summary, schema, kept="until the program changes")
    found["get"]["responses"]["200"]["content"] = {media_type: {"schema": ref(schema)}}
    return found
