"""The operations of the document: for each resource its list and its items."""

from collections.abc import Callable, Sequence

from api.spec.document import document_operation, link
from api.spec.parameters import path_parameter
from api.spec.schemas import property_of, schema_name
from api.wire.formats import Format, item_formats, list_formats
from api.wire.links import dependents
from schemas import RESOURCES
from schemas.objects import Json
from schemas.parameters import list_parameters, shape_parameters
from schemas.resource import Resource


def collection_paths(resources: Sequence[Resource] = RESOURCES) -> Json:
    """`/{resource}` and `/{resource}/{id}` for each resource."""
    paths: Json = {}
    for resource in resources:
        paths[f"/{resource.name}"] = {"get": list_operation(resource)}
        paths[f"/{resource.name}/{{id}}"] = {"get": item_operation(resource)}
    return paths


def list_operation(resource: Resource) -> Json:
    formats = list_formats(resource)
    return document_operation(
        f"list_{resource.name}",
        resource.name,
        f"List {resource.name}",
        _described(resource, f"{resource.help.en} Filtered, sorted, searched and paged."),
        _bodies(formats, _list_schema, resource),
        list_parameters(resource, [format_.name for format_ in formats]),
        answer=f"The {resource.name} that match.",
        links=link(
            f"get_{resource.singular}",
            f"The first {resource.singular} of the page.",
            id="$response.body#/results/0/id",
        ),
        standing=_standing(resource),
        statuses=(404, 406, 409),
    )


def item_operation(resource: Resource) -> Json:
    formats = item_formats(resource)
    key = property_of(resource.instance.fields["id"])
    links: Json = {}
    for other, name in dependents(resource):
        description = f"The {other.name} that name this {resource.singular}."
        links |= link(f"list_{other.name}", description, **{name: "$response.body#/id"})
    return document_operation(
        f"get_{resource.singular}",
        resource.name,
        f"Get one {resource.singular}",
        _described(resource, f"A {resource.singular} by its id, with links to what it names."),
        _bodies(formats, _item_schema, resource),
        shape_parameters(resource, [format_.name for format_ in formats]),
        answer=f"The {resource.singular}.",
        paths=[path_parameter("id", f"The {resource.singular}'s id", key, resource.example)],
        links=links,
        standing=_standing(resource),
        statuses=(404, 406, 409),
    )


def _described(resource: Resource, text: str) -> str:
    return f"{text} {resource.deprecated.note}" if resource.deprecated else text


def _standing(resource: Resource) -> Json:
    retired = {"deprecated": True} if resource.deprecated else {}
    return {"x-stability": resource.stability, **retired}


def _bodies(
    formats: tuple[Format, ...],
    schema: Callable[[Format, Resource, str], str],
    resource: Resource,
) -> dict[str, str]:
    """{media type: schema} of a resource's formats, and of those of an answer that is narrowed."""
    found: dict[str, str] = {}
    for format_ in formats:
        found[format_.media_type] = schema(format_, resource, "")
        if format_.partial_type:
            found[format_.partial_type] = schema(format_, resource, "Part")
    return found


def _list_schema(format_: Format, resource: Resource, part: str) -> str:
    return format_.body or f"{schema_name(resource)}Page{part}"


def _item_schema(format_: Format, resource: Resource, part: str) -> str:
    return format_.item_body or format_.body or f"{schema_name(resource)}Item{part}"
