"""The schemas of what is counted and added up: facets in a list, and what is around sums."""

from typing import Any

from api.spec.answers import MOMENT, complete, nullable, ref

Json = dict[str, Any]


def facet_answers() -> Json:
    """What is said of the values that a filter could take."""
    values = {
        "type": "array",
        "items": ref("FacetValue"),
        "description": "The most frequent first, and those that the filter names.",
    }
    return {
        "Facet": complete(
            {
                "values": values,
                "more": {"type": "boolean", "description": "Whether there are more values."},
            }
        ),
        "FacetValue": complete(
            {
                "value": {
                    "type": ["string", "integer", "boolean", "null"],
                    "description": "As records have it; null for those that state none.",
                },
                "count": {
                    "type": "integer",
                    "minimum": 1,
                    "description": "How many of all that the other filters find have it.",
                },
                "selected": {
                    "type": "boolean",
                    "description": "Whether the facet's own filter is set, and leaves it.",
                },
                "links": complete(
                    {
                        "apply": {
                            "type": "string",
                            "description": "The list with this value in place of the facet's "
                            "own filter.",
                        }
                    }
                ),
            }
        ),
    }


def sum_answers() -> Json:
    """What is said around the cells of a sum."""
    linked = {"figures": {"type": "string", "description": "Exactly the figures of this cell."}}
    return {
        "AggregatePage": complete(
            {
                "results": {"type": "array", "items": _with_links("Cell", linked)},
                "pagination": ref("Pagination"),
                "links": ref("PageLinks"),
                "meta": complete(
                    {
                        "version": {
                            "type": "integer",
                            "minimum": 1,
                            "description": "The data version.",
                        },
                        "as_of": {**MOMENT, "description": "When it came."},
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
                    "items": _with_links("Excluded", {"self": {"type": "string"}}),
                    "description": "The first of them, by id.",
                },
                "links": complete(
                    {"figures": {"type": "string", "description": "All that were left out."}}
                ),
            }
        ),
    }


def _with_links(name: str, links: Json) -> Json:
    around = {"type": "object", "properties": {"links": complete(links)}, "required": ["links"]}
    return {"allOf": [ref(name), around]}
