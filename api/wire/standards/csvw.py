"""CSV on the Web: metadata that says what each column of a CSV file holds."""

from api.wire.formats.as_csv import CSV, SEPARATOR
from api.wire.links import Links
from schemas import RESOURCES
from schemas.objects import Json
from schemas.resource import Resource
from schemas.table import Column, table

MEDIA_TYPE = "application/csvm+json"
CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "en"}]
# Where clients look for what describes `figures.csv`, and for what describes a whole folder.
SUFFIX = "-metadata.json"
GROUP = f"csv{SUFFIX}"
DATATYPES = {
    "text": "string",
    "url": "anyURI",
    "date": "date",
    "moment": "dateTimeStamp",
    # Of weeks, which ISO 8601 has and XML Schema has not.
    "duration": "string",
    "amount": "decimal",
    "whole": "integer",
    "number": "double",
    "flag": "boolean",
    "list": "string",
    "array": "json",
    "tuple": "json",
}


def table_metadata(resource: Resource, version: int | None = None) -> Json:
    """The metadata of one file: as a data version has it, or of whichever lies beside it.
    References to other files are the group's to tell."""
    return {"@context": CONTEXT, **_table(resource, version, alone=True)}


def group_metadata(version: int | None = None) -> Json:
    """The metadata of all the files of a folder together, with what names what."""
    return {
        "@context": CONTEXT,
        "tables": [_table(resource, version, alone=False) for resource in RESOURCES],
    }


def _table(resource: Resource, version: int | None, *, alone: bool) -> Json:
    keys = [
        {
            "columnReference": column.name,
            "reference": {"resource": _url(column.target, version), "columnReference": "id"},
        }
        for column in table(resource)
        # Validators hold an empty cell for a reference that leads nowhere.
        if column.target and column.kind != "list" and not (alone or column.nullable)
    ]
    return {
        "url": _url(resource.name, version),
        "dc:title": resource.name.capitalize(),
        "dc:description": resource.help.en,
        "dialect": {"header": True, "encoding": "utf-8", "lineTerminators": ["\r\n"]},
        "tableSchema": {
            "columns": [_column(column) for column in table(resource)],
            "primaryKey": "id",
            **({"foreignKeys": keys} if keys else {}),
        },
    }


def _url(name: str, version: int | None) -> str:
    """A file from where its metadata are: beside them, or as the version has it."""
    beside = f"{name}.{CSV.name}"
    return beside if version is None else Links.at(beside, version)


def _column(column: Column) -> Json:
    found: Json = {
        "name": column.name,
        "titles": column.path,
        "dc:description": column.help,
        "datatype": _datatype(column),
    }
    if column.kind == "list":
        found["separator"] = SEPARATOR
    elif not column.nullable and column.kind != "array":
        found["required"] = True
    return found


def _datatype(column: Column) -> Json | str:
    base = DATATYPES[column.kind]
    if column.choices:
        return {"base": base, "format": "|".join(column.choices)}
    if column.pattern:
        return {"base": base, "format": column.pattern}
    if column.kind in ("amount", "whole", "number"):
        metadata = column.field.metadata
        return {"base": base, "minimum": metadata["minimum"], "maximum": metadata["maximum"]}
    return base
