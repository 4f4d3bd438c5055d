"""What the schemas of answers are made of, whatever they answer."""

from typing import Any

from schemas.fields.asked import Cursor
from schemas.fields.time import MOMENT_PATTERN
from schemas.objects import Json
from schemas.parameters import LARGEST_PAGE


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def nullable(kind: str, description: str, **more: Any) -> Json:
    return {"type": [kind, "null"], "description": description, **more}


def complete(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}


def with_links(schema: Json, links: Json, **more: Json) -> Json:
    """A record's schema with the links that it is served with."""
    return {"allOf": [schema, complete({**more, "links": links})]}


NULL: Json = {"type": "null"}
TEXT: Json = {"type": "string"}
MAYBE_TEXT: Json = {"type": ["string", "null"]}
TEXTS_BY_NAME: Json = {"type": "object", "additionalProperties": TEXT}
MOMENT: Json = {"type": "string", "format": "date-time", "pattern": MOMENT_PATTERN}

# What is said of the data that answered.
VERSION: Json = {"type": "integer", "minimum": 1, "description": "The data version."}
AS_OF: Json = {**MOMENT, "description": "When it came."}
META: Json = complete({"version": VERSION, "as_of": AS_OF})
WARNINGS: Json = {
    "type": "array",
    "items": ref("Warning"),
    "description": "What may have been meant otherwise: values of the question that no list holds.",
}

# What is linked from an answer.
SELF: Json = {"type": "string", "description": "This answer, for good."}
LATEST: Json = {"type": "string", "description": "The same question of the newest data."}
NEXT: Json = nullable("string", "The next page; null on the last.")
RELEASE: Json = {"type": "string", "description": "The data version that answered."}

# What is said around the results of a list.
PER_PAGE: Json = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE}
NEXT_CURSOR: Json = nullable(
    "string", "Where the next page begins; null on the last.", pattern=Cursor.pattern
)
