"""The operations of the document that serve the data in the words of other standards."""

from typing import Any

from api.spec.answers import ref
from api.spec.operations import EVERYWHERE, KEPT
from api.spec.parameters import parameter
from api.spec.responses import problems
from api.wire.standards import dcat, iati, linkset
from schemas.parameters import AS_OF

Json = dict[str, Any]
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
    found = {path: {"get": _versioned(*rest)} for path, *rest in DOCUMENTS}
    catalog = _operation(
        "get_api_catalog",
        linkset.MEDIA_TYPE,
        "Linkset",
        "API catalogue, RFC 9727",
        "What the service is, and where it is described.",
        kept="until the program changes",
    )
    return {**found, linkset.PATH: {"get": catalog}}


def _operation(
    operation_id: str, media_type: str, schema: str, summary: str, description: str, *, kept: str
) -> Json:
    headers, unchanged = KEPT[kept]
    return {
        "operationId": operation_id,
        "tags": ["standards"],
        "summary": summary,
        "description": description,
        "x-stability": "stable",
        "responses": {
            "200": {
                "description": description,
                "headers": headers,
                "content": {media_type: {"schema": ref(schema)}},
            },
            **unchanged,
            **problems(*EVERYWHERE),
        },
    }


def _versioned(*described: str) -> Json:
    """One that follows from the data version."""
    operation = _operation(*described, kept="until the data change")
    operation["parameters"] = [parameter(AS_OF)]
    operation["responses"] |= problems(404)
    return operation
