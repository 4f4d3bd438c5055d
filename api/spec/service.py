"""The operations of the document that tell what is here, and what they answer."""

from collections.abc import Mapping, Sequence

from api.spec.answers import MOMENT, TEXT, TEXTS_BY_NAME, complete, ref
from api.spec.document import LINKED_HEADERS, bodies_of, document_operation
from api.spec.parameters import path_parameter
from api.spec.responses import REQUEST_HEADERS, TAG_HEADERS
from api.wire.formats import dictionary_formats
from api.wire.problems import BY_CODE
from schemas import RESOURCES
from schemas.objects import Json
from schemas.parameter import Parameter
from schemas.parameters import AS_OF, dictionary_parameters


def root_paths() -> Json:
    """The addresses beside the collections."""
    code = path_parameter(
        "code", "A problem's code", {"type": "string", "enum": list(BY_CODE)}, "not-found"
    )
    return {
        "/": plain(
            "get_index",
            "What is here",
            {"application/json": "Index"},
            headers=LINKED_HEADERS,
            statuses=(404,),
            parameters=(AS_OF,),
        ),
        "/livez": plain("get_liveness", "Whether the process runs", {"application/json": "Status"}),
        "/readyz": plain(
            "get_readiness", "Whether the data can be read", {"application/json": "Status"}
        ),
        "/openapi.json": plain(
            "get_openapi_json",
            "This document",
            {"application/json": "OpenApi"},
            headers=TAG_HEADERS,
        ),
        "/openapi.yaml": plain(
            "get_openapi_yaml",
            "This document",
            {"application/yaml": "OpenApi"},
            headers=TAG_HEADERS,
        ),
        # No media type is registered for TypeScript; as plain text every browser shows it.
        "/types.d.ts": plain(
            "get_types",
            "The types of this document",
            {"text/plain": "TypeDeclarations"},
            headers=TAG_HEADERS,
        ),
        "/dictionary": _dictionary(),
        "/problems": plain(
            "list_problems",
            "Every kind of problem",
            {"application/json": "ProblemTypes"},
            headers=TAG_HEADERS,
        ),
        "/problems/{code}": plain(
            "get_problem",
            "One kind of problem",
            {"application/json": "ProblemType"},
            headers=TAG_HEADERS,
            statuses=(404,),
            paths=[code],
        ),
    }


def plain(
    operation_id: str,
    summary: str,
    bodies: Mapping[str, str],
    *,
    headers: Json = REQUEST_HEADERS,
    statuses: tuple[int, ...] = (),
    parameters: Sequence[Parameter] = (),
    paths: Sequence[Json] = (),
    tag: str = "service",
) -> Json:
    """What is at an address whose summary says it all."""
    operation = document_operation(
        operation_id,
        tag,
        summary,
        f"{summary}.",
        bodies,
        parameters,
        headers=headers,
        paths=paths,
        statuses=statuses,
    )
    return {"get": operation}


def _dictionary() -> Json:
    formats = dictionary_formats()
    return plain(
        "get_dictionary",
        "What every field of every record is",
        bodies_of(formats, "Dictionary"),
        headers=TAG_HEADERS,
        statuses=(406, 409),
        parameters=dictionary_parameters(RESOURCES, [format_.name for format_ in formats]),
    )


def service_answers() -> Json:
    """The named schemas of what the service says of itself."""
    return {
        "Index": complete(
            {
                "name": TEXT,
                "description": TEXT,
                "software": TEXT,
                "data": complete(
                    {
                        "version": {"type": "integer"},
                        "as_of": MOMENT,
                    }
                ),
                "resources": {
                    "type": "object",
                    "additionalProperties": complete(
                        {
                            "description": TEXT,
                            "count": {"type": "integer"},
                            "count_is_exact": {"type": "boolean"},
                            "link": TEXT,
                            "pinned": {
                                "type": "string",
                                "description": "The collection as of this data version.",
                            },
                            "item": {
                                "type": "string",
                                "description": "A record of it: an address to be filled in, "
                                "RFC 6570.",
                            },
                        }
                    ),
                },
                "links": TEXTS_BY_NAME,
                "templates": {
                    "type": "object",
                    "additionalProperties": TEXT,
                    "description": "Addresses to be filled in, RFC 6570.",
                },
            }
        ),
        "Status": complete({"status": TEXT}),
        "ProblemTypes": complete({"problems": {"type": "array", "items": ref("ProblemType")}}),
        "ProblemType": complete(
            {
                "type": TEXT,
                "code": TEXT,
                "status": {"type": "integer"},
                "title": TEXT,
                "help": TEXT,
            }
        ),
        "OpenApi": {"type": "object", "description": "This document, OpenAPI 3.1."},
        "TypeDeclarations": {
            "type": "string",
            "description": "A module of TypeScript: `paths`, `components`, `operations`.",
        },
    }
