"""Facets over HTTP: every value leads to as many records as it says."""

from typing import Any

import pytest

from schemas import FIGURE, RESOURCES, Resource
from schemas.facet import facets
from schemas.fields import Code, Flag, Reference
from tests.contract.conformance import CheckedClient
from tests.contract.test_filters import everything

NAMED = {resource.name: tuple(facet.name for facet in facets(resource)) for resource in RESOURCES}


def asked(client: CheckedClient, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()["meta"]["facets"]
    return found


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_each_value_leads_to_as_many_records_as_it_says(
    client: CheckedClient, resource: Resource
) -> None:
    names = NAMED[resource.name]
    found = asked(client, f"/{resource.name}?facets={','.join(names)}&facet_size=100")
    assert list(found) == list(names)
    for facet in facets(resource):
        values = found[facet.name]["values"]
        assert values
        assert not found[facet.name]["more"]
        if not facet.place.many:
            assert sum(one["count"] for one in values) == len(everything(client, resource))
        for one in values:
            page = client.get(one["links"]["apply"]).get_json()
            assert page["pagination"]["count"] == one["count"], (facet.name, one)
            (chosen,) = [v for v in page["meta"]["facets"][facet.name]["values"] if v["selected"]]
            assert (chosen["value"], chosen["count"]) == (one["value"], one["count"])


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_codes_references_and_flags_that_can_be_asked_for_can_be_facets(
    resource: Resource,
) -> None:
    for declared in resource.filters:
        field = resource.asked_places[declared.path].field
        if isinstance(field, Code | Reference | Flag) and declared.bare != "covers":
            assert declared.name in NAMED[resource.name]
    assert "covers" not in NAMED[resource.name]


def test_a_facet_ignores_its_own_filter_and_no_other(client: CheckedClient) -> None:
    question = "status=target&measure=count&facets=status,measure,unit"
    found = asked(client, f"/figures?{question}")
    records = everything(client, FIGURE)
    counts = {f["status"] for f in records if f["measure"] == "count"}
    assert {one["value"] for one in found["status"]["values"]} == counts
    targets = {f["measure"] for f in records if f["status"] == "target"}
    assert {one["value"] for one in found["measure"]["values"]} == targets
    assert {one["value"] for one in found["unit"]["values"]} == {"services", "enterprises"}


@pytest.mark.parametrize(
    ("question", "selected"),
    [
        ("status=target,planned", {"target", "planned"}),
        ("status__ne=target", {"achieved", "planned", "in_progress", "unclear"}),
        ("status__nin=target,planned", {"achieved", "in_progress", "unclear"}),
        ("measure=money", set()),
    ],
)
def test_what_a_filter_leaves_is_selected(
    client: CheckedClient, question: str, selected: set[str]
) -> None:
    values = asked(client, f"/figures?{question}&facets=status")["status"]["values"]
    assert {one["value"] for one in values if one["selected"]} == selected


def test_a_cut_facet_says_so_and_keeps_what_is_selected(client: CheckedClient) -> None:
    found = asked(client, "/figures?facets=status&facet_size=1")["status"]
    assert (len(found["values"]), found["more"]) == (1, True)
    kept = asked(client, "/figures?facets=status&facet_size=1&status=unclear,target")["status"]
    assert {one["value"] for one in kept["values"]} == {
        found["values"][0]["value"],
        "unclear",
        "target",
    }
    counts = [one["count"] for one in kept["values"]]
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize("size", range(1, 7))
def test_a_facet_is_cut_only_where_a_value_is_left(client: CheckedClient, size: int) -> None:
    """Also where what is selected is shown beside the most frequent."""
    every = asked(client, "/figures?facets=status")["status"]["values"]
    for selected in ("", "&status=unclear", "&status=unclear,target", "&status=achieved,planned"):
        found = asked(client, f"/figures?facets=status&facet_size={size}{selected}")["status"]
        assert found["more"] == (len(found["values"]) < len(every))


def test_what_is_not_stated_is_a_value_too(client: CheckedClient) -> None:
    (none,) = [
        one
        for one in asked(client, "/figures?facets=program")["program"]["values"]
        if one["value"] is None
    ]
    assert "program__isnull=true" in none["links"]["apply"]
    assert none["count"] == 2


def test_applying_a_value_keeps_the_rest_and_begins_at_the_first_page(
    client: CheckedClient,
) -> None:
    first = client.get("/figures?facets=status&per_page=2&measure=count&sort=-value").get_json()
    for address in (first["links"]["next"], f"{first['links']['self']}&page=2"):
        page = client.get(address).get_json()
        assert page["meta"]["facets"]["status"]["values"][0]["count"]
        apply = page["meta"]["facets"]["status"]["values"][0]["links"]["apply"]
        assert "cursor" not in apply
        assert "&page=2" not in apply
        for kept in ("facets=status", "per_page=2", "measure=count", "sort=-value", "as_of=4"):
            assert kept in apply


@pytest.mark.parametrize(
    "own", ["status=target", "status__nin=planned,unclear", "status__ne=target"]
)
def test_what_a_facet_chose_can_be_taken_back(client: CheckedClient, own: str) -> None:
    rest = "facets=status,measure&measure=count&per_page=1"
    first = client.get(f"/figures?{rest}&{own}").get_json()
    for address in (first["links"]["self"], first["links"]["next"]):
        clear = asked(client, address)["status"]["links"]["clear"]
        cleared, plain = client.get(clear).get_json(), client.get(f"/figures?{rest}").get_json()
        assert clear == plain["links"]["self"]
        assert cleared["meta"]["facets"]["status"]["links"] == {"clear": None}
        assert cleared["meta"]["facets"]["measure"]["links"]["clear"]


def test_facets_do_not_change_which_records_come(client: CheckedClient) -> None:
    page = client.get("/figures?per_page=2&sort=-value").get_json()
    further = client.get(f"{page['links']['next']}&facets=status")
    assert further.status_code == 200
    assert further.get_json()["results"] == client.get(page["links"]["next"]).get_json()["results"]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_without_facets_there_are_none(client: CheckedClient, resource: Resource) -> None:
    assert asked(client, f"/{resource.name}") == {}


@pytest.mark.parametrize("format_name", ["csv", "ndjson", "geojson"])
def test_a_format_that_has_no_place_for_facets_refuses_them(
    client: CheckedClient, format_name: str
) -> None:
    address = f"/regions?facets=kind&format={format_name}"
    answers = [
        client.get(address),
        client.get("/regions?facets=kind", headers={"Accept": "text/csv"}),
    ]
    for answer in answers:
        assert answer.status_code == 409
        (error,) = answer.get_json()["errors"]
        assert (error["name"], error["code"]) == ("facets", "contradiction")


@pytest.mark.parametrize(
    ("question", "status", "name"),
    [
        ("facets=colour", 400, "facets"),
        ("facets=value", 400, "facets"),
        ("facets=covers", 400, "facets"),
        ("facets=", 400, "facets"),
        ("facets=status&facet_size=0", 400, "facet_size"),
        ("facets=status&facet_size=101", 400, "facet_size"),
        ("facet_size=5", 409, "facet_size"),
    ],
)
def test_what_is_no_facet_is_refused(
    client: CheckedClient, question: str, status: int, name: str
) -> None:
    answer = client.get(f"/figures?{question}")
    assert answer.status_code == status
    assert [error["name"] for error in answer.get_json()["errors"]] == [name]


def test_all_facets_of_an_answer_take_one_statement(
    client: CheckedClient, statements: list[str]
) -> None:
    client.get(f"/figures?facets={','.join(NAMED['figures'])}&measure=count")
    assert len(statements) == 1 + 2 + 1


def test_what_is_not_null_chooses_every_value_but_null(client: CheckedClient) -> None:
    for stated in ("true", "false"):
        found = asked(client, f"/figures?program__isnull={stated}&facets=program")["program"]
        chosen = [one["value"] for one in found["values"] if one["selected"]]
        assert {value is None for value in chosen} == {stated == "true"}
    few = asked(client, "/figures?program__isnull=false&facets=program&facet_size=1")["program"]
    assert [one["value"] for one in few["values"]] == ["procompite"]
