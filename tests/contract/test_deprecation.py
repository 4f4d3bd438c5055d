"""What is being retired is said once, in its declaration, and seen wherever it is used."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.datastructures import Headers

from api.spec.operations import collection_paths
from api.spec.schemas import component_schemas
from api.views.collection import collection_blueprint
from schemas import Resource
from schemas.about import STATED, about
from schemas.deprecation import Deprecation
from schemas.fields import Text
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


def test_the_filter_of_a_retired_field_is_retired_with_it() -> None:
    filters = replace(RETIRING, own_filters=(ORGANIZATION.own_filters[0]._replace(path="acronym"),))
    operation = collection_paths([filters])["/organizations"]["get"]
    assert next(p for p in operation["parameters"] if p["name"] == "kind")["deprecated"] is True


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
