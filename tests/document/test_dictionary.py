"""The data dictionary says of every field what is so: it is held against what the service does."""

import csv
import io
import json
import tracemalloc
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from markdown_it import MarkdownIt
from werkzeug.test import Client

from api.cli import main
from api.spec import build
from api.spec.dictionary import CSV_FORMS, dictionary
from api.wire.links import Links
from schemas import RESOURCES, Resource
from schemas.about import ORIGINS
from schemas.codes import CLOSED, LANGUAGES
from schemas.paths import values_at
from tests.contract.conformance import CheckedClient
from tests.contract.model import value_at
from tests.docs.examples import ROOT
from tests.docs.test_pages import anchors
from tests.schemas.test_declarations import declared_fields

DICTIONARY = dictionary(Links("", "quipu.invalid,2021"))
ROWS = {resource["name"]: resource["fields"] for resource in DICTIONARY["resources"]}
FIELDS = [
    pytest.param(resource, row, id=f"{resource.name}-{row['path']}")
    for resource in RESOURCES
    for row in ROWS[resource.name]
]
DOCUMENT = build("0")


def valid(schema: dict[str, Any], value: object) -> bool:
    checker = FormatChecker()
    return bool(Draft202012Validator(schema, format_checker=checker).is_valid(value))


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_every_field_is_there_and_nothing_else(resource: Resource) -> None:
    declared = {path for path, _, _ in declared_fields(resource.instance)}
    paths = [row["path"] for row in ROWS[resource.name]]
    assert set(paths) == declared
    assert len(paths) == len(declared)
    tops = [path for path in paths if "." not in path]
    assert tops == list(resource.members)


@pytest.mark.parametrize(("resource", "row"), FIELDS)
def test_a_field_is_told_in_both_languages(resource: Resource, row: dict[str, Any]) -> None:
    for texts in filter(None, (row["label"], row["meaning"], row["unit"])):
        assert tuple(texts) == LANGUAGES
        assert all(texts.values())
    assert row["origin"] in DICTIONARY["origins"]
    assert row["csv"]["form"] in DICTIONARY["csv_forms"]
    assert set(row["derived_from"]) <= {other["path"] for other in ROWS[resource.name]}


def test_the_legends_explain_every_word() -> None:
    assert DICTIONARY["origins"] == {code: texts.as_map for code, texts in ORIGINS.items()}
    assert set(DICTIONARY["csv_forms"]) == set(CSV_FORMS)
    assert all(tuple(t) == LANGUAGES for t in DICTIONARY["csv_forms"].values())


@pytest.mark.parametrize(("resource", "row"), FIELDS)
def test_the_example_is_one(client: CheckedClient, resource: Resource, row: dict[str, Any]) -> None:
    record = client.get(f"/{resource.name}/{resource.example}").get_json()
    held = values_at(record, row["path"])
    example = row["example"]
    if example is None:
        assert not held or row["path"] in ("version", "updated_at")
        return
    values = example if row["many"] else [example]
    for value in values:
        assert valid(row["json_schema"], value), value
    if held:
        plain = held if isinstance(example, list) else held[0]
        assert example == plain
    else:
        asked = {row["parameters"][0]: values[0]}
        assert client.get(f"/{resource.name}", query_string=asked).status_code == 200


@pytest.mark.parametrize(("resource", "row"), FIELDS)
def test_the_schema_is_that_of_the_document(resource: Resource, row: dict[str, Any]) -> None:
    found: Any = DOCUMENT["components"]["schemas"][resource.singular.capitalize()]
    for name in row["path"].split("."):
        found = _described(found["properties"][name])
    nested = "properties" in found and row["json_schema"] == {"type": "object"}
    for key, value in row["json_schema"].items():
        said = found.get(key)
        if key == "enum":
            assert [one for one in said if one is not None] == value
        elif key == "type" and isinstance(said, list):
            assert value in said
        else:
            assert said == value or nested


def _described(schema: dict[str, Any]) -> dict[str, Any]:
    """What a reference, a list or what may be null stands for."""
    if "anyOf" in schema:
        return _described(schema["anyOf"][0])
    if "$ref" in schema:
        found: dict[str, Any] = DOCUMENT["components"]["schemas"][schema["$ref"].split("/")[-1]]
        return found
    if "items" in schema and "prefixItems" not in schema:
        return _described(schema["items"])
    return schema


