"""The data dictionary in the document: its operation and its schemas."""

from typing import Any

from api.spec.answers import complete, ref
from schemas.about import ORIGINS
from schemas.codes import LANGUAGES

Json = dict[str, Any]


def dictionary_answers() -> Json:
    """The named schemas of the data dictionary."""
    text: Json = {"type": "string"}
    texts: Json = {"type": "array", "items": text}
    whole: Json = {"type": "integer"}
    flag: Json = {"type": "boolean"}
    legend: Json = {"type": "object", "additionalProperties": ref("Bilingual")}
    return {
        "Bilingual": complete(dict.fromkeys(LANGUAGES, text)),
        "Markdown": {"type": "string", "description": "Markdown, with tables as GitHub has them."},
        "Dictionary": complete(
            {
                "resources": {"type": "array", "items": ref("DictionaryResource")},
                "origins": {**legend, "description": "What each origin means."},
                "csv_forms": {**legend, "description": "How a value stands in CSV."},
                "links": {"type": "object", "additionalProperties": text},
            }
        ),
        "DictionaryResource": complete(
            {
                "name": text,
                "noun": ref("Bilingual"),
                "description": ref("Bilingual"),
                "link": text,
                "example": {**text, "description": "The record that the examples are of."},
                "fields": {"type": "array", "items": ref("DictionaryField")},
            }
        ),
        "DictionaryField": complete(
            {
                "path": {**text, "description": "`period.end` for a field within another."},
                "label": ref("Bilingual"),
                "meaning": ref("Bilingual"),
                "json_schema": {
                    "type": "object",
                    "description": "JSON Schema of one value, null apart.",
                },
                "digits": {
                    "anyOf": [
                        complete({"significant": whole, "decimals": whole}),
                        {"type": "null"},
                    ],
                    "description": "The most that an amount has of them.",
                },
                "many": {**flag, "description": "Whether it is a list of such values."},
                "nullable": {**flag, "description": "Whether it may be null."},
                "required": {**flag, "description": "Whether a data set must state it."},
                "unit": {"anyOf": [ref("Bilingual"), {"type": "null"}]},
                "codes": {"anyOf": [ref("DictionaryCodes"), {"type": "null"}]},
                "references": {
                    "anyOf": [complete({"resource": text, "link": text}), {"type": "null"}],
                    "description": "The collection that it names a record of.",
                },
                "origin": {"type": "string", "enum": list(ORIGINS)},
                "derived_from": {**texts, "description": "The fields that it follows from."},
                "example": {"description": "What the example has there; null if nothing."},
                "csv": complete({"columns": texts, "form": text}),
                "parameters": {**texts, "description": "What asks for it in its collection."},
                "sorts": {**texts, "description": "What sorts by it in its collection."},
            }
        ),
        "DictionaryCodes": complete(
            {
                "concept": text,
                "closed": {**flag, "description": "Whether no data set can add a code."},
                "link": {**text, "description": "Where the codes are served."},
                "codes": {
                    "type": ["array", "null"],
                    "description": "All of a closed list; null for an open one.",
                    "items": complete(
                        {
                            "code": text,
                            "name": ref("Bilingual"),
                            "definition": {"anyOf": [ref("Bilingual"), {"type": "null"}]},
                        }
                    ),
                },
            }
        ),
    }
