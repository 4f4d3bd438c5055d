"""The operation of the document that lists the changes."""

from typing import Any

from api.spec.answers import ref
from api.spec.operations import EVERYWHERE
from api.spec.parameters import parameter
from api.spec.responses import CACHE_HEADERS, LINK_HEADER, not_modified, problems
from api.wire.formats import history_formats
from schemas.change import change_parameters

Json = dict[str, Any]


def change_paths() -> Json:
    """`/changes`."""
    formats = history_formats()
    asked = change_parameters([format_.name for format_ in formats])
    operation = {
        "operationId": "list_changes",
        "tags": ["changes"],
        "summary": "List changes",
        "description": "What came, changed or went after a place in the history, oldest first. "
        "Whoever applies every change in this order, from an empty set or from a download of the "
        "version that `since` names, has the current data. With a filter, what no longer says what "
        "is asked for comes once more, as it is since. To follow: keep `pagination.since`, "
        "send it as `since` later, with the `ETag` of the last answer.",
        "x-stability": "stable",
        "parameters": [parameter(one) for one in asked],
        "responses": {
            "200": {
                "description": "The changes, in their order.",
                "headers": {**CACHE_HEADERS, **LINK_HEADER},
                "content": {
                    format_.media_type: {"schema": ref(format_.body or "ChangePage")}
                    for format_ in formats
                },
                "links": {
                    "list_changes": {
                        "operationId": "list_changes",
                        "description": "What will have changed after this page.",
                        "parameters": {"since": "$response.body#/pagination/since"},
                    }
                },
            },
            **not_modified(),
            **problems(*EVERYWHERE, 404, 406, 409),
        },
    }
    return {"/changes": {"get": operation}}
