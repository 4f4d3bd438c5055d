"""The examples of the document are real answers, and every answer has one."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker

from contract.examples import FILE, record, text
from tests.contract.conformance import CheckedClient, resolve
from tests.document.tools import read_document

DOCUMENT = read_document()
# The document is no example of itself, nor are the types that are made of it.
WITHOUT = {("/openapi.json", "200"), ("/openapi.yaml", "200"), ("/types.d.ts", "200")}


def responses() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(path, status, response) of every operation."""
    for path, item in DOCUMENT["paths"].items():
        for status, response in item["get"]["responses"].items():
            yield path, status, resolve(DOCUMENT, response)


def bytes_of_a_file(status: str, content: dict[str, Any]) -> bool:
    """Whether a body is no text of which one could show an example: a part, or binary."""
    return status == "206" or content["schema"] == {"$ref": "#/components/schemas/Binary"}


def contents() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(where, media type, content) of each body that is described, the shared ones once."""
    for path, status, response in responses():
        for media_type, content in response.get("content", {}).items():
            if (path, status) not in WITHOUT and not bytes_of_a_file(status, content):
                yield f"{path} {status}", media_type, content


CONTENTS = {
    f"{media_type} {json.dumps(content)[:60]} {where}": (where, media_type, content)
    for where, media_type, content in contents()
}


def test_recorded_examples_are_what_the_service_answers() -> None:
    """Every request of every example, asked again of a service with the seeded data."""
    assert FILE.read_text(encoding="utf-8") == text(record()), "run `make examples`"


@pytest.mark.parametrize("name", CONTENTS)
def test_each_body_has_an_example_that_its_schema_allows(name: str) -> None:
    where, media_type, content = CONTENTS[name]
    assert content.get("examples"), f"{where} has no example of {media_type}"
    schema = {**content["schema"], "components": DOCUMENT["components"]}
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    for example in content["examples"].values():
        assert list(validator.iter_errors(example["value"])) == []


def documented() -> Iterator[tuple[str, str, Any]]:
    """(status, request, answer) of the examples that a plain GET gets."""
    for where, _, content in contents():
        for example in content["examples"].values():
            if re.fullmatch(r"GET \S+", example["summary"]) and "..." not in example["summary"]:
                yield where.split()[-1], example["summary"], example["value"]


def plain(value: Any) -> Any:
    """An answer without what depends on the moment of the load or of the request."""
    moment = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z"
    text = re.sub(moment, "MOMENT", json.dumps(value))
    # A release's hash covers its moment.
    text = re.sub(r'hash": "(?!0{64})[0-9a-f]{64}"', 'hash": "HASH"', text)
    # So do places in lists and in the history, which have a part of that hash.
    text = re.sub(r'((?:since|cursor)(?:=|": "))v(\d+)\.[\w.-]+', r"\1v\2.PLACE", text)
    return json.loads(re.sub(r'"request_id": "[\w-]+"', '"request_id": "ID"', text))


def test_the_request_shown_with_an_example_gets_the_answer_shown(client: CheckedClient) -> None:
    shown = {request: (status, value) for status, request, value in documented()}
    assert len(shown) > 50
    for request, (status, value) in shown.items():
        answer = client.get(request.removeprefix("GET "))
        assert str(answer.status_code) == status
        found = answer.get_data(as_text=True) if isinstance(value, str) else answer.get_json()
        assert plain(found) == plain(value), request


def test_each_kind_of_problem_has_its_example() -> None:
    shown = {
        name
        for response in DOCUMENT["components"]["responses"].values()
        for content in response.get("content", {}).values()
        for name in content["examples"]
    }
    problems = DOCUMENT["paths"]["/problems/{code}"]["get"]["parameters"][0]["schema"]["enum"]
    assert shown == set(problems)


def linked() -> Iterator[tuple[str, dict[str, Any], Any]]:
    """(path, link, example) for each link that the document describes."""
    for path, status, response in responses():
        if status == "200":
            examples = response["content"].get("application/json", {}).get("examples", {})
            for example in examples.values():
                for link in response.get("links", {}).values():
                    yield path, link, example["value"]


def pointed(value: Any, expression: str) -> Any:
    """What a runtime expression of OpenAPI finds in an answer."""
    for step in expression.removeprefix("$response.body#/").split("/"):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def test_each_link_of_the_document_leads_on_from_the_example(app: Any) -> None:
    client: FlaskClient = app.test_client()
    operations = {item["get"]["operationId"]: path for path, item in DOCUMENT["paths"].items()}
    followed = 0
    for path, link, answer in linked():
        address, query = operations[link["operationId"]], {}
        for name, expression in link["parameters"].items():
            value = pointed(answer, expression)
            if name == "since":
                # Given out with data that came at another moment.
                value = value.partition(".")[0]
            if f"{{{name}}}" in address:
                address = address.replace(f"{{{name}}}", str(value))
            else:
                query[name] = value
        assert client.get(address, query_string=query).status_code == 200, (path, link)
        followed += 1
    assert followed > 15


def test_every_operation_is_described_alike() -> None:
    operations = [item["get"] for item in DOCUMENT["paths"].values()]
    ids = [operation["operationId"] for operation in operations]
    assert len(set(ids)) == len(ids)
    tags = {tag["name"] for tag in DOCUMENT["tags"]}
    for operation in operations:
        assert operation["summary"]
        assert operation["description"].endswith(".")
        assert operation["x-stability"] in ("stable", "experimental")
        assert set(operation["tags"]) <= tags
        assert {"400", "405", "500", "503"} <= set(operation["responses"])


def test_each_list_that_is_asked_for_says_what_one_item_looks_like() -> None:
    asked = [
        resolve(DOCUMENT, parameter)
        for item in DOCUMENT["paths"].values()
        for parameter in item["get"].get("parameters", ())
    ]
    lists = {one["name"]: one["schema"] for one in asked if one["schema"].get("type") == "array"}
    assert len(lists) > 50
    for name, schema in lists.items():
        shown = schema["items"].get("enum") or schema["items"].get("examples")
        assert shown, name
        Draft202012Validator(schema).validate(shown[:1])
