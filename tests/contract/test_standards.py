"""The data in the words of other standards: they say what the records say, and lead where they say.

That they are what the standards want, `make standards` asks validators that are not ours.
"""

import json
import shutil
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from api.cli.database import now
from api.intake.read import Bundle, RawRecord
from api.store.engine import open_writer
from api.store.load import load_dataset
from api.wire.formats.as_annotation import write as write_annotation
from schemas import FIGURE, RESOURCES, Resource
from schemas.table import table
from tests.conftest import SEEDS
from tests.contract.conformance import CheckedClient
from tests.contract.test_changes import drop
from tests.contract.test_filters import everything
from tests.contract.test_time import change, load
from tests.store.generated import BOTH, DESCRIPTION

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


# IATI


@pytest.fixture
def activities(client: CheckedClient) -> list[Element]:
    return list(activities_of(client.get("/iati.xml")))


def test_each_program_is_an_activity_and_each_figure_of_one_a_result(
    client: CheckedClient, activities: list[Element]
) -> None:
    figures = everything(client, FIGURE)
    told = {
        activity.findtext("iati-identifier"): {
            reference.get("code") for reference in activity.iter("reference")
        }
        for activity in activities
    }
    (programs,) = (resource for resource in RESOURCES if resource.name == "programs")
    assert told == {
        f"quipu-{program['id']}": {f["id"] for f in figures if f["program"] == program["id"]}
        for program in everything(client, programs)
    }


def test_a_value_is_told_as_achieved_only_where_it_was_stated_so(
    client: CheckedClient, activities: list[Element]
) -> None:
    figures = {record["id"]: record for record in everything(client, FIGURE)}
    seen = set()
    for activity in activities:
        for indicator in activity.iter("indicator"):
            figure = figures[indicator.find("reference").get("code")]  # type: ignore[union-attr, index]
            kinds = {
                (one.tag, one.get("value")) for one in indicator.iter() if one.tag in KINDS.values()
            }
            kind = KINDS.get(figure["status"])
            assert kinds == ({(kind, str(figure["value"]))} if kind else set())
            said = [text.text for text in indicator.iter("narrative")]
            assert any(figure["display"]["es"] in str(text) for text in said)
            seen.add(figure["status"])
    assert len(seen) > 3


KINDS = {"achieved": "actual", "in_progress": "actual", "planned": "target", "target": "target"}


def test_there_are_no_budgets_and_no_transactions(activities: list[Element]) -> None:
    found = {element.tag for activity in activities for element in activity.iter()}
    assert found.isdisjoint({"budget", "transaction", "planned-disbursement"})
    for activity in activities:
        reporter = activity.find("reporting-org")
        assert reporter is not None
        assert reporter.get("secondary-reporter") == "1"


def test_a_day_that_is_not_stated_says_so(activities: list[Element]) -> None:
    for activity in activities:
        day = activity.find("activity-date")
        assert day is not None
        assert "not stated" in str(day.findtext("narrative"))


BOLIVIA = """
id: bolivia
title: {en: Bolivia, es: Bolivia}
description: {en: A country and a part of it., es: Un país y una parte.}
licence: none
depends_on: [core]
"""
REGIONS_OF_BOLIVIA = """
- {id: BO, name: {en: Bolivia, es: Bolivia}, kind: country, capital: Sucre}
- {id: BO-L, name: {en: La Paz, es: La Paz}, kind: department, parent: BO, capital: La Paz}
"""
WHERE = "scope: national\n  regions: [PE]\n"  # of procompite


@pytest.mark.parametrize(
    ("scope", "regions", "code", "recipients", "places"),
    [
        ("national", "BO, PE", "3", [], [("BO", None), ("PE", None)]),
        ("regional", "BO-L, PE-PIU", "5", [], [(None, "BO"), (None, "PE")]),
        ("regional", "PE-CUS, PE-PIU", "5", ["PE"], [(None, "PE"), (None, "PE")]),
        ("regional", "BO-L", "6", ["BO"], [(None, "BO")]),
        ("national", "BO", "4", ["BO"], []),
    ],
)
def test_several_countries_are_places_and_get_no_shares_that_nobody_stated(
    client: CheckedClient,
    database: Path,
    dataset: Path,
    tmp_path: Path,
    scope: str,
    regions: str,
    code: str,
    recipients: list[str],
    places: list[tuple[str | None, str | None]],
) -> None:
    (tmp_path / "bolivia").mkdir()
    for name, text in (("dataset", BOLIVIA), ("regions", REGIONS_OF_BOLIVIA)):
        (tmp_path / "bolivia" / f"{name}.yaml").write_text(text, encoding="utf-8")
    load(database, tmp_path / "bolivia")
    change(dataset, WHERE, f"scope: {scope}\n  regions: [{regions}]\n", "programs.yaml")
    change(dataset, "peru-regions]", "peru-regions, bolivia]", "dataset.yaml")
    load(database, dataset)
    activity = activity_of(client, "procompite")
    assert [one.get("code") for one in activity.iter("activity-scope")] == [code]
    told = [one.attrib for one in activity.iter("recipient-country")]
    assert told == [{"code": country} for country in recipients]
    assert [
        (code_in(location, "location-id"), code_in(location, "administrative"))
        for location in activity.iter("location")
    ] == places
    texts = [str(text.text) for one in activity.iter("description") for text in one]
    assert any("several countries" in text for text in texts) == (not recipients)


