"""Operations that answer with one thing, in one of several forms."""

from collections.abc import Sequence
from typing import Any

from api.spec.answers import MOMENT, complete, nullable, ref
from api.spec.operations import EVERYWHERE
from api.spec.parameters import parameter
from api.spec.responses import (
    CACHE_HEADERS,
    LINK_HEADER,
    RETIRING_HEADERS,
    not_modified,
    problems,
)
from api.wire.formats.form import Form
from schemas.fields.asked import Cursor
from schemas.parameter import Parameter

Json = dict[str, Any]


def document_operation(
    operation_id: str,
    tag: str,
    summary: str,
    description: str,
    forms: Sequence[Form[Any]],
    parameters: Sequence[Parameter],
    *,
    paths: Sequence[Json] = (),
    statuses: Sequence[int] = (404, 406),
    links: Json | None = None,
) -> Json:
    """The operation of an address. `paths` are the parameters in its path."""
    found: Json = {
        "description": f"{summary}.",
        "headers": {**CACHE_HEADERS, **LINK_HEADER, **RETIRING_HEADERS},
        "content": {form.media_type: {"schema": ref(form.body)} for form in forms},
    }
    if links:
        found["links"] = links
    return {
        "operationId": operation_id,
        "tags": [tag],
        "summary": summary,
        "description": description,
        "x-stability": "stable",
        "parameters": [*paths, *(parameter(one) for one in parameters)],
        "responses": {"200": found, **not_modified(), **problems(*EVERYWHERE, *statuses)},
    }


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
