"""The operation of the document that adds figures up, and what it answers."""

from api.spec.answers import AS_OF, TEXT, VERSION, complete, nullable, ref, with_links
from api.spec.document import bodies_of, document_operation
from api.wire.formats import sum_formats
from schemas.aggregate import REASONS, aggregate_parameters
from schemas.objects import Json


def aggregate_paths() -> Json:
    """`/aggregates`."""
    formats = sum_formats()
    reasons = "; ".join(f"`{reason}`, {why}" for reason, why in REASONS.items())
    operation = document_operation(
        "list_aggregates",
        "aggregates",
        "Add figures up",
        "Sums of the figures that the filters find, in cells. What cannot be added "
        "is not: each unit has cells of its own, and so has each status unless `across_status` is "
        "true. One amount over several regions is not split: it is in a cell of its own, which "
        "names them. How a sum is hedged, and its bounds, follow from how its parts are. Each "
        "cell's link leads to exactly the figures that it is made of; what is left out is in "
        f"`excluded`, each with its reason: {reasons}.",
        bodies_of(formats, "AggregatePage"),
        aggregate_parameters([format_.name for format_ in formats]),
        answer="The cells, in their order.",
        statuses=(404, 406, 409),
    )
    return {"/aggregates": {"get": operation}}


def aggregate_answers() -> Json:
    """The named schemas of what is said around the cells of a sum."""
    linked = {"figures": {"type": "string", "description": "Exactly the figures of this cell."}}
    return {
        "AggregatePage": complete(
            {
                "results": {"type": "array", "items": with_links(ref("Cell"), complete(linked))},
                "pagination": ref("Pagination"),
                "links": ref("PageLinks"),
                "meta": complete(
                    {
                        "version": VERSION,
                        "as_of": AS_OF,
                        "group_by": {
                            "type": "array",
                            "items": ref("GroupedBy"),
                            "description": "What the sum is grouped by, asked for or not.",
                        },
                        "warnings": {
                            "type": "array",
                            "items": ref("Warning"),
                            "description": "What to mind about these sums.",
                        },
                    }
                ),
                "excluded": ref("ExcludedList"),
            }
        ),
        "GroupedBy": complete(
            {
                "name": {"type": "string", "description": "A member of `group`."},
                "asked": {"type": "boolean", "description": "Whether `group_by` names it."},
                "reason": nullable("string", "Why it was added; null if it was asked for."),
            }
        ),
        "ExcludedList": complete(
            {
                "count": {
                    "type": "integer",
                    "minimum": 0,
                    "description": "How many figures were found and are not counted.",
                },
                "more": {"type": "boolean", "description": "Whether more than these were."},
                "results": {
                    "type": "array",
                    "items": with_links(ref("Excluded"), complete({"self": TEXT})),
                    "description": "The first of them, by id.",
                },
                "links": complete(
                    {"figures": {"type": "string", "description": "All that were left out."}}
                ),
            }
        ),
    }
