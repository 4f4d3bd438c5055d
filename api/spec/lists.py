"""The schemas of what is said around the results of a list."""

from api.spec.answers import (
    AS_OF,
    LATEST,
    MAYBE_TEXT,
    META,
    NEXT_CURSOR,
    PER_PAGE,
    RELEASE,
    SELF,
    TEXT,
    VERSION,
    WARNINGS,
    complete,
    nullable,
    ref,
)
from schemas.objects import Json

# Of a list that is gone on with by a cursor alone.
LIST_PAGINATION: Json = complete(
    {
        "per_page": PER_PAGE,
        "count": {"type": "integer", "minimum": 0, "description": "How many there are."},
        "count_is_exact": {
            "type": "boolean",
            "description": "False where counting stopped at a limit.",
        },
        "next_cursor": NEXT_CURSOR,
    }
)
# Of a list that is no collection: nothing is counted by its filters.
LIST_META: Json = complete(
    {**META["properties"], "warnings": {"type": "array", "items": ref("Warning")}}
)


def list_answers() -> Json:
    """The named schemas of what is said around records."""
    return {
        "Pagination": complete(
            {
                "per_page": PER_PAGE,
                "count": nullable(
                    "integer", "How many records match; null if not counted.", minimum=0
                ),
                "count_is_exact": nullable("boolean", "False where counting stopped at a limit."),
                "page": nullable("integer", "This page's number; null after a cursor.", minimum=1),
                "pages": nullable(
                    "integer", "How many pages; null unless counted exactly.", minimum=1
                ),
                "next_cursor": NEXT_CURSOR,
            }
        ),
        "PageLinks": complete(
            {
                "self": SELF,
                "latest": LATEST,
                "release": RELEASE,
                "first": TEXT,
                "prev": MAYBE_TEXT,
                "next": MAYBE_TEXT,
            }
        ),
        "Meta": complete(
            {
                "version": VERSION,
                "as_of": AS_OF,
                "facets": {
                    "type": "object",
                    "description": "What `facets` asked for, by name.",
                    "additionalProperties": ref("Facet"),
                },
                "warnings": WARNINGS,
            }
        ),
        "Warning": complete(
            {
                "name": TEXT,
                "code": TEXT,
                "message": TEXT,
                "suggestion": MAYBE_TEXT,
            }
        ),
    }
