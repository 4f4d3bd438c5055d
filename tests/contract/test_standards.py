"""The data in the words of other standards: they say what the records say, and lead where they say.

That they are what the standards want, `make standards` asks validators that are not ours.
"""

import csv
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from api.wire.formats.as_annotation import write as write_annotation
from schemas import BY_NAME, FIGURE, RESOURCES, Resource
from schemas.table import table
from tests.contract.conformance import CheckedClient
from tests.contract.test_changes import drop
from tests.contract.test_filters import everything
from tests.contract.test_time import change, load

DOCUMENTS = ("/datapackage.json", "/catalog.jsonld", "/iati.xml")
# Where a description is one text, in English.
DESCRIPTIONS = ("/datapackage.json", "/downloads/figures.csv-metadata.json")
EACH = pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_document_is_pinned_tagged_and_for_good(
    client: CheckedClient, database: Path, dataset: Path, statements: list[str], path: str
) -> None:
    old = client.get(path)
    assert f'<{path}?as_of=4>; rel="self"' in old.headers["Link"]
    statements.clear()
    assert client.get(path, headers={"If-None-Match": old.headers["ETag"]}).status_code == 304
    assert len(statements) == 1
    change(dataset, "acronym: PAC", "acronym: PACX", "programs.yaml")
    change(dataset, "status: achieved", "status: in_progress")
    load(database, dataset)
    new, pinned = client.get(path), client.get(f"{path}?as_of=4")
    assert pinned.get_data() == old.get_data()
    assert pinned.headers["ETag"] == old.headers["ETag"]
    assert new.get_data() != old.get_data()


def test_what_this_is_everything_says_in_the_same_words(client: CheckedClient) -> None:
    summary = client.get("/").get_json()["description"]
    assert client.get("/openapi.json").get_json()["info"]["summary"] == summary
    assert client.get("/downloads/datasette.json").get_json()["description"] == summary
    heading = client.get("/datapackage.json").get_json()["title"]
    catalog = client.get("/catalog.jsonld").get_json()
    for one in (catalog, catalog["dcat:dataset"][0], catalog["dcat:service"]):
        said = {text["@language"]: text["@value"] for text in one["dcterms:title"]}
        assert said["en"] == heading
        assert said["es"] == "Quipu: programas públicos y las cifras que se dijeron de ellos"
    assert summary.lower().startswith(heading.removeprefix("Quipu: "))


# Data Package


def test_the_data_package_leads_to_each_csv_file_as_it_was(client: CheckedClient) -> None:
    package = client.get("/datapackage.json").get_json()
    assert package["version"] == "4"
    for described, resource in zip(package["resources"], RESOURCES, strict=True):
        answer = client.get(f"/{described['path']}")
        assert answer.headers["Quipu-Data-Version"] == "4"
        header = answer.text.split("\r\n")[0].split(",")
        assert header == [field["name"] for field in described["schema"]["fields"]]
        assert header == [column.path for column in table(resource)]


@pytest.mark.parametrize("address", DESCRIPTIONS)
def test_every_description_is_a_text(client: CheckedClient, address: str) -> None:
    told = list(described(client.get(address).get_json()))
    assert told
    assert all(isinstance(text, str) for text in told)


def described(document: Any) -> Iterator[Any]:
    """Every description in a document, however deep."""
    if isinstance(document, list):
        for one in document:
            yield from described(one)
    elif isinstance(document, dict):
        for name, value in document.items():
            if name in ("description", "dc:description"):
                yield value
            else:
                yield from described(value)


def test_a_closed_list_is_the_same_in_the_description_as_in_the_declaration(
    client: CheckedClient,
) -> None:
    package = client.get("/datapackage.json").get_json()
    (figures,) = [one for one in package["resources"] if one["name"] == "figures"]
    told = {f["name"]: f.get("constraints", {}) for f in figures["schema"]["fields"]}
    for column in table(FIGURE):
        assert tuple(told[column.path].get("enum", ())) == column.choices
        if column.kind == "amount":
            assert (told[column.path]["minimum"], told[column.path]["maximum"]) == (
                column.field.metadata["minimum"],
                column.field.metadata["maximum"],
            )


