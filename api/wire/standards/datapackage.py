"""Data Package v2: the CSV files, each with a Table Schema; for the web or for the zip."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from api.wire.formats.as_csv import CSV, SEPARATOR
from api.wire.standards import Edition
from api.wire.title import HEADING
from schemas import RESOURCES
from schemas.objects import Json
from schemas.resource import Resource
from schemas.table import Column, table

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TABLE_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
TYPES = {
    "text": "string",
    "url": "string",
    "date": "date",
    "moment": "datetime",
    # Of weeks, which ISO 8601 has and XML Schema has not.
    "duration": "string",
    "amount": "number",
    "whole": "integer",
    "number": "number",
    "flag": "boolean",
    "list": "list",
    "array": "array",
    "tuple": "array",
}


class Weight(NamedTuple):
    """A file's length in bytes and its SHA-256 in hexadecimal."""

    size: int
    sha256: str


def package(
    edition: Edition,
    datasets: Iterable[Mapping[str, Any]],
    sources: Iterable[Mapping[str, Any]],
    *,
    terms: str,
    weights: Mapping[str, Weight] | None = None,
) -> Json:
    """The descriptor. With `weights` (by file name) of files that lie beside it, else of downloads.

    `terms` is the path of what says under which terms each data set may be used.
    """
    named = list(datasets)
    links = edition.links
    where = {"homepage": links.to("/"), "id": links.to("/datapackage.json", edition.pin)}
    return {
        "$schema": PROFILE,
        "name": "quipu",
        **(where if links.are_absolute else {}),
        "title": HEADING.en,
        "description": "\n\n".join(
            f"{dataset['title']['en']}: {dataset['description']['en']}" for dataset in named
        ),
        "version": str(edition.version),
        "created": edition.released_at,
        "licenses": [{"path": terms, "title": "The terms of each data set"}]
        + [
            {"path": dataset["licence_url"], "title": dataset["licence"]}
            for dataset in named
            if dataset["licence_url"]
        ],
        "sources": [
            {"title": source["title"], **({"path": source["url"]} if source["url"] else {})}
            for source in sources
        ],
        "resources": [_described(resource, edition, weights) for resource in RESOURCES],
    }


def _described(resource: Resource, edition: Edition, weights: Mapping[str, Weight] | None) -> Json:
    name = f"{resource.name}.{CSV.name}"
    path, more = name, {}
    if weights is None:
        path = edition.links.below_root(f"/downloads/{name}", edition.pin)
    else:
        more = {"bytes": weights[name].size, "hash": f"sha256:{weights[name].sha256}"}
    return {
        "name": resource.name,
        "type": "table",
        "title": resource.name.capitalize(),
        "description": resource.help.en,
        "path": path,
        "format": CSV.name,
        "mediatype": CSV.media_type,
        "encoding": "utf-8",
        **more,
        "schema": schema(resource),
    }


def schema(resource: Resource) -> Json:
    """A resource's Table Schema."""
    return {
        "$schema": TABLE_PROFILE,
        "fields": [_field(column) for column in table(resource)],
        "missingValues": [""],
        "primaryKey": ["id"],
        "foreignKeys": [
            {
                "fields": [column.path],
                "reference": {
                    "resource": "" if column.target == resource.name else column.target,
                    "fields": ["id"],
                },
            }
            for column in table(resource)
            if column.target and column.kind != "list"
        ],
    }


def _field(column: Column) -> Json:
    found: Json = {"name": column.path, "type": TYPES[column.kind], "description": column.help}
    if column.kind == "url":
        found["format"] = "uri"
    if column.kind == "list":
        found |= {"itemType": "string", "delimiter": SEPARATOR}
    constraints = _constraints(column)
    return {**found, "constraints": constraints} if constraints else found


def _constraints(column: Column) -> Json:
    found: Json = {}
    # An empty list is an empty cell, and so is what is not there.
    if not column.nullable and column.kind not in ("list", "array"):
        found["required"] = True
    if column.path == "id":
        found["unique"] = True
    if column.kind in ("amount", "whole", "number"):
        metadata = column.field.metadata
        found |= {name: metadata[name] for name in ("minimum", "maximum")}
    if column.choices:
        found["enum"] = list(column.choices)
    elif column.pattern and column.kind == "text":
        found["pattern"] = column.pattern
    return found
