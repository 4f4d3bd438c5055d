"""Holding a response against the specification, with validators that are not ours."""

import gzip
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import brotli
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.test import TestResponse, run_wsgi_app

from api.software import VERSION
from api.spec import build
from api.wire.cache import ResponseCache
from api.wire.encoding import zstd
from tests.feeds.validators import atom_faults, json_feed_faults

METHODS = ("GET", "HEAD")
DECODED: dict[str | None, Callable[[bytes], bytes]] = {
    "zstd": zstd.decompress,
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    None: bytes,
}


def decoded(response: TestResponse) -> bytes:
    """The body without its content coding."""
    return DECODED[response.headers.get("Content-Encoding")](response.get_data())


class CheckedClient(FlaskClient):
    """A test client that refuses an answer that the specification does not document, and one that
    is another behind the cache (`application.extensions["cache"]`)."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        document = self.application.extensions["quipu"].document
        problems = nonconformities(document, response)
        if cache := self.application.extensions.get("cache"):
            problems += differences_behind(cache, response)
        assert not problems, f"{response.request.method} {response.request.url}: {problems}"
        return response


def timeless(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Headers in order, but for the second in which a file of Flask's is sent."""
    return sorted(header for header in headers if header[0] != "Date")


def differences_behind(cache: "CacheUnderTest", response: TestResponse) -> list[str]:
    """What is another when the same request goes through the cache, kept or not yet."""
    if response.status_code >= 500:
        return []  # of a moment, or made by the test
    environ = {
        name: value
        for name, value in response.request.environ.items()
        if name.isupper() or name.startswith("wsgi.")
    }
    environ["HTTP_X_REQUEST_ID"] = response.headers["X-Request-Id"]
    expected = (response.status, timeless(response.headers), response.get_data())
    found = []
    with cache.unrecorded():
        for time in ("first", "second"):
            parts, status, headers = run_wsgi_app(cache, dict(environ), buffered=True)
            got = (status, timeless(headers), b"".join(parts))
            found += [
                f"{what} is another behind the cache at the {time} time: {one!r}, not {other!r}"
                for what, one, other in zip(
                    ("status", "headers", "body"), got, expected, strict=True
                )
                if one != other
            ]
    return found


class CacheUnderTest(ResponseCache):
    """A cache in front of an application whose SQL statements a test counts."""

    def __init__(self, app: Flask, recording: "Recording") -> None:
        pulse = app.extensions["quipu"].store.pulse
        super().__init__(app.wsgi_app, pulse, 1 << 24, look_every=0)
        self._recording = recording

    @contextmanager
    def unrecorded(self) -> Iterator[None]:
        self._recording.on = False
        try:
            yield
        finally:
            self._recording.on = True


class Recording:
    """The statements that an application sends, noted while it is on."""

    def __init__(self, statements: list[str]) -> None:
        self.statements = statements
        self.on = True

    def note(self, statement: str) -> None:
        """Note a statement; transaction control and the engine's own are left out."""
        first = statement.split(maxsplit=1)[0].upper()
        if self.on and first in ("SELECT", "WITH") and "_text_" not in statement:
            self.statements.append(statement)


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
        value = json.loads(decoded(response), parse_constant=_no_constant)
        validator = _validator(json.dumps(content[media_type]["schema"]))
        found += [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
    if media_type == "application/atom+xml":
        found += atom_faults(decoded(response))
    if media_type == "application/feed+json":
        found += json_feed_faults(value)
    return found


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")


@cache
def _validator(schema: str) -> Draft202012Validator:
    # The schema beside the components that it refers to, so that '#/components/...' is found.
    whole = {**json.loads(schema), "components": build(VERSION)["components"]}
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


def only_mistake(client: CheckedClient, address: str, status: int) -> dict[str, Any]:
    """The one mistake for which an address is refused with a status."""
    answer = client.get(address)
    assert answer.status_code == status
    (error,) = answer.get_json()["errors"]
    found: dict[str, Any] = error
    return found