def test_every_cell_is_as_the_description_demands(client: CheckedClient) -> None:
    for described in client.get("/datapackage.json").get_json()["resources"]:
        records = list(csv.DictReader(client.get(f"/{described['path']}").text.splitlines(True)))
        for field in described["schema"]["fields"]:
            demanded = field.get("constraints", {})
            cells = [record[field["name"]] for record in records]
            assert not demanded.get("required") or all(cells), field
            assert not demanded.get("unique") or len(set(cells)) == len(cells), field
            for cell in filter(None, cells):
                assert cell in demanded.get("enum", (cell,)), field
                assert re.fullmatch(demanded.get("pattern", "(?s:.*)"), cell), (field, cell)


# DCAT


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every map within a document."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def test_the_catalogue_has_each_data_set_and_everything_that_it_can_be_had_as(
    client: CheckedClient,
) -> None:
    catalog = client.get("/catalog.jsonld").get_json()
    ids = {one["dcterms:identifier"] for one in catalog["dcat:dataset"]}
    assert ids == {"quipu", *(record["id"] for record in dataset_records(client))}
    addresses = {
        node["dcat:accessURL"]["@id"]: node["dcat:mediaType"]["@id"].split("media-types/")[1]
        for node in nodes(catalog)
        if node.get("@type") == "dcat:Distribution"
    }
    assert len(addresses) > 50
    for address, media_type in addresses.items():
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.mimetype == media_type, address


def dataset_records(client: CheckedClient) -> list[dict[str, Any]]:
    (resource,) = (resource for resource in RESOURCES if resource.name == "datasets")
    return everything(client, resource)


