"""The bounds in the document are the validators' own: what one takes the other takes."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema import ValidationError as Invalid
from jsonschema.validators import extend
from marshmallow import ValidationError

from api.spec import build
from schemas import RESOURCES, Resource
from schemas.fields import Amount, Instant
from tests.contract.conformance import CheckedClient, resolve

DOCUMENT = build("0")
TEXTS = (
    "", " ", "a", "A", "0", "01", "123", "-1", "a-b", "a--b", "-a", "a_b", "1a", "a b", "a\n",
    "a\u0000", "a\u007f", "á", "ａ", "PE", "pe", "PE-PIU", "PE-", "PE-PIURA", "PE-PIU\n", "en",
    "es-PE", "ESP", "2021-04-28", "2021-4-28", "2021-02-30", "20210428", "2021-04-28\n", "P8Y",
    "P", "P8", "P8Y3M", "P3M8Y", "8Y", "https://example.org/a", "http://", "ftp://example.org",
    "https://example.org/a b", "true", "True", "null", "money", "exact", "achieved", "Point",
    "f" * 64, "F" * 64, "g" * 64, "a" * 24, "a" * 25, "a" * 40, "a" * 41, "a" * 80, "a" * 81,
    "a" * 200, "a" * 201, "a" * 2000, "a" * 2001, "v0", "v1", "v01", "v1.", "v1.a",
    "v1.000000000000.a", "2021-04-28T12:00:00Z", "2021-04-28T12:00:00.000Z", "2021-04-28T25:00:00Z",
    "2021-04-28T12:00Z",
)  # fmt: skip
NUMBERS = (
    0, 1, -1, 2, 0.5, 1.5, -0.0001, 99, 100, 101, 180, 180.5, -180, 90.5, 10_000, 10_001,
    2**31 - 1, 2**31, 2**53 - 1, 2**53, 922_337_203_685_477, 922_337_203_685_478, 1e300,
)  # fmt: skip
OTHERS = (
    True, False, [], {}, [1], ["a"], [-79.0, -8.1], [-79, 91], [181, -8], [1, 2, 3], ["1", "2"],
)  # fmt: skip


def ecma_pattern(_: Any, pattern: str, value: Any, __: Any) -> Iterator[Invalid]:
    """JSON Schema's patterns are ECMA's: a `$` is the end, not the place before a last newline."""
    if isinstance(value, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), value):
        yield Invalid(f"{value!r} does not match {pattern!r}")


Validator = extend(Draft202012Validator, {"pattern": ecma_pattern})


def valid(schema: dict[str, Any], value: Any) -> bool:
    return bool(validator(json.dumps(schema)).is_valid(value))


@cache
def validator(schema: str) -> Any:
    whole = {**json.loads(schema), "components": DOCUMENT["components"]}
    return Validator(whole, format_checker=FormatChecker())


def schema_at(resource: Resource, path: str) -> dict[str, Any]:
    """The documented schema of a leaf of a record."""
    found = DOCUMENT["components"]["schemas"][resource.singular.capitalize()]
    for name in path.split("."):
        found = _inner(resolve(DOCUMENT, _inner(found)))["properties"][name]
    return resolve(DOCUMENT, _inner(found))


def _inner(schema: dict[str, Any]) -> dict[str, Any]:
    """What a list holds, or what may be null."""
    schema = resolve(DOCUMENT, schema)
    if schema.get("type") == "array" and "prefixItems" not in schema:
        return resolve(DOCUMENT, schema["items"])
    if "anyOf" in schema:
        return resolve(DOCUMENT, schema["anyOf"][0])
    return schema


PLACES = [
    (resource, place)
    for resource in RESOURCES
    for place in resource.places.values()
    # A moment is served in one form and asked for in several; `Instant` has tests of its own.
    if not isinstance(place.field, Instant)
]


@pytest.mark.parametrize(
    ("resource", "place"), PLACES, ids=[f"{r.name}-{p.path}" for r, p in PLACES]
)
def test_a_member_takes_what_its_schema_takes(resource: Resource, place: Any) -> None:
    schema = schema_at(resource, place.path)
    for value in (*TEXTS, *NUMBERS, *OTHERS):
        assert valid(schema, value) == _taken(place.field, value), value


def _taken(field: Any, value: Any) -> bool:
    """Whether a validator takes a value, or refuses only what JSON Schema cannot say."""
    try:
        field.deserialize(value)
    except ValidationError as error:
        return isinstance(field, Amount) and any(
            str(message).startswith("must have at most") for message in error.messages
        )
    return True


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_what_may_be_null_is_documented_so(resource: Resource) -> None:
    found = DOCUMENT["components"]["schemas"][resource.singular.capitalize()]["properties"]
    for name, field in resource.instance.fields.items():
        assert valid(found[name], None) == bool(field.allow_none), name


def asked() -> Iterator[tuple[str, dict[str, Any]]]:
    """(path, parameter) of each query parameter, shared ones once."""
    seen = set()
    for path, item in DOCUMENT["paths"].items():
        for declared in item["get"].get("parameters", ()):
            parameter = resolve(DOCUMENT, declared)
            key = json.dumps([parameter["name"], parameter["schema"]])
            if parameter["in"] == "query" and key not in seen:
                seen.add(key)
                yield path, parameter


ASKED = list(asked())


@pytest.mark.parametrize(
    ("path", "parameter"), ASKED, ids=[f"{path}-{parameter['name']}" for path, parameter in ASKED]
)
def test_a_parameter_takes_what_its_schema_takes(
    client: CheckedClient, path: str, parameter: dict[str, Any]
) -> None:
    schema, name = parameter["schema"], parameter["name"]
    many = schema.get("type") == "array"
    for value in candidates(schema):
        response = client.get(example(path), query_string={**needed(path), name: text_of(value)})
        refused = response.status_code == 400
        told = refused and any(error["name"] == name for error in response.get_json()["errors"])
        assert refused == told, (name, value, response.text)
        assert valid(schema, [value] if many else value) != refused, (value, response.text)


@pytest.mark.parametrize("path", ["/figures", "/changes"])
def test_a_list_takes_as_many_as_its_schema_takes(client: CheckedClient, path: str) -> None:
    declared = next(parameter for _, parameter in ASKED if parameter["name"] == "program")
    most = declared["schema"]["maxItems"]
    for number, status in ((most, 200), (most + 1, 400)):
        answer = client.get(path, query_string={"program": ",".join(["a"] * number)})
        assert answer.status_code == status


def example(path: str) -> str:
    for parameter in DOCUMENT["paths"][path]["get"]["parameters"]:
        if parameter.get("in") == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
    return path


def needed(path: str) -> dict[str, str]:
    """The parameters that a question must have, with their examples."""
    declared = [resolve(DOCUMENT, one) for one in DOCUMENT["paths"][path]["get"]["parameters"]]
    return {
        one["name"]: one["schema"]["examples"][0]
        for one in declared
        if one["in"] == "query" and one["required"]
    }


def candidates(schema: dict[str, Any]) -> list[Any]:
    """Values of the documented type, good and bad; a comma would make two of one."""
    kinds = json.dumps(schema)
    found: list[Any] = [text for text in TEXTS if "," not in text]
    if '"integer"' in kinds or '"number"' in kinds:
        found = [n for n in NUMBERS if '"number"' in kinds or isinstance(n, int)]
    if '"boolean"' in kinds:
        found = [True, False]
    return found


def text_of(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)