@pytest.mark.parametrize(("resource", "row"), FIELDS)
def test_null_and_lists_are_as_the_document_has_them(
    resource: Resource, row: dict[str, Any]
) -> None:
    if "." in row["path"]:
        return
    schema = DOCUMENT["components"]["schemas"][resource.singular.capitalize()]
    declared = {**schema["properties"][row["path"]], "components": DOCUMENT["components"]}
    assert valid(declared, None) == row["nullable"]
    assert valid(declared, []) == (row["many"] and not declared.get("minItems"))


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_csv_has_the_columns_that_are_told(client: CheckedClient, resource: Resource) -> None:
    text = client.get(f"/{resource.name}?format=csv&id={resource.example}").get_data().decode()
    (cells,) = csv.DictReader(io.StringIO(text, newline=""))
    told = {column for row in ROWS[resource.name] for column in row["csv"]["columns"]}
    assert told == set(cells)
    record = client.get(f"/{resource.name}/{resource.example}").get_json()
    for row in ROWS[resource.name]:
        assert row["csv"]["columns"], row["path"]
        form, value = row["csv"]["form"], value_at(record, row["path"])
        cell = cells[row["csv"]["columns"][0]]
        if value is None or form == "spread":
            continue
        if form == "json":
            assert json.loads(cell)
        elif form == "joined":
            assert cell.split("|") == [str(one) for one in values_at(record, row["path"])]
        else:
            assert cell == (str(value).lower() if isinstance(value, bool) else str(value))


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_each_filter_and_sort_stands_with_a_field(
    client: CheckedClient, resource: Resource
) -> None:
    told = {name for row in ROWS[resource.name] for name in row["parameters"]}
    declared = {declared.name for declared in resource.filters}
    assert {name.partition("__")[0] for name in told} == declared
    sorts = [name for row in ROWS[resource.name] for name in row["sorts"]]
    assert sorted(sorts) == sorted(sort.name for sort in resource.sorts)
    asked = {f"{name}": "false" for name in told if name.endswith("__isnull")}
    assert client.get(f"/{resource.name}", query_string=asked).status_code == 200
    assert client.get(f"/{resource.name}?sort={','.join(sorts)}").status_code == 200


def test_closed_lists_stand_there_whole_as_they_are_served(client: CheckedClient) -> None:
    seen = set()
    for row in (row for rows in ROWS.values() for row in rows if row["codes"]):
        codes, concept = row["codes"], row["codes"]["concept"]
        assert codes["closed"] == (concept in CLOSED)
        lists = client.get(codes["link"]).get_json()["results"]
        served = [entry for found in lists for entry in found["codes"]]
        if codes["closed"]:
            assert codes["codes"] == served
            assert {entry["code"] for entry in served} == set(row["json_schema"]["enum"])
            seen.add(concept)
        else:
            assert codes["codes"] is None
            assert served
    assert seen == set(CLOSED)


def test_what_names_a_record_leads_to_its_collection(client: CheckedClient) -> None:
    for rows in ROWS.values():
        for row in rows:
            if row["references"]:
                assert client.get(row["references"]["link"]).status_code == 200
                assert row["references"]["resource"] in ROWS


def test_it_is_served_as_it_is_built(client: CheckedClient) -> None:
    assert client.get("/dictionary").get_json() == DICTIONARY
    some = client.get("/dictionary?resource=regions,figures").get_json()
    assert [resource["name"] for resource in some["resources"]] == ["regions", "figures"]
    assert client.get(some["links"]["self"]).get_json() == some
    assert client.get("/").get_json()["links"]["dictionary"] == "/dictionary"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_committed_page_is_the_one_served(client: CheckedClient, language: str) -> None:
    committed = (ROOT / "docs" / f"dictionary.{language}.md").read_text(encoding="utf-8")
    answer = client.get(f"/dictionary?format=md&lang={language}")
    assert answer.content_type == "text/markdown; charset=utf-8"
    assert answer.text == committed, "run `quipu dictionary`"
    assert "Accept" in answer.headers["Vary"]


def test_markdown_is_negotiated_and_english_unless_asked_otherwise(client: CheckedClient) -> None:
    english = client.get("/dictionary?format=md&lang=en").text
    assert client.get("/dictionary", headers={"Accept": "text/markdown"}).text == english
    assert client.get("/dictionary", headers={"Accept": "application/xml"}).status_code == 406
    spanish = client.get("/dictionary?format=md&lang=es").text
    for accept in (None, "*/*", "application/json, text/markdown;q=0.1"):
        headers = {"Accept": accept} if accept else {}
        assert client.get("/dictionary?lang=es", headers=headers).text == spanish
    only_json = {"Accept": "application/json"}
    assert client.get("/dictionary?lang=es", headers=only_json).status_code == 406


