"""The data dictionary: what every field of every record is, for people and for programs.

It is read off the declarations, the packaged codelists and the packaged example of each resource;
so it needs no database, and is the same for the served document and the committed pages.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from marshmallow import fields

from api.intake.packaged import packaged_datasets
from api.intake.records import RawRecord
from api.spec.schemas import property_of
from api.wire.formats.as_csv import columns
from api.wire.links import Links
from schemas import RESOURCES
from schemas.about import ORIGINS, About, Bilingual, with_retirement
from schemas.compact import dump, parse
from schemas.fields import Amount, Code, LanguageMap, Reference
from schemas.objects import Json
from schemas.parameters import filter_parameters
from schemas.paths import Member, members, values_at
from schemas.resource import Resource

# How a value stands in CSV.
CSV_FORMS = {
    "value": Bilingual(
        "The value; an empty cell where there is none",
        "El valor; una celda vacía si no lo hay",
    ),
    "joined": Bilingual(
        "Several values in one cell, parted by `|`",
        "Varios valores en una celda, separados por `|`",
    ),
    "json": Bilingual("JSON in one cell", "JSON en una celda"),
    "spread": Bilingual("A column for each of its parts", "Una columna para cada parte"),
}


def dictionary(links: Links, names: Iterable[str] = ()) -> Json:
    """The dictionary of all resources, or of those that are named."""
    chosen = set(names) or {resource.name for resource in RESOURCES}
    return {
        "resources": [_resource(one, links) for one in RESOURCES if one.name in chosen],
        "origins": {code: texts.as_map for code, texts in ORIGINS.items()},
        "csv_forms": {code: texts.as_map for code, texts in CSV_FORMS.items()},
        "links": {"self": links.dictionary(names), "document": links.to("/openapi.json")},
    }


def _resource(resource: Resource, links: Links) -> Json:
    example = example_record(resource)
    return {
        "name": resource.name,
        "noun": resource.noun.as_map,
        "description": with_retirement(resource.help, resource.deprecated).as_map,
        "link": links.collection(resource),
        "example": links.item(resource, resource.example),
        "fields": [_field(resource, one, example, links) for one in _in_order(resource)],
    }


def _in_order(resource: Resource) -> list[Member]:
    """The fields in the order in which they are served."""
    order = resource.members
    return sorted(
        members(resource.instance), key=lambda member: order.index(member.path.split(".")[0])
    )


def _field(resource: Resource, member: Member, example: Mapping[str, Any], links: Links) -> Json:
    about: About = member.field.metadata["about"]
    column_names, form = _csv(resource, member)
    return {
        "path": member.path,
        "label": about.label.as_map,
        "meaning": about.meaning.as_map,
        "json_schema": _schema(member.inner),
        "digits": _digits(member.inner),
        "many": isinstance(member.field, fields.List),
        "nullable": bool(member.field.allow_none),
        "required": bool(member.field.required),
        "unit": about.unit.as_map if about.unit else None,
        "codes": _codes(member.inner, links),
        "references": _reference(member.inner, links),
        "origin": about.origin,
        "derived_from": list(about.of),
        "example": _example(resource, member, example),
        "csv": {"columns": column_names, "form": form},
        "parameters": [
            asked.name
            for asked in filter_parameters(resource)
            if asked.place and _is_at(asked.place.told_by or asked.place.path, member)
        ],
        "sorts": [sort.name for sort in resource.sorts if _is_at(sort.path, member)],
    }


def _schema(inner: fields.Field[Any]) -> Json:
    """One value, as the document describes it; what is nested has rows of its own."""
    return {"type": "object"} if isinstance(inner, fields.Nested) else property_of(inner)


def _digits(inner: fields.Field[Any]) -> Json | None:
    """How exact an amount is: no schema can say it."""
    if not isinstance(inner, Amount):
        return None
    return {"significant": inner.significant_digits, "decimals": inner.decimals}


def _is_at(path: str, member: Member) -> bool:
    """Whether a filter or a sort looks at a field, or at one of its languages."""
    if isinstance(member.inner, LanguageMap):
        return path.rpartition(".")[0] == member.path
    return path == member.path


def _codes(inner: fields.Field[Any], links: Links) -> Json | None:
    """A list of codes: a closed one with all that it holds, an open one by where to find it."""
    if not isinstance(inner, Code):
        return None
    closed = packaged_codes()[inner.concept] if inner.choices else None
    return {
        "concept": inner.concept,
        "closed": closed is not None,
        "link": links.codelists(inner.concept),
        "codes": closed,
    }


def _reference(inner: fields.Field[Any], links: Links) -> Json | None:
    """Which collection a value names a record of."""
    if not isinstance(inner, Reference):
        return None
    return {"resource": inner.target, "link": links.to(f"/{inner.target}")}


def _csv(resource: Resource, member: Member) -> tuple[list[str], str]:
    """The columns that a field is found in, and how."""
    known = [column.path for column in columns(resource)]
    for column in known:
        if member.path == column:
            plain = isinstance(member.inner, fields.String)
            whole = isinstance(member.inner, fields.Nested | fields.Tuple)
            return [column], "json" if whole else "joined" if member.many and plain else "value"
        if member.path.startswith(f"{column}."):
            return [column], "json"
    return [column for column in known if column.startswith(f"{member.path}.")], "spread"


def _example(resource: Resource, member: Member, record: Mapping[str, Any]) -> Any:
    """What the example has there; where it has nothing, what the filter by it is shown with.

    Of several values all, of those within others the first.
    """
    found = values_at(record, member.path) or [
        declared.example for declared in resource.own_filters if declared.path == member.path
    ]
    if isinstance(member.field, fields.List | fields.Tuple):
        return found or None
    return found[0] if found else None


@cache
def packaged_codes() -> dict[str, list[Json]]:
    """{concept: [{code, name, definition}]} of the codelists that come with the program."""
    found: dict[str, list[Json]] = {}
    for record in _packaged("codelists"):
        entries = [{"definition": None, **entry} for entry in record["codes"]]
        found.setdefault(record["concept"], []).extend(entries)
    return found


@cache
def example_record(resource: Resource) -> Json:
    """The packaged example of a resource, as it is served but for when it was loaded."""
    raw = next(one for one in _packaged(resource.name) if one["id"] == resource.example)
    loaded = resource.instance.load(raw)
    served: Json = parse(dump(resource.instance.dump({**loaded, "dataset": resource.dataset})))
    return served


@cache
def _packaged(name: str) -> list[Json]:
    return [record.data for record in _records() if record.resource == name]


@cache
def _records() -> list[RawRecord]:
    return [record for bundle in packaged_datasets() for record in bundle.records]
