"""An operation of the document: every address is described by this."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from api.spec.answers import MOMENT, complete, nullable, ref
from api.spec.parameters import parameter
from api.spec.responses import (
    CACHE_HEADERS,
    LINK_HEADER,
    RETIRING_HEADERS,
    not_modified,
    problems,
)
from schemas.fields.asked import Cursor
from schemas.parameter import Parameter

Json = dict[str, Any]
EVERYWHERE = (400, 405, 413, 414, 500, 503)
STABLE: Json = {"x-stability": "stable"}
LINKED_HEADERS = {**CACHE_HEADERS, **LINK_HEADER}
# Of an answer that may tell that what was asked for is being retired.
RETIRED_HEADERS = {**LINKED_HEADERS, **RETIRING_HEADERS}


class Written(Protocol):
    """A way to write an answer, and the schema of what is written."""

    @property
    def media_type(self) -> str: ...

    @property
    def body(self) -> str: ...


def document_operation(
    operation_id: str,
    tag: str,
    summary: str,
    description: str,
    bodies: Mapping[str, str],
    parameters: Sequence[Parameter] = (),
    *,
    answer: str = "",
    headers: Json = RETIRED_HEADERS,
    paths: Sequence[Json] = (),
    statuses: Sequence[int] = (404, 406),
    links: Json | None = None,
    further: Json | None = None,
    standing: Json = STABLE,
) -> Json:
    """The operation of an address.

    `bodies` has the schema of each media type, `answer` says what they hold, `paths` are the
    parameters in the address's path, `further` other responses than the usual one.
    """
    found: Json = {
        "description": answer or f"{summary}.",
        "headers": headers,
        "content": {media_type: {"schema": ref(name)} for media_type, name in bodies.items()},
    }
    if links is not None:
        found["links"] = links
    operation = {
        "operationId": operation_id,
        "tags": [tag],
        "summary": summary,
        "description": description,
        **standing,
    }
    asked = [*paths, *(parameter(one) for one in parameters)]
    if asked:
        operation["parameters"] = asked
    operation["responses"] = {
        "200": found,
        **(further or {}),
        **_known(headers),
        **problems(*EVERYWHERE, *statuses),
    }
    return operation


def bodies_of(forms: Sequence[Written], unnamed: str = "") -> dict[str, str]:
    """{media type: schema} of these forms; `unnamed` is that of those which name none."""
    return {form.media_type: form.body or unnamed for form in forms}


def link(operation_id: str, description: str, **parameters: str) -> Json:
    """A link of an answer to another operation, whose parameters are found in the answer."""
    target = {"operationId": operation_id, "description": description, "parameters": parameters}
    return {operation_id: target}


def _known(headers: Json) -> Json:
    """The 304 of an answer with these headers: what has no tag has none."""
    if "ETag" not in headers:
        return {}
    return not_modified(of_data="Quipu-Data-Version" in headers)


def with_links(schema: Json, links: str, **more: Json) -> Json:
    """A record's schema with the links that it is served with."""
    members = {**more, "links": ref(links)}
    around = {"type": "object", "properties": members, "required": list(members)}
    return {"allOf": [schema, around]}


# What is said around the results of every list that is gone on with by a cursor.
LIST_PAGINATION: Json = complete(
    {
        "per_page": {"type": "integer", "minimum": 1, "maximum": 100},
        "count": {"type": "integer", "minimum": 0, "description": "How many there are."},
        "count_is_exact": {
            "type": "boolean",
            "description": "False where counting stopped at a limit.",
        },
        "next_cursor": nullable(
            "string", "Where the next page begins; null on the last.", pattern=Cursor.pattern
        ),
    }
)
SELF: Json = {"type": "string", "description": "This answer, for good."}
LATEST: Json = {"type": "string", "description": "The same question of the newest data."}
NEXT: Json = nullable("string", "The next page; null on the last.")
RELEASE: Json = {"type": "string", "description": "The data version that answered."}
VERSION: Json = {"type": "integer", "minimum": 1, "description": "The data version."}
TEXT: Json = {"type": "string"}
META: Json = complete({"version": VERSION, "as_of": {**MOMENT, "description": "When it came."}})
# Of a list that is no collection: nothing is counted by its filters.
LIST_META: Json = complete(
    {**META["properties"], "warnings": {"type": "array", "items": ref("Warning")}}
)