@pytest.mark.parametrize(
    ("question", "status", "name"),
    [
        ("format=json&lang=en", 409, "lang"),
        ("format=md&lang=qu", 400, "lang"),
        ("resource=figure", 400, "resource"),
        ("format=csv", 400, "format"),
        ("fields=id", 400, "fields"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    client: CheckedClient, question: str, status: int, name: str
) -> None:
    answer = client.get(f"/dictionary?{question}")
    assert answer.status_code == status
    assert [error["name"] for error in answer.get_json()["errors"]] == [name]


def tables(text: str) -> list[list[list[str]]]:
    """The tables of a page as a reader of Markdown that is not ours finds them: rows of cells."""
    found: list[list[list[str]]] = []
    for token in MarkdownIt().enable("table").parse(text):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type == "inline" and found and token.level >= 4:
            found[-1][-1].append("".join(child.content for child in token.children or ()))
    return found


def page_faults(text: str, language: str) -> list[str]:
    """What of a page is not as a page of the dictionary is to be."""
    faults = []
    found = tables(text)
    expected = len(RESOURCES) + 2 + len(CLOSED)
    if len(found) != expected:
        faults.append(f"{len(found)} tables, not {expected}")
    for resource, table in zip(RESOURCES, found, strict=False):
        rows = ROWS[resource.name]
        if [row[0] for row in table[1:]] != [row["path"] for row in rows]:
            faults.append(f"{resource.name} has other fields")
            continue
        for cells, row in zip(table[1:], rows, strict=True):
            if len(cells) != 10 or cells[2] != row["meaning"][language].replace("`", ""):
                faults.append(f"{row['path']} of {resource.name} means something else")
    legends = (DICTIONARY["origins"], DICTIONARY["csv_forms"])
    for legend, table in zip(legends, found[len(RESOURCES) :], strict=False):
        told = {word: texts[language].replace("`", "") for word, texts in legend.items()}
        if dict(table[1:]) != told:
            faults.append("a legend says something else")
    links = [
        child.attrs["href"]
        for token in MarkdownIt().enable("table").parse(text)
        for child in token.children or ()
        if child.type == "link_open"
    ]
    known = anchors(text)
    return faults + [f"{link} leads nowhere" for link in links if unquote(str(link)) not in known]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_reads_as_tables(client: CheckedClient, language: str) -> None:
    assert page_faults(client.get(f"/dictionary?format=md&lang={language}").text, language) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("| `value` |", "| `worth` |", "figures has other fields"),
        ("\\|", "|", "a legend says something else"),
        ("| --- | --- | --- |", "| --- | --- |", "tables, not"),
        ("What is measured", "What is weighed", "means something else"),
        ("## Codes: scopes", "## Scopes", "leads nowhere"),
    ],
)
def test_a_page_that_is_not_right_is_noticed(
    client: CheckedClient, before: str, after: str, said: str
) -> None:
    text = client.get("/dictionary?format=md").text
    assert before in text
    found = page_faults(text.replace(before, after), "en")
    assert any(said in fault for fault in found), found


def test_the_command_tells_when_the_pages_are_old(tmp_path: Path) -> None:
    def run(*arguments: str) -> Any:
        return CliRunner().invoke(main, ["dictionary", *arguments, str(tmp_path)])

    assert run("--check").exit_code == 1
    assert run().exit_code == 0
    assert run("--check").exit_code == 0
    page = tmp_path / "dictionary.es.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    outcome = run("--check")
    assert outcome.exit_code == 1
    assert "dictionary.es.md is not what the program says: run `quipu dictionary`" in outcome.stderr
    assert "dictionary.en.md is up to date" in outcome.stderr


def test_a_client_chooses_what_is_written_and_not_how_much_is_held(
    make_app: Callable[..., Flask],
) -> None:
    client = Client(make_app(cache_bytes=0))
    names = [resource.name for resource in RESOURCES]
    client.get("/dictionary")
    held = []
    tracemalloc.start()
    for some in (2, 3):
        for chosen in combinations(names, some):
            assert client.get(f"/dictionary?resource={','.join(chosen)}").status_code == 200
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert held[-1] < 2 * held[0]