def test_the_catalogue_has_a_data_sets_own_times_and_terms(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    before = {one["@id"].split("?")[0]: one for one in datasets_of(client)}
    change(dataset, "acronym: PAC", "acronym: PACX", "programs.yaml")
    load(database, dataset)
    after = {one["@id"].split("?")[0]: one for one in datasets_of(client)}
    moved = {
        name
        for name in after
        if after[name]["dcterms:modified"] != before[name]["dcterms:modified"]
    }
    assert moved == {"/datasets/perumin-2021", "/downloads"}
    for record in dataset_records(client):
        told = after[f"/datasets/{record['id']}"]
        assert told["dcterms:issued"] == before[f"/datasets/{record['id']}"]["dcterms:issued"]
        assert told["dcterms:rights"]["rdfs:label"] == record["licence"]
        assert told.get("dcterms:license", {}).get("@id") == record["licence_url"]


def datasets_of(client: CheckedClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/catalog.jsonld").get_json()["dcat:dataset"]
    return found


# schema.org, PROV


@EACH
def test_each_record_can_be_had_in_the_words_of_schema_org(
    client: CheckedClient, resource: Resource
) -> None:
    for record in everything(client, resource):
        answer = client.get(f"/{resource.name}/{record['id']}?format=jsonld").get_json()
        assert answer["@id"] == f"/{resource.name}/{record['id']}?as_of=4"
        assert record["id"] in (answer["identifier"], *answer["identifier"])
        for node in nodes(answer):
            if set(node) == {"@type", "@id"}:
                assert client.get(node["@id"]).status_code == 200


def test_a_region_in_the_words_of_schema_org_has_its_place(client: CheckedClient) -> None:
    for record in everything(client, BY_NAME["regions"]):
        told = client.get(f"/regions/{record['id']}?format=jsonld").get_json()
        place, geo = record["location"], told.get("geo")
        assert told["@type"] == ("AdministrativeArea" if record["parent"] else "Country")
        assert (geo and [geo["longitude"], geo["latitude"]]) == (place and place["coordinates"])
        assert geo is None or geo["@type"] == "GeoCoordinates"


def test_an_organization_in_the_words_of_schema_org_is_a_states_or_not(
    client: CheckedClient,
) -> None:
    states = {"ministry", "public_programme", "government_level", "council"}
    for record in everything(client, BY_NAME["organizations"]):
        told = client.get(f"/organizations/{record['id']}?format=jsonld").get_json()
        of_a_state = told["@type"] == "GovernmentOrganization"
        assert of_a_state == (record["kind"] in states), record["kind"]


def test_a_figure_in_the_words_of_schema_org_has_its_bounds(client: CheckedClient) -> None:
    for record in everything(client, FIGURE):
        told = client.get(f"/figures/{record['id']}?format=jsonld").get_json()
        assert (told["value"], told.get("minValue"), told.get("maxValue")) == (
            record["value"], record["lower"], record["upper"],
        )  # fmt: skip
        assert {text["@language"]: text["@value"] for text in told["description"]} == (
            record["display"]
        )


def test_the_provenance_of_a_figure_tells_each_version_and_what_it_comes_from(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    named = "id: procompite-financing\n"
    change(dataset, named, f"{named}  rank: preferred\n")
    load(database, dataset)
    told = client.get("/figures/procompite-financing?format=prov").get_json()
    versions = [name for name, one in told["entity"].items() if "prov:value" in one]
    assert versions == [
        "figure:procompite-financing?as_of=4",
        "figure:procompite-financing?as_of=5",
    ]
    for name, rank in zip(versions, ("normal", "preferred"), strict=True):
        prefix, local = name.split(":", 1)
        item = client.get(told["prefix"][prefix] + local).get_json()
        assert item["rank"] == rank
        assert item["value"] == told["entity"][name]["prov:value"]
    derived = {
        (one["prov:generatedEntity"], one["prov:usedEntity"])
        for one in told["wasDerivedFrom"].values()
    }
    first, second = versions
    assert derived == {
        (first, "source:perumin-2021-04-28"),
        (second, "source:perumin-2021-04-28"),
        (second, first),
    }
    assert set(told["activity"]) == {"load:4", "load:5"}
    assert {one["prov:agent"] for one in told["wasAttributedTo"].values()} == {
        "organization:produce"
    }
    pinned = client.get("/figures/procompite-financing?format=prov&as_of=4").get_json()
    assert set(pinned["activity"]) == {"load:4"}


HOSTILE = "</script><!--<script>"


def test_json_ld_can_be_put_into_a_page_as_it_is(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    change(dataset, "en: Business plans financed", f"en: {HOSTILE}")
    change(dataset, "en: Programmes for", f"en: {HOSTILE}", "dataset.yaml")
    load(database, dataset)
    figure = next(f["id"] for f in everything(client, FIGURE) if HOSTILE in f["label"]["en"])
    for path in (
        f"/figures/{figure}?format=jsonld",
        "/datasets/perumin-2021?format=jsonld",
        "/catalog.jsonld",
    ):
        text = client.get(path).text
        assert "</" not in text, path
        assert "<!" not in text, path
        assert any(HOSTILE in told for told in strings(json.loads(text))), path
    evidence = client.get(f"/figures/{figure}/evidence").get_json()
    text = write_annotation({**evidence, "display": {"en": HOSTILE}})
    assert "</" not in text
    assert HOSTILE in strings(json.loads(text))
    # What is no JSON-LD stays as it is stored.
    assert HOSTILE in client.get(f"/figures/{figure}").text


def strings(value: Any) -> list[str]:
    """Every text in a document, however deep."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in strings(one)]


def test_a_figure_that_was_withdrawn_and_came_again_is_told_as_two(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    path, before = dataset / "figures.yaml", (dataset / "figures.yaml").read_bytes()
    drop(dataset, "der-regions")
    load(database, dataset)
    path.write_bytes(before)
    load(database, dataset)
    told = client.get("/figures/der-regions?format=prov").get_json()
    at = {c["version"]: c["at"] for c in client.get("/changes?kind=deleted").get_json()["results"]}
    assert list(told["wasInvalidatedBy"].values()) == [
        {
            "prov:entity": "figure:der-regions?as_of=4",
            "prov:activity": "load:5",
            "prov:time": at[5],
        }
    ]
    assert set(told["activity"]) == {"load:4", "load:5", "load:6"}
    assert told["activity"]["load:5"]["prov:endTime"] == at[5]
    kinds = [one["prov:type"]["$"] for one in told["wasDerivedFrom"].values()]
    assert kinds == ["prov:PrimarySource", "prov:PrimarySource"]
    generated = {one["prov:activity"] for one in told["wasGeneratedBy"].values()}
    assert generated == {"load:4", "load:6"}


@pytest.mark.parametrize("format_", ["jsonld", "prov"])
@pytest.mark.parametrize("asked", ["fields=id", "include=program"])
def test_a_record_that_is_written_as_a_whole_is_not_narrowed_in_silence(
    client: CheckedClient, format_: str, asked: str
) -> None:
    answer = client.get(f"/figures/{FIGURE.example}?format={format_}&{asked}")
    assert answer.status_code == 409
    (error,) = answer.get_json()["errors"]
    assert error["name"] == asked.split("=", maxsplit=1)[0]


def test_formats_of_items_are_none_of_lists(client: CheckedClient) -> None:
    for format_ in ("jsonld", "prov"):
        assert client.get(f"/figures?format={format_}").status_code == 400
    assert client.get("/figures", headers={"Accept": "application/ld+json"}).status_code == 406
    item = client.get(f"/figures/{FIGURE.example}", headers={"Accept": "application/ld+json"})
    assert item.mimetype == "application/ld+json"
    assert client.get("/programs/procompite?format=prov").status_code == 400


# RFC 9727


def test_the_api_catalogue_leads_to_what_it_names(client: CheckedClient) -> None:
    answer = client.get("/.well-known/api-catalog")
    assert answer.headers["Content-Type"] == (
        'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
    )
    relations: dict[str, str] = {}
    for context in answer.get_json()["linkset"]:
        assert client.get(context["anchor"]).status_code == 200
        for relation, targets in context.items():
            if relation != "anchor":
                relations[relation] = targets[0]["href"]
    assert {"item", "service-desc", "service-doc", "status", "terms-of-service"} <= set(relations)
    for address in relations.values():
        assert client.get(address).status_code == 200


def test_the_api_catalogue_is_kept_as_other_documents_of_the_program_are(
    client: CheckedClient,
) -> None:
    path = "/.well-known/api-catalog"
    answer, feeds = client.get(path), client.get("/feeds")
    for name in ("Cache-Control", "Vary"):
        assert answer.headers[name] == feeds.headers[name]
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_index_leads_to_all_of_them(client: CheckedClient) -> None:
    links = client.get("/").get_json()["links"]
    for name in ("downloads", "datapackage", "catalog", "iati", "api-catalog"):
        assert client.get(links[name]).status_code == 200


@pytest.mark.parametrize("path", ["/catalog.jsonld", "/figures/procompite-financing?format=jsonld"])
def test_with_a_public_address_every_name_is_absolute(
    make_app: Callable[..., Flask], path: str
) -> None:
    client = make_app(public_url="https://data.example.org").test_client()
    document = json.loads(client.get(path).get_data())
    names = [node["@id"] for node in nodes(document) if "@id" in node]
    assert names
    assert [name for name in names if not name.startswith(("https://", "http://"))] == []


def test_only_lists_say_of_what_they_are(client: CheckedClient) -> None:
    for resource in client.get("/datapackage.json").get_json()["resources"]:
        for field in resource.get("schema", {}).get("fields", []):
            assert ("itemType" in field) == (field["type"] == "list"), field["name"]
