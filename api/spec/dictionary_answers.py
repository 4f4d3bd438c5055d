"""The schemas of the data dictionary."""

from api.spec.answers import NULL, TEXT, TEXTS_BY_NAME, complete, ref
from schemas.about import ORIGINS
from schemas.codes import LANGUAGES
from schemas.objects import Json


def dictionary_answers() -> Json:
    """The named schemas of the data dictionary."""
    texts: Json = {"type": "array", "items": TEXT}
    whole: Json = {"type": "integer"}
    flag: Json = {"type": "boolean"}
    legend: Json = {"type": "object", "additionalProperties": ref("Bilingual")}
    return {
        "Bilingual": complete(dict.fromkeys(LANGUAGES, TEXT)),
        "Markdown": {"type": "string", "description": "Markdown, with tables as GitHub has them."},
        "Dictionary": complete(
            {
                "resources": {"type": "array", "items": ref("DictionaryResource")},
                "origins": {**legend, "description": "What each origin means."},
                "csv_forms": {**legend, "description": "How a value stands in CSV."},
                "links": TEXTS_BY_NAME,
            }
        ),
        "DictionaryResource": complete(
            {
                "name": TEXT,
                "noun": ref("Bilingual"),
                "description": ref("Bilingual"),
                "link": TEXT,
                "example": {**TEXT, "description": "The record that the examples are of."},
                "fields": {"type": "array", "items": ref("DictionaryField")},
            }
        ),
        "DictionaryField": complete(
            {
                "path": {**TEXT, "description": "`period.end` for a field within another."},
                "label": ref("Bilingual"),
                "meaning": ref("Bilingual"),
                "json_schema": {
                    "type": "object",
                    "description": "JSON Schema of one value, null apart.",
                },
                "digits": {
                    "anyOf": [
                        complete({"significant": whole, "decimals": whole}),
                        NULL,
                    ],
                    "description": "The most that an amount has of them.",
                },
                "many": {**flag, "description": "Whether it is a list of such values."},
                "nullable": {**flag, "description": "Whether it may be null."},
                "required": {**flag, "description": "Whether a data set must state it."},
                "unit": {"anyOf": [ref("Bilingual"), NULL]},
                "codes": {"anyOf": [ref("DictionaryCodes"), NULL]},
                "references": {
                    "anyOf": [complete({"resource": TEXT, "link": TEXT}), NULL],
                    "description": "The collection that it names a record of.",
                },
                "origin": {"type": "string", "enum": list(ORIGINS)},
                "derived_from": {**texts, "description": "The fields that it follows from."},
                "example": {"description": "What the example has there; null if nothing."},
                "csv": complete({"columns": texts, "form": TEXT}),
                "parameters": {**texts, "description": "What asks for it in its collection."},
                "sorts": {**texts, "description": "What sorts by it in its collection."},
            }
        ),
        "DictionaryCodes": complete(
            {
                "concept": TEXT,
                "closed": {**flag, "description": "Whether no data set can add a code."},
                "link": {**TEXT, "description": "Where the codes are served."},
                "codes": {
                    "type": ["array", "null"],
                    "description": "All of a closed list; null for an open one.",
                    "items": complete(
                        {
                            "code": TEXT,
                            "name": ref("Bilingual"),
                            "definition": {"anyOf": [ref("Bilingual"), NULL]},
                        }
                    ),
                },
            }
        ),
    }
