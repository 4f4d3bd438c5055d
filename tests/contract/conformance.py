"""Holding a response against the specification, with a validator that is not ours."""

import gzip
import json
import re
from functools import cache
from importlib.metadata import version
from typing import Any

from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.test import TestResponse

from api.spec import build

METHODS = ("GET", "HEAD")


class CheckedClient(FlaskClient):
    """A test client that refuses an answer that the specification does not document."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        document = self.application.extensions["quipu"].document
        problems = nonconformities(document, response)
        assert not problems, f"{response.request.method} {response.request.url}: {problems}"
        return response


def nonconformities(document: dict[str, Any], response: TestResponse) -> list[str]:
    """What of a response is not as documented; an empty list if all is."""
    method, path = response.request.method, response.request.path
    template = path_template(document, path)
    if response.status_code >= 400:
        return _problem(document, response)
    if template is None:
        documented = path.startswith(("/apidocs/", "/static/"))
        return [] if documented else [f"{path} is not in the document"]
    if method == "OPTIONS":
        return []
    if method not in METHODS:
        return [f"{method} was answered with {response.status_code}"]
    operation = document["paths"][template]["get"]
    declared = operation["responses"].get(str(response.status_code))
    if declared is None:
        return [f"status {response.status_code} is not documented for {template}"]
    return _against(document, resolve(document, declared), response)


def path_template(document: dict[str, Any], path: str) -> str | None:
    """The documented path that an address belongs to."""
    if path in document["paths"]:
        return path
    if path == "/downloads/":  # a folder may be asked for with its slash
        return "/downloads"
    for template in document["paths"]:
        if "{" in template and re.fullmatch(re.sub(r"{[^}]*}", "[^/]+", template), path):
            return str(template)
    return None


def _problem(document: dict[str, Any], response: TestResponse) -> list[str]:
    name = f"Problem{response.status_code}"
    declared = document["components"]["responses"].get(name)
    if declared is None:
        return [f"status {response.status_code} is not documented"]
    template = path_template(document, response.request.path)
    found = _against(document, declared, response)
    if template and response.request.method in METHODS:
        operation = document["paths"][template]["get"]
        if str(response.status_code) not in operation["responses"]:
            found.append(f"status {response.status_code} is not documented for {template}")
    return found


def _against(
    document: dict[str, Any], declared: dict[str, Any], response: TestResponse
) -> list[str]:
    found = [
        f"the header {name} is missing"
        for name, header in declared.get("headers", {}).items()
        if resolve(document, header).get("required") and name not in response.headers
    ]
    content = declared.get("content")
    if content is None:
        if response.get_data():
            found.append("a body where none is documented")
        return found
    media_type = response.mimetype
    if media_type not in content:
        return [*found, f"{media_type} is not documented"]
    if response.request.method == "HEAD":
        return found
    if response.status_code == 206:  # a part of a file is no document, but has its length
        short = len(response.get_data()) != response.content_length
        return [*found, "it is not as long as it says"] if short else found
    if media_type.endswith("json") and media_type != "application/x-ndjson":
        data = response.get_data()
        if response.headers.get("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        value = json.loads(data, parse_constant=_no_constant)
        validator = _validator(json.dumps(content[media_type]["schema"]))
        found += [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")


@cache
def _validator(schema: str) -> Draft202012Validator:
    # The schema beside the components that it refers to, so that '#/components/...' is found.
    whole = {**json.loads(schema), "components": build(version("quipu-api"))["components"]}
    return Draft202012Validator(whole, format_checker=FormatChecker())


def resolve(document: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    """What a `$ref` stands for; anything else as it is."""
    if "$ref" not in value:
        return value
    found: Any = document
    for step in value["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    assert isinstance(found, dict)
    return found
