"""The schemas of what is no record: envelopes' parts, the service's own addresses, texts."""

from typing import Any

from schemas.fields.asked import Cursor, Since
from schemas.fields.time import MOMENT_PATTERN

Json = dict[str, Any]
MOMENT: Json = {"type": "string", "format": "date-time", "pattern": MOMENT_PATTERN}
NULL: Json = {"type": "null"}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def nullable(kind: str, description: str, **more: Any) -> Json:
    return {"type": [kind, "null"], "description": description, **more}


def answers() -> Json:
    """The named schemas of what is said around records, or beside them."""
    text: Json = {"type": "string"}
    return {
        "Pagination": complete(
            {
                "per_page": {"type": "integer", "minimum": 1, "maximum": 100},
                "count": nullable(
                    "integer", "How many records match; null if not counted.", minimum=0
                ),
                "count_is_exact": nullable("boolean", "False where counting stopped at a limit."),
                "page": nullable("integer", "This page's number; null after a cursor.", minimum=1),
                "pages": nullable(
                    "integer", "How many pages; null unless counted exactly.", minimum=1
                ),
                "next_cursor": nullable(
                    "string",
                    "Where the next page begins; null on the last.",
                    pattern=Cursor.pattern,
                ),
            }
        ),
        "PageLinks": complete(
            {
                "self": {"type": "string", "description": "This answer, for good."},
                "latest": {
                    "type": "string",
                    "description": "The same question of the newest data.",
                },
                "release": {"type": "string", "description": "The data version that answered."},
                "first": text,
                "prev": {"type": ["string", "null"]},
                "next": {"type": ["string", "null"]},
            }
        ),
        "Meta": complete(
            {
                "version": {"type": "integer", "minimum": 1, "description": "The data version."},
                "as_of": {**MOMENT, "description": "When it came."},
                "facets": {
                    "type": "object",
                    "description": "What `facets` asked for, by name.",
                    "additionalProperties": ref("Facet"),
                },
                "warnings": {
                    "type": "array",
                    "items": ref("Warning"),
                    "description": "Why nothing may have matched.",
                },
            }
        ),
        "ChangePage": complete(
            {
                "results": {
                    "type": "array",
                    "items": {
                        "allOf": [
                            ref("Change"),
                            {
                                "type": "object",
                                "properties": {"links": ref("ChangeLinks")},
                                "required": ["links"],
                            },
                        ]
                    },
                },
                "pagination": complete(
                    {
                        "per_page": {"type": "integer", "minimum": 1, "maximum": 100},
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
                        "self": {"type": "string", "description": "This answer, for good."},
                        "latest": {
                            "type": "string",
                            "description": "The same question of the newest data.",
                        },
                        "next": nullable("string", "The next page; null on the last."),
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
                        "as_of": {**MOMENT, "description": "When it came."},
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
        "Warning": complete(
            {
                "name": text,
                "code": text,
                "message": text,
                "suggestion": {"type": ["string", "null"]},
            }
        ),
        "Feature": complete(
            {
                "type": {"const": "Feature", "type": "string"},
                "id": text,
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
        "Index": complete(
            {
                "name": text,
                "description": text,
                "software": text,
                "data": complete(
                    {
                        "version": {"type": "integer"},
                        "as_of": MOMENT,
                    }
                ),
                "resources": {
                    "type": "object",
                    "additionalProperties": complete(
                        {
                            "description": text,
                            "count": {"type": "integer"},
                            "count_is_exact": {"type": "boolean"},
                            "link": text,
                            "pinned": {
                                "type": "string",
                                "description": "The collection as of this data version.",
                            },
                        }
                    ),
                },
                "links": {"type": "object", "additionalProperties": text},
                "templates": {
                    "type": "object",
                    "additionalProperties": text,
                    "description": "Addresses to be filled in, RFC 6570.",
                },
            }
        ),
        "Downloads": complete(
            {
                "data": complete({"version": {"type": "integer"}, "as_of": MOMENT}),
                "files": {"type": "array", "items": ref("Download")},
                "links": {"type": "object", "additionalProperties": text},
            }
        ),
        "Download": complete(
            {
                "name": text,
                "media_type": text,
                "description": text,
                "resource": nullable("string", "Whose records it has; null if all of them."),
                "available": {
                    "type": "boolean",
                    "description": "False where the service lacks what such a file needs.",
                },
                "at_hand": {
                    "type": "boolean",
                    "description": "Whether it is made already; else it is when it is asked for.",
                },
                "size": nullable("integer", "Its length in bytes, once it is at hand.", minimum=0),
                "sha256": nullable("string", "Its SHA-256, once it is at hand."),
                "links": complete(
                    {
                        "self": {"type": "string", "description": "This very file, for good."},
                        "latest": {"type": "string", "description": "That of the newest data."},
                    }
                ),
            }
        ),
        "JsonLd": {
            "type": "object",
            "description": "A record in the words of schema.org, as JSON-LD.",
            "properties": {"@context": {"type": "object"}, "@id": text, "@type": text},
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
        "DataPackage": {
            "type": "object",
            "description": "A Data Package, version 2.",
            "properties": {
                "$schema": text,
                "name": text,
                "version": text,
                "created": MOMENT,
                "resources": {"type": "array", "items": {"type": "object"}},
            },
            "additionalProperties": True,
            "required": ["$schema", "name", "version", "created", "resources"],
        },
        "Catalog": {
            "type": "object",
            "description": "A catalogue in the words of DCAT 3, as JSON-LD.",
            "properties": {
                "@context": {"type": "object"},
                "@id": text,
                "@type": {"const": "dcat:Catalog", "type": "string"},
                "dcat:dataset": {"type": "array", "items": {"type": "object"}},
            },
            "additionalProperties": True,
            "required": ["@context", "@id", "@type", "dcat:dataset"],
        },
        "IatiActivities": {"type": "string", "description": "IATI 2.03, XML."},
        "Linkset": complete({"linkset": {"type": "array", "items": {"type": "object"}}}),
        "CsvwMetadata": {"type": "object", "description": "Metadata of CSV on the Web."},
        "DatasetteMetadata": {
            "type": "object",
            "description": "What Datasette shows beside the SQLite file.",
        },
        "Binary": {"type": "string", "format": "binary", "description": "The bytes of a file."},
        "Status": complete({"status": text}),
        "ProblemType": complete(
            {
                "type": text,
                "code": text,
                "status": {"type": "integer"},
                "title": text,
                "help": text,
            }
        ),
        "Csv": {
            "type": "string",
            "description": "A header, then one line a record: RFC 4180. Columns are named by their "
            "paths; several values in one cell are parted by `|`.",
        },
        "Ndjson": {"type": "string", "description": "One record a line, as JSON."},
        "OpenApi": {"type": "object", "description": "This document, OpenAPI 3.1."},
        "TypeDeclarations": {
            "type": "string",
            "description": "A module of TypeScript: `paths`, `components`, `operations`.",
        },
        "ProblemTypes": complete({"problems": {"type": "array", "items": ref("ProblemType")}}),
    }


def complete(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}
