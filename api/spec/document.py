"""An operation of the document: every address is described by this."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from api.spec.answers import ref
from api.spec.parameters import parameter
from api.spec.responses import (
    CACHE_HEADERS,
    LINK_HEADER,
    RETIRING_HEADERS,
    not_modified,
    problems,
)
from schemas.objects import Json
from schemas.parameter import Parameter

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
