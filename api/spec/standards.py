"""The operations of the document that serve the data in the words of other standards, and what
they answer."""

from collections.abc import Sequence
from functools import partial

from api.spec.answers import MOMENT, TEXT, complete
from api.spec.document import LINKED_HEADERS, document_operation
from api.spec.responses import TAG_HEADERS
from api.wire.standards import dcat, iati, linkset
from schemas.objects import Json
from schemas.parameter import Parameter
from schemas.parameters import AS_OF

# (path, operation, media type, schema, summary, description)
DOCUMENTS = (
    (
        "/datapackage.json",
        "get_datapackage",
        "application/json",
        "DataPackage",
        "Data Package",
        "Describes the CSV downloads: each column's type, what it can hold and what it names.",
    ),
    (
        "/catalog.jsonld",
        "get_catalog",
        dcat.MEDIA_TYPE,
        "Catalog",
        "Catalogue, DCAT 3",
        "The data sets, everything that they can be had as, and this service, as JSON-LD.",
    ),
    (
        "/iati.xml",
        "get_iati",
        iati.MEDIA_TYPE,
        "IatiActivities",
        "IATI 2.03 activities",
        "Programmes as activities, and their figures as results; no budgets, no transactions. "
        "What IATI demands and no source states is marked as such. A data version without "
        "programmes has no such document.",
    ),
)


def standard_paths() -> Json:
    """`/datapackage.json`, `/catalog.jsonld`, `/iati.xml`, `/.well-known/api-catalog`."""
    versioned = partial(_operation, headers=LINKED_HEADERS, parameters=(AS_OF,), statuses=(404,))
    found = {path: {"get": versioned(*rest)} for path, *rest in DOCUMENTS}
    catalog = _operation(
        "get_api_catalog",
        linkset.MEDIA_TYPE,
        "Linkset",
        "API catalogue, RFC 9727",
        "What the service is, and where it is described.",
        headers=TAG_HEADERS,
    )
    return {**found, linkset.PATH: {"get": catalog}}


def _operation(
    operation_id: str,
    media_type: str,
    schema: str,
    summary: str,
    description: str,
    *,
    headers: Json,
    parameters: Sequence[Parameter] = (),
    statuses: Sequence[int] = (),
) -> Json:
    return document_operation(
        operation_id,
        "standards",
        summary,
        description,
        {media_type: schema},
        parameters,
        answer=description,
        headers=headers,
        statuses=statuses,
    )


def standard_answers() -> Json:
    """The named schemas of what is said in the words of others."""
    return {
        "DataPackage": {
            "type": "object",
            "description": "A Data Package, version 2.",
            "properties": {
                "$schema": TEXT,
                "name": TEXT,
                "version": TEXT,
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
                "@id": TEXT,
                "@type": {"const": "dcat:Catalog", "type": "string"},
                "dcat:dataset": {"type": "array", "items": {"type": "object"}},
            },
            "additionalProperties": True,
            "required": ["@context", "@id", "@type", "dcat:dataset"],
        },
        "IatiActivities": {"type": "string", "description": "IATI 2.03, XML."},
        "Linkset": complete({"linkset": {"type": "array", "items": {"type": "object"}}}),
    }