def code_in(location: Element, name: str) -> str | None:
    """The country that a location says by its ISO code."""
    found = location.find(f"{name}[@vocabulary='A4']")
    return None if found is None else found.get("code")


def activity_of(client: CheckedClient, program: str) -> Element:
    (found,) = (
        one
        for one in activities_of(client.get("/iati.xml"))
        if one.findtext("iati-identifier") == f"quipu-{program}"
    )
    return found


@pytest.mark.parametrize(
    ("period", "days", "said"),
    [
        ("{start: 2026-01-01}", ("2026-01-01", "2026-01-01"), "in its place stands the first."),
        ("{end: 2019-12-31}", ("2019-12-31", "2019-12-31"), "in its place stands the last."),
        ("{start: 2026-01-01, duration: P2Y}", ("2026-01-01", "2027-12-31"), "it follows from"),
        ("{end: 2019-12-31, duration: P2Y}", ("2018-01-01", "2019-12-31"), "it follows from"),
        ("{end: 2021-11-30}", ("2021-04-28", "2021-11-30"), "stands the day of the statement."),
        ("{start: 2021-01-01, end: 2021-12-31}", ("2021-01-01", "2021-12-31"), None),
    ],
)
def test_a_day_of_a_period_that_is_not_stated_says_what_was_put_there(
    client: CheckedClient,
    database: Path,
    dataset: Path,
    period: str,
    days: tuple[str, str],
    said: str | None,
) -> None:
    change(dataset, "period: {end: 2021-12-31}", f"period: {period}")
    load(database, dataset)
    (told,) = (
        one
        for indicator in activities_of(client.get("/iati.xml")).iter("indicator")
        if indicator.find("reference[@code='regional-plans-services']") is not None
        for one in indicator.iter("period")
    )
    stood = tuple(one.get("iso-date") for one in told if one.tag.startswith("period-"))
    assert stood == days
    comment = str(told.findtext("target/comment/narrative"))
    assert (said in comment) if said else ("not state" not in comment)


def activities_of(answer: TestResponse) -> Element:
    """The document that an answer holds."""
    assert answer.status_code == 200
    return fromstring(answer.get_data())  # noqa: S314 - it is our own


PLANS, FUND = "regional-articulated-plans", "procompite"
ANY = ""  # every activity


@pytest.mark.parametrize(
    ("file", "before", "after", "moved"),
    [
        ("figures", "en: Services to regional", "en: Services for regional", {PLANS}),
        # It leaves one programme for another.
        ("figures", f"program: {PLANS}", f"program: {FUND}", {PLANS, FUND}),
        ("programs", "acronym: Procompite", "acronym: PROC", {FUND}),
        ("organizations", "en: Regional governments", "en: The regional governments", {FUND}),
        ("sources", "title: ", "title: About ", {ANY}),
    ],
)
def test_an_activity_is_as_new_as_the_newest_of_what_stands_in_it(
    client: CheckedClient,
    database: Path,
    dataset: Path,
    file: str,
    before: str,
    after: str,
    moved: set[str],
) -> None:
    old = updates(client)
    change(dataset, before, after, f"{file}.yaml")
    version = load(database, dataset)
    new = updates(client)
    assert {name for name in new if new[name] != old[name]} == (set(old) if ANY in moved else moved)
    assert {new[name] for name in moved & set(new)} <= {moment_of(client, version)}
    assert updates(client, f"?as_of={version - 1}") == old


