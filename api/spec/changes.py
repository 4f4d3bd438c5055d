"""The operation of the document that lists the changes, and what it answers."""

from api.spec.answers import (
    AS_OF,
    LATEST,
    NEXT,
    PER_PAGE,
    SELF,
    complete,
    nullable,
    ref,
    with_links,
)
from api.spec.document import LINKED_HEADERS, bodies_of, document_operation, link
from api.wire.formats import history_formats
from schemas.change import change_parameters
from schemas.fields.asked import Since
from schemas.objects import Json


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


def change_answers() -> Json:
    """The named schemas of a page of changes."""
    return {
        "ChangePage": complete(
            {
                "results": {
                    "type": "array",
                    "items": with_links(ref("Change"), ref("ChangeLinks")),
                },
                "pagination": complete(
                    {
                        "per_page": PER_PAGE,
                        "more": {"type": "boolean", "description": "Whether more follow."},
                        "since": {
                            "type": "string",
                            "pattern": Since.pattern,
                            "description": "Where to go on, now or in years: to be sent as "
                            "`since`. Never null.",
                        },
                    }
                ),
                "links": complete(
                    {
                        "self": SELF,
                        "latest": LATEST,
                        "next": NEXT,
                        "poll": {
                            "type": "string",
                            "description": "What will have changed after this page.",
                        },
                        "release": {
                            "type": "string",
                            "description": "The newest data version that was looked at.",
                        },
                    }
                ),
                "meta": complete(
                    {
                        "version": {
                            "type": "integer",
                            "minimum": 1,
                            "description": "The newest data version that was looked at.",
                        },
                        "as_of": AS_OF,
                        "warnings": {
                            "type": "array",
                            "items": ref("Warning"),
                            "description": "Why there may be no changes.",
                        },
                    }
                ),
            }
        ),
        "ChangeLinks": complete(
            {
                "before": nullable("string", "The record before; null if it is new."),
                "after": nullable("string", "The record since; null if it is deleted."),
                "release": {"type": "string", "description": "The data version of the change."},
            }
        ),
    }
