"""Each filter of each resource, from its own example, against the model."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import FIGURE, RESOURCES, Resource
from schemas.parameter import Parameter
from schemas.parameters import filter_parameters
from tests.contract.conformance import CheckedClient
from tests.contract.model import matches

FILTERS = [(r, parameter) for r in RESOURCES for parameter in filter_parameters(r)]
# Filters whose example no seeded record can have: the article states no such thing.
UNSTATED = {"period_start", "year", "same_claim_as"}


def everything(client: CheckedClient, resource: Resource, **question: str) -> list[dict[str, Any]]:
    """All records of a collection, by the stream."""
    lines = client.get(f"/{resource.name}", query_string={**question, "format": "ndjson"}).text
    return [json.loads(line) for line in lines.splitlines()]


@pytest.mark.parametrize(
    ("resource", "parameter"), FILTERS, ids=[f"{r.name}-{p.name}" for r, p in FILTERS]
)
def test_each_filter_finds_what_the_model_finds(
    client: CheckedClient, resource: Resource, parameter: Parameter
) -> None:
    records = everything(client, resource)
    expected = [
        record["id"] for record in records if matches(parameter, parameter.example, record, records)
    ]
    page = client.get(
        f"/{resource.name}", query_string={parameter.name: parameter.example, "per_page": "100"}
    ).get_json()
    assert [record["id"] for record in page["results"]] == expected
    assert page["pagination"]["count"] == len(expected)
    assert page["meta"]["warnings"] == [] or not expected


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_each_example_is_a_value_that_some_record_has(
    client: CheckedClient, resource: Resource
) -> None:
    records = everything(client, resource)
    for declared in resource.filters:
        if declared.name in UNSTATED:
            continue
        parameter = next(p for p in filter_parameters(resource) if p.name == declared.name)
        found = [matches(parameter, parameter.example, record, records) for record in records]
        assert any(found), declared


QUESTIONS = st.lists(
    st.sampled_from(filter_parameters(FIGURE)), min_size=2, max_size=3, unique_by=lambda p: p.name
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=QUESTIONS)
def test_several_filters_all_hold(client: CheckedClient, asked: list[Parameter]) -> None:
    question = {parameter.name: parameter.example for parameter in asked}
    records = everything(client, FIGURE)
    expected = [
        record["id"]
        for record in records
        if all(matches(parameter, parameter.example, record, records) for parameter in asked)
    ]
    found = everything(client, FIGURE, **question)
    assert [record["id"] for record in found] == expected


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("metric=services,plans", {"regional-plans-services", "regional-plans-launched"}),
        ("metric=services&metric=plans", {"regional-plans-services", "regional-plans-launched"}),
        ("value__gt=9723&value__lt=143095", set()),
        (
            "value__gte=9723&value__lte=143095",
            {"procompite-business-plans", "regional-plans-services"},
        ),
        ("value=7.0", {"der-regions"}),
        ("value=7.00001", set()),
        ("value__gt=6.99999&value__lt=7.00001", {"der-regions"}),
        ("region=PE-PIU", {"der-regions", "der-investment"}),
        ("region=PE-LIM", set()),
        ("program__isnull=true", {"innovation-projects", "innovation-projects-cofinancing"}),
        ("regions__isnull=true", None),
        ("lower__gte=300000&status=target", {"procompite-enterprises"}),
        (
            "value__gte=200000&match=certain",
            {"procompite-enterprises", "innovation-projects-cofinancing", "pac-cofinancing"},
        ),
        (
            "value__gte=200000&match=stated",
            {
                "procompite-enterprises",
                "procompite-financing",
                "innovation-projects-cofinancing",
                "pac-cofinancing",
                "der-investment",
            },
        ),
        ("value__gt=300000&match=certain&metric=beneficiaries", {"procompite-enterprises"}),
        ("value__gt=300000&metric=beneficiaries", set()),
        (
            "value__lt=10000&match=possible&unit=plans,projects,services",
            {"regional-plans-launched", "innovation-projects", "pac-projects"},
        ),
        ("value__ne=7&match=certain&qualifier=about", set()),
        ("q=FINANCIAMIENTO+planes", {"procompite-financing"}),
        ("q=invers", {"der-investment"}),
    ],
)
def test_filters_by_hand(client: CheckedClient, question: str, ids: set[str] | None) -> None:
    response = client.get(f"/figures?{question}")
    if ids is None:
        assert response.status_code == 400
    else:
        assert {record["id"] for record in response.get_json()["results"]} == ids


def test_covers_adds_what_is_national_to_what_names_the_region(client: CheckedClient) -> None:
    names = {f["id"] for f in everything(client, FIGURE, region="PE-PIU")}
    national = {f["id"] for f in everything(client, FIGURE, scope="national")}
    covers = {f["id"] for f in everything(client, FIGURE, covers="PE-PIU")}
    assert covers == names | national
    assert {f["id"] for f in everything(client, FIGURE, covers="PE-LIM")} == national
    assert everything(client, FIGURE, covers="BR-SP") == []


def test_accents_make_no_difference_to_a_search(client: CheckedClient) -> None:
    for words in ("apurimac", "Apurímac", "APURÍMAC", "apu"):
        found = client.get("/regions", query_string={"q": words}).get_json()
        assert [region["id"] for region in found["results"]] == ["PE-APU"], words


@pytest.mark.parametrize("name", ["updated_at", "updated_since"])
def test_a_moment_between_two_milliseconds_is_between_what_came_in_them(
    client: CheckedClient, name: str
) -> None:
    moment = client.get("/programs?per_page=1").get_json()["results"][0]["updated_at"]
    later = moment.replace("Z", "5Z")
    counts = {
        f"{operator}{text}": client.get(f"/programs?{name}{operator}={text}").get_json()[
            "pagination"
        ]["count"]
        for operator in (["__gt", "__gte", "__lt", "__lte"] if name == "updated_at" else [""])
        for text in (moment, later)
    }
    every = client.get("/programs").get_json()["pagination"]["count"]
    after = {"__gt": (0, 0), "__gte": (every, 0), "__lt": (0, every), "__lte": (every, every)}
    expected = after if name == "updated_at" else {"": (every, 0)}
    assert counts == {
        f"{operator}{text}": number
        for operator, numbers in expected.items()
        for text, number in zip((moment, later), numbers, strict=True)
    }