def test_an_activity_is_as_new_as_the_names_of_its_metrics(
    client: CheckedClient, database: Path, tmp_path: Path
) -> None:
    old = updates(client)
    core = Path(shutil.copytree(SEEDS / "core", tmp_path / "core"))
    change(core, "name: {en: services,", "name: {en: service,", "codelists.yaml")
    load(database, core)
    new = updates(client)
    with_figures = {record["program"] for record in everything(client, FIGURE)} - {None}
    assert {name for name in new if new[name] != old[name]} == with_figures


def test_an_activity_is_as_new_as_the_last_figure_that_left_it(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    old = updates(client)
    text = (dataset / "figures.yaml").read_text(encoding="utf-8")
    head, *figures = text.split("- id: ")
    kept = [one for one in figures if not one.startswith("regional-plans-services\n")]
    assert len(kept) == len(figures) - 1
    (dataset / "figures.yaml").write_text("- id: ".join([head, *kept]), encoding="utf-8")
    version = load(database, dataset)
    assert updates(client) == {**old, PLANS: moment_of(client, version)}


def updates(client: CheckedClient, pin: str = "") -> dict[str, str]:
    """{programme: when its activity was last updated}."""
    return {
        str(one.findtext("iati-identifier")).removeprefix("quipu-"): one.attrib[
            "last-updated-datetime"
        ]
        for one in activities_of(client.get(f"/iati.xml{pin}"))
    }


def moment_of(client: CheckedClient, version: int) -> str:
    moment: str = client.get(f"/releases/{version}").get_json()["released_at"]
    return moment


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_version_without_programmes_is_no_document_of_iati(
    client: CheckedClient, method: str
) -> None:
    answer = client.open("/iati.xml?as_of=3", method=method)
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert "ETag" not in answer.headers
    assert client.get("/programs?as_of=3").get_json()["results"] == []
    if method == "GET":
        assert "data version 3 has no programmes" in answer.get_json()["detail"]


def test_who_reports_is_a_setting(make_app: Callable[..., Flask]) -> None:
    text = make_app(iati_reporter="XI-EXAMPLE-1").test_client().get("/iati.xml").text
    assert '<reporting-org ref="XI-EXAMPLE-1"' in text
    assert "<iati-identifier>XI-EXAMPLE-1-procompite<" in text


def test_activities_are_well_formed_whatever_the_texts_hold(
    client: CheckedClient, dataset: Path, database: Path
) -> None:
    odd = r'"\ufffe\uffff <a> ]]>"'  # as YAML writes it
    change(dataset, '"29337"', odd, "programs.yaml")
    change(dataset, "Business plans financed by regional and local governments", odd)
    load(database, dataset)
    document = activities_of(client.get("/iati.xml"))
    shown = "\ufffd\ufffd <a> ]]>"
    assert shown in {text.text for text in document.iter("narrative")}
    assert f"pe_law:{shown}" in {one.get("ref") for one in document.iter("other-identifier")}


def programs_of_many_sources(number: int) -> Bundle:
    """So many programmes, each with a source of its own that somebody of its own published."""
    records = [RawRecord("datasets", DESCRIPTION, "dataset.yaml", "generated")]
    for n in range(number):
        many = {
            "organizations": {"name": BOTH, "kind": "ministry", "roles": ["publisher"]},
            "sources": {
                "title": f"Text {n}",
                "publisher": f"g-{n}",
                "published_on": "2021-04-28",
                "language": "en",
                "possibly_translated": False,
                "sha256": f"{n:064x}",
                "length": 1,
            },
            "programs": {
                "name": BOTH,
                "description": BOTH,
                "kind": "fund",
                "status": "launched",
                "lead_organization": f"g-{n}",
                "source": f"g-{n}",
            },
        }
        records += [
            RawRecord(kind, {"id": f"g-{n}", **record}, f"{kind}.ndjson", f"g-{n}")
            for kind, record in many.items()
        ]
    return Bundle(records)


@pytest.mark.parametrize("earlier", [False, True], ids=["newest", "as_of"])
def test_what_activities_hold_does_not_grow_with_what_they_name(
    app: Flask, database: Path, *, earlier: bool
) -> None:
    peaks = []
    for number in (500, 2500):
        db = open_writer(str(database), 1000)
        outcome = load_dataset(db, programs_of_many_sources(number), now)
        db.conn.close()
        assert outcome.findings == []
        pin = f"?as_of={outcome.version}" if earlier else ""
        tracemalloc.start()
        with Client(app).get(f"/iati.xml{pin}") as answer:
            sources = 0
            for part in answer.iter_encoded():
                sources += part.count(b"<narrative>Text ")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert sources == number
    assert peaks[1] < 1.3 * peaks[0]


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
