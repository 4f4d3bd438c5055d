"""What is being retired is said once, in its declaration, and seen wherever it is used."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from marshmallow import fields
from werkzeug.datastructures import Headers

from api.spec.dictionary import dictionary
from api.spec.operations import collection_paths
from api.spec.schemas import component_schemas
from api.views.collection import collection_blueprint
from api.wire.links import Links
from schemas import Resource
from schemas.about import STATED, about
from schemas.deprecation import Deprecation
from schemas.fields import Code, LanguageMap, Text
from schemas.organization import ORGANIZATION, OrganizationSchema

Ask = Callable[[Resource, str], Headers]
FIELD = Deprecation("2030-01-31", "2031-01-31")
FILTER = Deprecation("2029-06-01")
RESOURCE = Deprecation("2028-01-01", "2028-12-31")
# RFC 9745 counts the seconds since 1970.
FIELD_SINCE = "@1896048000"


class RetiringSchema(OrganizationSchema):
    acronym = Text(
        load_default=None,
        allow_none=True,
        metadata=about(
            "Its short name", "Su nombre corto", ("acronym", "sigla"), STATED, deprecated=FIELD
        ),
    )


RETIRING = replace(
    ORGANIZATION,
    schema=RetiringSchema,
    own_filters=tuple(
        declared._replace(deprecated=FILTER) if declared.name == "kind" else declared
        for declared in ORGANIZATION.own_filters
    ),
)


class RenamedSchema(OrganizationSchema):
    name = LanguageMap(
        required=True,
        metadata=about("Name", "Nombre", ("name", "nombre"), STATED, deprecated=FIELD),
    )
    roles = fields.List(
        Code("organization-roles"),
        load_default=list,
        metadata=about("Roles", "Papeles", ("roles", "papeles"), STATED, deprecated=FILTER),
    )


RENAMED = replace(ORGANIZATION, schema=RenamedSchema)
RETIRED = replace(ORGANIZATION, deprecated=RESOURCE)


@pytest.fixture
def asked(app: Flask) -> Ask:
    """`asked(resource, address)`: the headers of the answer of a service with this resource."""

    def ask(resource: Resource, address: str) -> Headers:
        other = Flask("api")
        other.register_blueprint(collection_blueprint(resource, app.extensions["quipu"]))
        response = other.test_client().get(address)
        assert response.status_code == 200, response.text
        return response.headers

    return ask


def test_a_retired_field_is_documented_in_records_and_told_to_who_asks_for_it(asked: Ask) -> None:
    record = component_schemas([RETIRING])["Organization"]["properties"]
    assert record["acronym"]["deprecated"] is True
    assert record["acronym"]["description"] == (
        "Its short name. Deprecated since 2030-01-31; it may be gone from 2031-01-31 on."
    )
    assert [name for name, member in record.items() if "deprecated" in member] == ["acronym"]
    for path in ("/organizations", "/organizations/produce"):
        headers = asked(RETIRING, f"{path}?fields=id,acronym")
        assert headers["Deprecation"] == FIELD_SINCE
        assert headers["Sunset"] == "Fri, 31 Jan 2031 00:00:00 GMT"
        assert "Deprecation" not in asked(RETIRING, f"{path}?fields=id")
        assert "Deprecation" not in asked(RETIRING, path)


def test_a_retired_filter_is_documented_and_told_to_who_uses_it(asked: Ask) -> None:
    (operation,) = (
        item["get"] for path, item in collection_paths([RETIRING]).items() if "{" not in path
    )
    retired = {p["name"]: p["description"] for p in operation["parameters"] if p.get("deprecated")}
    assert {"kind", "kind__ne", "kind__in", "kind__nin"} <= set(retired)
    assert retired["kind"].endswith(" Deprecated since 2029-06-01.")
    headers = asked(RETIRING, "/organizations?kind=ministry")
    assert headers["Deprecation"] == "@1874966400"
    assert "Sunset" not in headers
    assert "Deprecation" not in asked(RETIRING, "/organizations?role=funder")


def test_who_sorts_by_a_retired_field_or_counts_by_a_retired_filter_is_told(asked: Ask) -> None:
    for sort in ("name_es", "-name_en", "kind,name_en"):
        assert asked(RENAMED, f"/organizations?sort={sort}")["Deprecation"] == FIELD_SINCE
    assert "Deprecation" not in asked(RENAMED, "/organizations?sort=kind")
    assert asked(RETIRING, "/organizations?facets=kind")["Deprecation"] == "@1874966400"
    assert "Deprecation" not in asked(RETIRING, "/organizations?facets=role")


def test_the_dictionary_tells_of_a_retired_field_and_resource_in_each_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = replace(RETIRING, deprecated=RESOURCE)
    monkeypatch.setattr("api.spec.dictionary.RESOURCES", (both,))
    (told,) = dictionary(Links("", "quipu.invalid,2021"))["resources"]
    assert told["description"]["en"].endswith(
        ". Deprecated since 2028-01-01; it may be gone from 2028-12-31 on."
    )
    assert told["description"]["es"].endswith(
        ". Obsoleto desde el 2028-01-01; puede desaparecer a partir del 2028-12-31."
    )
    meanings = {field["path"]: field["meaning"] for field in told["fields"]}
    assert meanings["acronym"] == {
        "en": "Its short name. Deprecated since 2030-01-31; it may be gone from 2031-01-31 on.",
        "es": "Su nombre corto. Obsoleto desde el 2030-01-31; puede desaparecer a partir del "
        "2031-01-31.",
    }
    assert "Deprecated" not in meanings["id"]["en"]


def test_the_filter_of_a_retired_field_is_retired_with_it() -> None:
    filters = replace(RETIRING, own_filters=(ORGANIZATION.own_filters[0]._replace(path="acronym"),))
    operation = collection_paths([filters])["/organizations"]["get"]
    assert next(p for p in operation["parameters"] if p["name"] == "kind")["deprecated"] is True
    for path, item in collection_paths([RENAMED]).items():
        retired = {p["name"] for p in item["get"]["parameters"] if p.get("deprecated")}
        names = {"role", "role__ne", "role__in", "role__nin", "role__isnull"}
        assert retired == (set() if "{" in path else names)


def test_a_retired_resource_is_documented_and_told_in_every_answer(asked: Ask) -> None:
    for item in collection_paths([RETIRED]).values():
        assert item["get"]["deprecated"] is True
        assert item["get"]["description"].endswith(RESOURCE.note)
    for path in ("/organizations", "/organizations/produce", "/organizations?format=csv"):
        headers = asked(RETIRED, path)
        assert headers["Deprecation"] == "@1830297600"
        assert headers["Sunset"] == "Sun, 31 Dec 2028 00:00:00 GMT"


def test_of_several_the_earliest_dates_are_told(asked: Ask) -> None:
    both = replace(RETIRING, deprecated=RESOURCE)
    headers = asked(both, "/organizations?fields=acronym&kind=ministry")
    assert headers["Deprecation"] == "@1830297600"
    assert headers["Sunset"] == "Sun, 31 Dec 2028 00:00:00 GMT"


def test_the_headers_of_retirement_are_documented_for_every_resource() -> None:
    for item in collection_paths().values():
        assert {"Deprecation", "Sunset"} <= set(item["get"]["responses"]["200"]["headers"])


def test_nothing_is_retired_yet(asked: Ask) -> None:
    assert "Deprecation" not in asked(ORGANIZATION, "/organizations?kind=ministry")
    for item in collection_paths().values():
        assert "deprecated" not in item["get"]
