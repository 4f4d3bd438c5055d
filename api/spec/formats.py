"""The schemas of records in the formats of others."""

from api.spec.answers import NULL, TEXT, complete, ref
from schemas.objects import Json


def format_answers() -> Json:
    """The named schemas of what formats make of any records."""
    return {
        "Csv": {
            "type": "string",
            "description": "A header, then one line a record: RFC 4180. Columns are named by their "
            "paths; several values in one cell are parted by `|`.",
        },
        "Ndjson": {"type": "string", "description": "One record a line, as JSON."},
        "Feature": complete(
            {
                "type": {"const": "Feature", "type": "string"},
                "id": TEXT,
                "geometry": {"anyOf": [ref("Point"), NULL]},
                "properties": {"type": "object"},
            }
        ),
        "FeatureCollection": complete(
            {
                "type": {"const": "FeatureCollection", "type": "string"},
                "features": {"type": "array", "items": ref("Feature")},
            }
        ),
        "JsonLd": {
            "type": "object",
            "description": "A record in the words of schema.org, as JSON-LD.",
            "properties": {"@context": {"type": "object"}, "@id": TEXT, "@type": TEXT},
            "additionalProperties": True,
            "required": ["@context", "@id", "@type"],
        },
        "ProvJson": {
            "type": "object",
            "description": "Entities, activities, agents and how they hang together: PROV-JSON.",
            "properties": {
                name: {"type": "object"} for name in ("prefix", "entity", "activity", "agent")
            },
            "additionalProperties": True,
            "required": ["prefix", "entity", "activity", "agent"],
        },
    }
