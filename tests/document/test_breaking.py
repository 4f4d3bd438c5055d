"""Each kind of change to the document is told apart: what breaks a client, and what does not."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from contract.breaking import breaking_changes, main, says_so
from tests.document.tools import ROOT, read_document, write_document

Document = dict[str, Any]
Change = Callable[[Document], None]


def document() -> Document:
    """A document with something of every kind, small enough to see what changed."""
    text = {"type": "string"}
    thing = {
        "type": "object",
        "required": ["id", "state", "size"],
        "properties": {
            "id": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 10},
            "state": {"type": "string", "enum": ["open", "closed"]},
            "size": {"type": "number", "minimum": 0},
            "parent": {"anyOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "null"}]},
            "names": {"type": "object", "additionalProperties": text},
            "place": {
                "type": "array",
                "prefixItems": [{"type": "number"}, {"type": "number"}],
                "items": {"type": "number"},
                "maxItems": 2,
            },
        },
    }
    page = {
        "allOf": [
            {"type": "object", "properties": {"next": {"type": ["string", "null"]}}},
            {"type": "object", "properties": {"results": {"type": "array", "items": {}}}},
        ]
    }
    page["allOf"][1]["properties"]["results"]["items"] = {"$ref": "#/components/schemas/Thing"}
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 20}}
    limit["schema"] |= {"minimum": 1, "maximum": 100}
    sort = {"name": "sort", "in": "query", "schema": {"type": "array", "items": {}}}
    sort["schema"]["items"] = {"type": "string", "enum": ["id", "size"]}
    answer = {
        "description": "Things.",
        "headers": {"ETag": {"required": True, "schema": text}},
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Page"}},
            "text/csv": {"schema": text},
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "0.1.0"},
        "security": [],
        "paths": {
            "/things": {
                "get": {
                    "operationId": "list_things",
                    "tags": ["things"],
                    "parameters": [{"$ref": "#/components/parameters/Limit"}, sort],
                    "responses": {"200": answer, "404": {"description": "None."}},
                }
            },
            "/more": {"get": {"operationId": "more", "responses": {"204": {"description": "-"}}}},
        },
        "components": {
            "parameters": {"Limit": limit},
            "schemas": {"Thing": thing, "Page": page, "Idle": text},
        },
    }


def change(where: str, value: Any = None) -> Change:
    """Puts the value at `a/b/c` of the document, or takes away what is there; `~` is a slash."""
    *way, last = (step.replace("~", "/") for step in where.split("/"))

    def apply(content: Document) -> None:
        node: Any = content
        for step in way:
            node = node[int(step)] if isinstance(node, list) else node[step]
        if value is not None:
            node[last] = value
        elif isinstance(node, list):
            node.remove(last)
        else:
            del node[last]

    return apply


def ask(name: str, *, required: bool) -> Change:
    schema = {"type": "string"}
    query = {"name": name, "in": "query", "required": required, "schema": schema}
    return lambda content: content["paths"]["/things"]["get"]["parameters"].append(query)


THING = "components/schemas/Thing"
LIMIT = "components/parameters/Limit"
LIST = "paths/~things/get"

BREAKING = {
    "a removed path": (change("paths/~more"), "GET /more: is gone"),
    "a removed parameter": (
        lambda content: content["paths"]["/things"]["get"]["parameters"].pop(),
        "query sort: is gone",
    ),
    "a new required parameter": (ask("key", required=True), "query key: is new and required"),
    "a parameter made required": (change(f"{LIMIT}/required", True), "limit: is now required"),
    "a narrowed enum": (
        change(f"{LIST}/parameters/1/schema/items/enum/size"),
        "query sort[]: no longer takes size",
    ),
    "a narrowed bound": (change(f"{LIMIT}/schema/maximum", 50), "maximum was 100 and is 50"),
    "a new bound": (change(f"{LIMIT}/schema/multipleOf", 2), "multipleOf was not given and is 2"),
    "another default": (change(f"{LIMIT}/schema/default", 10), "no longer stands for 20"),
    "another type of parameter": (
        change(f"{LIMIT}/schema/type", "boolean"),
        "limit: no longer takes integer",
    ),
    "another way to write a list": (change(f"{LIST}/parameters/1/explode", False), "explode"),
    "another operation id": (change(f"{LIST}/operationId", "things"), "operationId has changed"),
    "a removed status": (change(f"{LIST}/responses/404"), "GET /things 404: is gone"),
    "a removed media type": (
        change(f"{LIST}/responses/200/content/text~csv"),
        "200 text/csv: is gone",
    ),
    "a removed header": (change(f"{LIST}/responses/200/headers/ETag"), "200 ETag: is gone"),
    "a header made optional": (
        change(f"{LIST}/responses/200/headers/ETag/required", False),
        "ETag: may now be missing",
    ),
    "a removed property": (change(f"{THING}/properties/size"), "results[].size: is gone"),
    "a property made optional": (
        change(f"{THING}/required/size"),
        "results[].size: may now be missing",
    ),
    "a property that may be null": (
        change(f"{THING}/properties/size/type", ["number", "null"]),
        "results[].size: may now be null",
    ),
    "another type of property": (
        change(f"{THING}/properties/size/type", "string"),
        "results[].size: may now be string",
    ),
    "a widened enum in what is answered": (
        change(f"{THING}/properties/state/enum", ["open", "closed", "lost"]),
        "results[].state: may now be lost",
    ),
    "an enum that is none any more": (
        change(f"{THING}/properties/state/enum"),
        "results[].state: may now be what is not in the list",
    ),
    "a widened bound in what is answered": (
        change(f"{THING}/properties/size/minimum", -1),
        "results[].size: minimum was 0 and is -1",
    ),
    "a dropped pattern in what is answered": (
        change(f"{THING}/properties/id/pattern"),
        "results[].id: pattern was ^[a-z]+$ and is not given",
    ),
    "a changed branch": (
        change(f"{THING}/properties/parent/anyOf", [{"type": "string"}, {"type": "null"}]),
        "results[].parent: may now be string",
    ),
    "other numbers of a pair": (
        change(f"{THING}/properties/place/prefixItems", [{"type": "number"}, {"type": "string"}]),
        "results[].place[]: may now be string",
    ),
    "a pair that is none any more": (
        change(f"{THING}/properties/place/maxItems"),
        "results[].place[]: may now hold more",
    ),
    "other values of a map": (
        change(f"{THING}/properties/names/additionalProperties/type", "integer"),
        "results[].names.*: may now be integer",
    ),
    "a name taken from a schema": (
        change("components/schemas/Idle"),
        "schema Idle: no longer has that name",
    ),
    "a closed service": (change("security", [{"key": []}]), "who may call has changed"),
}

HARMLESS = {
    "nothing": lambda _: None,
    "a new path": change("paths/~new", {"get": {"operationId": "new", "responses": {}}}),
    "a new optional property": change(f"{THING}/properties/colour", {"type": "string"}),
    "a new required property in what is answered": change(
        f"{THING}/required", ["id", "state", "size", "parent"]
    ),
    "a new optional parameter": ask("colour", required=False),
    "a widened enum": change(f"{LIST}/parameters/1/schema/items/enum", ["id", "size", "state"]),
    "a widened bound": change(f"{LIMIT}/schema/maximum", 1000),
    "a narrowed answer": change(f"{THING}/properties/state/enum", ["open"]),
    "a longer text": change(f"{THING}/properties/id/maxLength", 20),
    "a new status": change(f"{LIST}/responses/429", {"description": "Slower."}),
    "a new media type": change(f"{LIST}/responses/200/content/text~html", {}),
    "a new header": change(f"{LIST}/responses/200/headers/Age", {"schema": {"type": "integer"}}),
    "a pair beyond which nothing is said": change(f"{THING}/properties/place/items"),
    "a word in a description": change(f"{THING}/description", "A thing."),
    "a deprecation": change(f"{LIST}/deprecated", True),
    "an extension": change(f"{THING}/properties/size/x-stability", "experimental"),
}


@pytest.mark.parametrize(("apply", "finding"), BREAKING.values(), ids=BREAKING)
def test_what_breaks_a_client_is_found(apply: Change, finding: str) -> None:
    old, new = document(), document()
    apply(new)
    found = breaking_changes(old, new)
    assert any(finding in change for change in found), found


@pytest.mark.parametrize("apply", HARMLESS.values(), ids=HARMLESS)
def test_what_breaks_no_client_is_let_through(apply: Change) -> None:
    old, new = document(), document()
    apply(new)
    assert breaking_changes(old, new) == []


def test_what_is_experimental_may_go() -> None:
    old, new = document(), document()
    old["paths"]["/more"]["get"]["x-stability"] = "experimental"
    del new["paths"]["/more"]
    assert breaking_changes(old, new) == []


def test_the_committed_document_is_compared_with_the_released_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    released = ROOT / "contract" / "released" / "openapi.yaml"
    broken = deepcopy(read_document(released))
    del broken["paths"]["/figures/{id}"]
    copy = write_document(broken, tmp_path / "openapi.yaml")
    assert main(str(released), str(copy)) == 1
    captured = capsys.readouterr()
    assert "GET /figures/{id}: is gone" in captured.out
    assert "docs/stability.md" in captured.err
    broken["info"]["version"] = "1000.0.0"
    assert main(str(released), str(write_document(broken, copy))) == 0


def test_the_committed_document_breaks_nothing_that_was_released() -> None:
    released, committed = ROOT / "contract" / "released" / "openapi.yaml", ROOT / "openapi.yaml"
    assert main(str(released), str(committed)) == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("0.1.0", "0.1.1", False),
        ("0.1.0", "0.2.0", True),
        ("0.9.0", "0.10.0", True),
        ("0.9.3", "1.0.0", True),
        ("1.0.0", "1.1.0", False),
        ("1.9.0", "2.0.0", True),
        ("2.0.0", "1.9.0", False),
    ],
)
def test_the_version_says_whether_something_may_break(old: str, new: str, said: bool) -> None:
    assert says_so(old, new) is said
