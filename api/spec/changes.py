"""The operation of the document that lists the changes."""

from typing import Any

from api.spec.document import LINKED_HEADERS, bodies_of, document_operation, link
from api.wire.formats import history_formats
from schemas.change import change_parameters

Json = dict[str, Any]


def change_paths() -> Json:
    """`/changes`."""
    formats = history_formats()
    operation = document_operation(
        "list_changes",
        "changes",
        "List changes",
        "What came, changed or went after a place in the history, oldest first. "
        "Whoever applies every change in this order, from an empty set or from a download of the "
        "version that `since` names, has the current data. With a filter, what no longer says what "
        "is asked for comes once more, as it is since. To follow: keep `pagination.since`, "
        "send it as `since` later, with the `ETag` of the last answer.",
        bodies_of(formats, "ChangePage"),
        change_parameters([format_.name for format_ in formats]),
        answer="The changes, in their order.",
        headers=LINKED_HEADERS,
        statuses=(404, 406, 409),
        links=link(
            "list_changes",
            "What will have changed after this page.",
            since="$response.body#/pagination/since",
        ),
    )
    return {"/changes": {"get": operation}}
