"""IATI: programmes as activities, what is said about them as results, and nothing that nobody said.

That a document is what the standard wants, `make standards` asks validators that are not ours.
"""

import shutil
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from api.cli.database import now
from api.intake.read import Bundle
from api.intake.records import RawRecord
from api.store.engine import open_writer
from api.store.load import load_dataset
from schemas import FIGURE, RESOURCES
from tests.conftest import SEEDS
from tests.contract.conformance import CheckedClient
from tests.contract.test_filters import everything
from tests.contract.test_time import change, load
from tests.store.generated import BOTH, DESCRIPTION, bundle_of, figure


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


def test_every_narrative_says_its_language(activities: list[Element]) -> None:
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    told = [text.get(lang) for activity in activities for text in activity.iter("narrative")]
    assert set(told) == {"en", "es"}


def test_a_status_that_is_none_of_the_standards_says_so(
    client: CheckedClient, activities: list[Element]
) -> None:
    codes = {"in_progress": "2", "launched": "2", "proposed": "1", "unclear": "1"}
    (programs,) = (resource for resource in RESOURCES if resource.name == "programs")
    statuses = {f"quipu-{one['id']}": one["status"] for one in everything(client, programs)}
    assert set(statuses.values()) == set(codes)
    for activity in activities:
        status = statuses[str(activity.findtext("iati-identifier"))]
        assert activity.find("activity-status").get("code") == codes[status]  # type: ignore[union-attr]
        said = [str(text.text) for text in activity.findall("description/narrative")]
        remarks = [text for text in said if "IATI" in text]
        assert len(remarks) == (2 if status == "unclear" else 0)
        assert all("unclear" in text for text in remarks)


def test_what_else_identifies_a_programme_is_told_as_that(activities: list[Element]) -> None:
    kinds = {(one.get("ref"), one.get("type")) for a in activities for one in a.iter(OTHER)}
    # A9: another identifier of the activity; B9 would be one of an organization.
    assert kinds == {("pe_law:29337", "A9")}


OTHER = "other-identifier"


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


@pytest.mark.parametrize(
    "stated", ["8888888888888.88", "70368744177664.3", "99999999999999.9", "0.0001", "12", "2.5"]
)
def test_a_value_has_the_digits_that_were_stated_and_no_other(
    client: CheckedClient, database: Path, stated: str
) -> None:
    db = open_writer(str(database), 1000)
    records = [figure("g-1", value=Decimal(stated), program="procompite")]
    assert load_dataset(db, bundle_of(records), now).findings == []
    db.conn.close()
    indicators = activities_of(client.get("/iati.xml")).iter("indicator")
    (own,) = (one for one in indicators if one.find("reference[@code='g-1']") is not None)
    assert [value.get("value") for value in own.iterfind("period/actual")] == [stated]


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
                sources += part.count(b">Text ")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert sources == number
    assert peaks[1] < 1.3 * peaks[0]
