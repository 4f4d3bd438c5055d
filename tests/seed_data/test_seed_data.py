"""The curated data: complete, right, and in our own words."""

import json
import os
import re
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import pycountry
import pytest
from babel.numbers import get_currency_name

from api.intake.packaged import in_order, needs, packaged_datasets
from api.store.engine import open_reader
from schemas import RESOURCES, Resource
from schemas.codes import CLOSED, LANGUAGES
from schemas.paths import values_at

ROOT = Path(str(files("seed_data"))).parent
RUN = 8
VALUES = {
    "regional-plans-launched": (25, "exact"),
    "regional-plans-services": (143_095, "more_than"),
    "procompite-business-plans": (9_723, "exact"),
    "procompite-financing": (1_874_000_000, "about"),
    "procompite-enterprises": (300_000, "more_than"),
    "innovation-projects": (2_500, "about"),
    "innovation-projects-cofinancing": (100_000_000, "more_than"),
    "pac-projects": (10, "exact"),
    "pac-cofinancing": (20_000_000, "exact"),
    "der-regions": (7, "exact"),
    "der-investment": (12_600_000, "about"),
}


@pytest.fixture
def records(database: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """{resource: {id: record}} as they are served."""
    reader = open_reader(str(database))
    found = {
        resource.name: {
            id_: json.loads(body)
            for id_, body in reader.execute(f"SELECT id, body FROM {resource.name} ORDER BY id")
        }
        for resource in RESOURCES
    }
    reader.close()
    return found


def test_the_figures_are_those_of_the_article(records: Any) -> None:
    found = {id_: (f["value"], f["qualifier"]) for id_, f in records["figures"].items()}
    assert found == VALUES


def test_the_bounds_and_what_is_shown_follow_from_the_qualifier(records: Any) -> None:
    financing = records["figures"]["procompite-financing"]
    assert (financing["lower"], financing["upper"]) == (None, None)
    assert "1,874,000,000" in financing["display"]["en"]
    services = records["figures"]["regional-plans-services"]
    assert (services["lower"], services["lower_inclusive"], services["upper"]) == (
        143_095,
        False,
        None,
    )
    assert services["display"] == {"en": "more than 143,095", "es": "más de 143,095"}


def test_the_regions_are_those_of_iso_3166_but_for_metropolitan_lima(records: Any) -> None:
    iso = {s.code: s for s in pycountry.subdivisions.get(country_code="PE")}
    ours = {id_: r for id_, r in records["regions"].items() if id_ != "PE"}
    assert set(ours) == set(iso) - {"PE-LMA"}
    assert len(ours) == 25
    for id_, region in ours.items():
        names = {bare(name) for name in region["name"].values()}
        # ISO gives names in Spanish, Quechua or Aymara; ours are among its words.
        assert any(name in bare(iso[id_].name) or bare(iso[id_].name) in name for name in names), (
            id_
        )


def bare(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.casefold().translate(str.maketrans("áéíóúñ", "aeioun")))


def test_departments_are_numbered_by_inei(records: Any) -> None:
    regions = [r for r in records["regions"].values() if r["id"] != "PE"]
    assert sorted(r["ubigeo_inei"] for r in regions) == [f"{n:02}" for n in range(1, 26)]
    by_number = {r["ubigeo_inei"]: r["id"] for r in regions}
    known = {"01": "PE-AMA", "07": "PE-CAL", "08": "PE-CUS", "15": "PE-LIM", "20": "PE-PIU"}
    assert {number: by_number[number] for number in known} == known
    assert [r["id"] for r in regions if r["kind"] != "department"] == ["PE-CAL"]


def test_every_capital_lies_in_peru(records: Any) -> None:
    for region in records["regions"].values():
        longitude, latitude = region["location"]["coordinates"]
        assert -81.4 < longitude < -68.6, region["id"]
        assert -18.4 < latitude < 0, region["id"]
    places = [tuple(r["location"]["coordinates"]) for r in records["regions"].values()]
    assert len(set(places)) == len(places) - 1  # the country's capital is that of PE-LIM too


def test_currencies_are_those_of_iso_4217(records: Any) -> None:
    lists = [c for c in records["codelists"].values() if c["dataset"] == "iso-4217"]
    ours = {entry["code"]: entry["name"] for codelist in lists for entry in codelist["codes"]}
    # Bulgaria's lev ended with 2025; older editions of the list still have it.
    assert set(ours) - {currency.alpha_3 for currency in pycountry.currencies} <= {"BGN"}
    assert {"PEN", "USD", "EUR", "BRL", "BOB", "CLP"} <= set(ours)
    assert len(ours) > 140
    assert ours["PEN"]["en"] == get_currency_name("PEN", locale="en")


@pytest.mark.parametrize("concept", CLOSED)
def test_the_served_codelists_are_the_closed_lists(records: Any, concept: str) -> None:
    lists = [c for c in records["codelists"].values() if c["concept"] == concept]
    assert [[entry["code"] for entry in c["codes"]] for c in lists] == [list(CLOSED[concept])]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_names_come_in_every_language(records: Any, resource: Resource) -> None:
    found = 0

    def walk(value: Any) -> None:
        nonlocal found
        if isinstance(value, dict):
            if set(value) & set(LANGUAGES):
                assert set(value) == set(LANGUAGES)
                assert all(text.strip() == text and text for text in value.values())
                found += 1
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(list(records[resource.name].values()))
    assert found or resource.name == "sources"


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_every_reference_leads_somewhere(records: Any, resource: Resource) -> None:
    for place in resource.references.values():
        for record in records[resource.name].values():
            for id_ in values_at(record, place.path):
                assert id_ in records[place.field.target], (record["id"], place.path)


def test_what_is_unclear_says_why(records: Any) -> None:
    for figure in records["figures"].values():
        assert figure["status"] != "unclear" or figure["notes"]


def test_data_sets_come_after_those_that_they_depend_on() -> None:
    bundles = packaged_datasets()
    names = [bundle.dataset for bundle in bundles]
    assert sorted(map(str, names)) == ["core", "iso-4217", "peru-regions", "perumin-2021"]
    for bundle in bundles:
        assert needs(bundle) <= set(names[: names.index(bundle.dataset)])
    backwards = in_order(bundles[::-1])
    for number, bundle in enumerate(backwards):
        assert needs(bundle) <= {before.dataset for before in backwards[:number]}


def test_a_folder_of_data_holds_data_and_no_code() -> None:
    folder = ROOT / "seed_data"
    code = [file for file in folder.rglob("*.py") if file.read_text(encoding="utf-8").strip()]
    assert code == []


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of a few words of a text, whatever stands between them."""
    found = words(text)
    return {tuple(found[n : n + RUN]) for n in range(len(found) - RUN + 1)}


def test_a_sentence_would_be_found_however_it_is_wrapped() -> None:
    sentence = "One two, three four\n  five - six: seven EIGHT nine."
    assert runs("x one two three four five six seven eight y") & runs(sentence)
    assert not runs("one two three four five six seven, and eight") & runs(sentence)


def test_no_sentence_of_a_source_is_in_the_repository(records: Any) -> None:
    """But for what is cited: a source by its title, a speaker by name and office."""
    place = os.environ.get("QUIPU_SOURCE_TEXTS")
    if not place:
        pytest.skip("QUIPU_SOURCE_TEXTS names no folder with the sources' texts")
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    texts = list(Path(place).glob("*.txt"))
    assert texts
    theirs = set().union(*(runs(text.read_text(encoding="utf-8")) for text in texts))
    theirs -= set().union(*(runs(source["title"]) for source in records["sources"].values()))
    for figure in records["figures"].values():
        said_by = figure["attribution"]
        theirs -= runs(f"{said_by['speaker']} {(said_by['role'] or {}).get('en')}")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    tracked = [ROOT / name for name in listed.split("\0") if name]
    assert len(tracked) > 50
    for file in tracked:
        if file.is_file():
            ours = runs(file.read_text(encoding="utf-8", errors="replace"))
            assert not ours & theirs, file
