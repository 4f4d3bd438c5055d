"""The schemas of what is said of the values that filters could take."""

from api.spec.answers import complete, nullable, ref
from schemas.objects import Json


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
                "links": complete(
                    {
                        "clear": nullable(
                            "string",
                            "The list without the facet's own filter; null where none is set.",
                        )
                    }
                ),
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
