"""Metadata for Datasette, which shows the SQLite file as pages: what tables and columns mean."""

from collections.abc import Iterable

from api.wire.title import SUMMARY, TITLE
from schemas import RESOURCES
from schemas.objects import Json
from schemas.table import Column, elements, table

# What stands for a record where another names it: the first of these that it has.
LABELS = ("name.en", "title.en", "label.en", "title", "id")


def metadata(database: str) -> Json:
    """For `datasette quipu.sqlite --metadata datasette.json`."""
    return {
        "title": TITLE,
        "description": SUMMARY,
        "databases": {database: {"tables": _tables()}},
    }


def _tables() -> Json:
    found: Json = {}
    for resource in RESOURCES:
        columns = table(resource)
        plain = [column for column in columns if not column.is_list]
        paths = {column.path for column in plain}
        found[resource.name] = {
            "description": resource.help.en,
            "label_column": next(one for one in LABELS if one in paths).replace(".", "_"),
            "columns": _meanings(plain),
        }
        for column in columns:
            if column.is_list:
                found[f"{resource.name}_{column.name}"] = {
                    "description": f"{column.help}, in order.",
                    "columns": _meanings(elements(column)),
                }
    return found


def _meanings(columns: Iterable[Column]) -> dict[str, str]:
    return {one.name: one.help for one in columns}
