"""Each documented parameter is accepted, each other one refused, and a mistake is never silent."""

import json
import re
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask

from api.spec import build
from schemas import RESOURCES, Resource
from tests.contract.conformance import CheckedClient, resolve

DOCUMENT = build("0")


def parameters(operation: dict[str, Any]) -> list[dict[str, Any]]:
    """The parameters of an operation, references followed."""
    return [resolve(DOCUMENT, parameter) for parameter in operation.get("parameters", [])]


OPERATIONS = [(path, item["get"]) for path, item in DOCUMENT["paths"].items() if "get" in item]
ASKABLE = [
    (path, operation, parameter)
    for path, operation in OPERATIONS
    for parameter in parameters(operation)
    if parameter["in"] == "query" and "examples" in parameter["schema"]
]


def address(path: str, operation: dict[str, Any], **question: str) -> str:
    """A path with the examples of its parameters put in, those that it must have at least."""
    for parameter in parameters(operation):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
        elif parameter["required"]:
            question.setdefault(parameter["name"], as_text(parameter["schema"]["examples"][0]))
    return f"{path}?{urlencode(question)}" if question else path


def as_text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(as_text, value))
    return (
        {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else str(value)
    )


@pytest.mark.parametrize(
    ("path", "operation", "parameter"),
    ASKABLE,
    ids=[f"{operation['operationId']}-{parameter['name']}" for _, operation, parameter in ASKABLE],
)
def test_each_documented_parameter_is_accepted(
    client: CheckedClient, path: str, operation: dict[str, Any], parameter: dict[str, Any]
) -> None:
    question = {parameter["name"]: as_text(parameter["schema"]["examples"][0])}
    for name in parameter.get("x-goes-with", ())[:1]:
        other = next(one for one in parameters(operation) if one["name"] == name)
        question[name] = as_text(other["schema"]["examples"][0])
    response = client.get(address(path, operation, **question))
    assert response.status_code == 200, response.text


@pytest.mark.parametrize(
    ("path", "operation"), OPERATIONS, ids=[o["operationId"] for _, o in OPERATIONS]
)
def test_each_other_parameter_is_refused_everywhere(
    client: CheckedClient, path: str, operation: dict[str, Any]
) -> None:
    response = client.get(address(path, operation, colour="red"))
    assert response.status_code == 400
    (error,) = response.get_json()["errors"]
    assert (error["in"], error["name"], error["code"]) == ("query", "colour", "unknown")


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_each_parameter_mistyped_is_refused_and_suggested(
    client: CheckedClient, resource: Resource
) -> None:
    documented = parameters(DOCUMENT["paths"][f"/{resource.name}"]["get"])
    for parameter in documented:
        name = parameter["name"]
        wrong = name[:-2] + name[-1] + name[-2] if len(name) > 3 else name + "q"
        response = client.get(f"/{resource.name}", query_string={wrong: "1"})
        if wrong in {other["name"] for other in documented}:
            continue
        assert response.status_code == 400
        assert response.get_json()["errors"][0]["suggestion"] is not None, wrong


@pytest.mark.parametrize(
    ("path", "name", "suggestion"),
    [
        ("/figures", "limit", "per_page"),
        ("/aggregates", "order_by", "sort"),
        ("/aggregates", "search", "q"),
        ("/changes", "limit", "per_page"),
        ("/changes", "offset", None),
        ("/figures/der-investment", "limit", None),
        ("/datapackage.json", "query", None),
    ],
)
def test_what_a_parameter_is_called_elsewhere_is_suggested_where_it_is_there(
    client: CheckedClient, path: str, name: str, suggestion: str | None
) -> None:
    (error,) = client.get(f"{path}?{name}=1").get_json()["errors"]
    assert (error["code"], error["suggestion"]) == ("unknown", suggestion)


@pytest.mark.parametrize(
    ("question", "name", "code", "suggestion"),
    [
        ("regoin=PE-PIU", "regoin", "unknown", "region"),
        ("value_gte=3", "value_gte", "unknown", "value__gte"),
        ("status=achievd", "status", "invalid", "achieved"),
        ("sort=-valeu", "sort", "invalid", "-value"),
        ("fields=id,valeu", "fields", "invalid", "value"),
        ("include=progam", "include", "invalid", "program"),
        ("format=xml", "format", "invalid", None),
        ("per_page=0", "per_page", "invalid", None),
        ("per_page=101", "per_page", "invalid", None),
        ("per_page=1_0", "per_page", "invalid", None),
        ("per_page=%201", "per_page", "invalid", None),
        ("per_page=+1", "per_page", "invalid", None),
        ("per_page=1.0", "per_page", "invalid", None),
        (f"per_page={quote('١')}", "per_page", "invalid", None),
        ("per_page=", "per_page", "invalid", None),
        ("per_page=5&per_page=5", "per_page", "repeated", None),
        ("q=a&q=b", "q", "repeated", None),
        ("q=", "q", "invalid", None),
        ("q=a%00b", "q", "invalid", None),
        ("q=a%0Ab", "q", "invalid", None),
        (f"q={'a' * 201}", "q", "invalid", None),
        ("page=0", "page", "invalid", None),
        ("page=9223372036854775808", "page", "invalid", None),
        ("cursor=abc", "cursor", "invalid", None),
        ("cursor=W10", "cursor", "invalid", None),
        ("cursor=v0.000000000000.W10", "cursor", "invalid", None),
        ("cursor=%0A", "cursor", "invalid", None),
        ("count=all", "count", "invalid", None),
        ("value=abc", "value", "invalid", None),
        ("value=NaN", "value", "invalid", None),
        ("value=Infinity", "value", "invalid", None),
        ("value=1e400", "value", "invalid", None),
        ("value=-1", "value", "invalid", None),
        ("value=1%0A", "value", "invalid", None),
        ("value=0x10", "value", "invalid", None),
        ("stated_on=20210428", "stated_on", "invalid", None),
        ("stated_on=2021-02-30", "stated_on", "invalid", None),
        ("stated_on=2021-04-28%0A", "stated_on", "invalid", None),
        ("updated_since=yesterday", "updated_since", "invalid", None),
        ("updated_since=2021-04-28T25:00:00Z", "updated_since", "invalid", None),
        ("program__isnull=yes", "program__isnull", "invalid", None),
        ("program__isnull=True", "program__isnull", "invalid", None),
        ("region=PE_PIU", "region", "invalid", None),
        ("program=", "program", "invalid", None),
        ("program=a,,b", "program", "invalid", None),
        (f"program={','.join(f'a{n}' for n in range(101))}", "program", "invalid", None),
        ("as_of=0", "as_of", "invalid", None),
        ("as_of=-1", "as_of", "invalid", None),
        ("as_of=2021-02-30", "as_of", "invalid", None),
        ("as_of=now", "as_of", "invalid", None),
    ],
)
def test_a_wrong_value_names_its_parameter(
    client: CheckedClient, question: str, name: str, code: str, suggestion: str | None
) -> None:
    response = client.get(f"/figures?{question}")
    assert response.status_code == 400
    problem = response.get_json()
    assert problem["code"] == "invalid-parameter"
    assert [(e["name"], e["code"]) for e in problem["errors"]] == [(name, code)]
    if suggestion:
        assert problem["errors"][0]["suggestion"] is not None
        assert problem["errors"][0]["suggestion"].startswith(suggestion[:1])
    assert name in problem["detail"]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("sort=value,-value", "sort"),
        ("match=certain", "match"),
        ("match=possible&lower__gte=5", "match"),
        ("facet_size=5", "facet_size"),
        ("page=501", "page"),
        ("page=101&per_page=100", "page"),
        ("page=1&cursor=v4.000000000000.W10", "page"),
        ("cursor=v4.000000000000.W10", "cursor"),
    ],
)
def test_parameters_that_contradict_each_other_are_a_conflict(
    client: CheckedClient, question: str, name: str
) -> None:
    response = client.get(f"/figures?{question}")
    assert response.status_code == 409
    (error,) = response.get_json()["errors"]
    assert (error["name"], error["code"]) == (name, "contradiction")


@pytest.mark.parametrize("question", ["match=stated", "facet_size=20", "count=capped&sort=id"])
def test_what_would_hold_anyway_may_be_said(client: CheckedClient, question: str) -> None:
    """A form, such as that of the documentation's page, sends every default along."""
    plain = client.get("/figures").get_json()["results"]
    assert client.get(f"/figures?{question}").get_json()["results"] == plain


def test_a_forged_cursor_leads_nowhere(client: CheckedClient) -> None:
    real = client.get("/figures?per_page=2").get_json()["pagination"]["next_cursor"]
    version, asked, keys = real.split(".")
    # No hash of a data version begins with an `x`; one of sixteen begins with an `a`.
    forged = [json.dumps(value) for value in ([], [1], [None], {}, "x", ["x", "b"], ["a\x00"], 1e9)]
    packed = [urlsafe_b64encode(text.encode()).decode().rstrip("=") for text in forged]
    for other in [*packed, "A", "____", "-" * 1000]:
        response = client.get(f"/figures?per_page=2&cursor={version}.{asked}.{other}")
        assert response.status_code == 404, other
        assert response.get_json()["errors"][0]["name"] == "cursor"
    for other in ("v99", "v9999999999"):
        assert client.get(f"/figures?per_page=2&cursor={other}.{asked}.{keys}").status_code == 404


@pytest.mark.parametrize(
    ("as_of", "suggestion"), [("99", "4"), ("2147483647", "4"), ("2000-01-01", None)]
)
def test_a_version_that_there_is_not_is_not_found(
    client: CheckedClient, as_of: str, suggestion: str | None
) -> None:
    for path in ("/figures", "/figures/der-investment"):
        response = client.get(path, query_string={"as_of": as_of})
        assert response.status_code == 404
        (error,) = response.get_json()["errors"]
        assert (error["name"], error["code"]) == ("as_of", "no_such_version")
        assert error["suggestion"] == suggestion or suggestion is None


def test_that_a_date_alone_is_its_first_moment_is_said_wherever_one_may_be_given(
    client: CheckedClient,
) -> None:
    said = "A date alone is its first moment, 00:00 UTC."
    for path, operation in OPERATIONS:
        for parameter in parameters(operation):
            of_a_moment = re.match(r"as_of$|(updated|released)_(at|since)", parameter["name"])
            assert (said in parameter["description"]) == bool(of_a_moment), (path, parameter)
    for moment, explained in (("2000-01-01", True), ("2000-01-01T10:00:00Z", False)):
        (error,) = client.get(f"/figures?as_of={moment}").get_json()["errors"]
        assert error["message"].startswith("is before there were any data; the first came at ")
        assert error["message"].endswith(f". {said}") == explained


def test_of_very_many_mistakes_the_first_are_told_each_once_and_the_others_counted(
    client: CheckedClient,
) -> None:
    names = [f"regoin{number}" for number in range(240)]
    response = client.get(f"/figures?{'&'.join(names * 2)}")
    told = response.get_json()
    assert [error["name"] for error in told["errors"]] == names[:20]
    assert {error["suggestion"] for error in told["errors"]} == {"region"}
    assert told["detail"].endswith("; and 220 more")
    assert response.status_code == 400
    assert len(response.data) < 10_000


def test_every_mistake_is_reported_at_once(client: CheckedClient) -> None:
    response = client.get("/figures?regoin=x&per_page=0&status=achievd&sort=foo")
    assert [error["name"] for error in response.get_json()["errors"]] == [
        "regoin", "per_page", "status", "sort",
    ]  # fmt: skip


@pytest.mark.parametrize("query", ["q=%zz", "q=%", "q=%f", "%=1", "q=%ff", "q=%c3%28", "%80=1"])
def test_a_query_that_cannot_be_decoded_is_malformed(client: CheckedClient, query: str) -> None:
    response = client.get(f"/figures?{query}")
    assert response.status_code == 400
    assert response.get_json()["code"] == "malformed-request"


def test_a_query_without_end_is_too_long(client: CheckedClient) -> None:
    response = client.get(f"/figures?q={'a' * 70_000}")
    assert response.status_code == 414


@pytest.mark.parametrize("pair", ["region__innn", "=", "%61=1", "region=PE-PIU"])
def test_parameters_without_end_are_too_many(client: CheckedClient, pair: str) -> None:
    response = client.get(f"/figures?{'&'.join([pair] * 500)}")
    assert response.status_code == 400
    response = client.get(f"/figures?{'&'.join([pair] * 501)}")
    assert (response.status_code, response.get_json()["code"]) == (414, "uri-too-long")
    assert len(response.data) < 1_000


def test_what_no_list_holds_is_told_not_just_empty(client: CheckedClient) -> None:
    meta = client.get("/figures?program=procompit&metric=servces&region=PE-XYZ").get_json()["meta"]
    told = {warning["name"]: warning["suggestion"] for warning in meta["warnings"]}
    assert told == {"program": "procompite", "metric": "services", "region": told["region"]}
    assert client.get("/figures?q=!!!").get_json()["meta"]["warnings"][0]["code"] == "no_words"
    assert client.get("/figures?q=nowhere").get_json()["meta"]["warnings"] == []
    assert client.get("/figures?value=1").get_json()["meta"]["warnings"] == []


def test_of_very_many_values_that_no_list_holds_the_first_get_a_suggestion(
    client: CheckedClient,
) -> None:
    values = [f"procompit{number}" for number in range(100, 150)]
    question = f"/figures?program={','.join(values)}&program__nin={','.join(values)}"
    warnings = client.get(question).get_json()["meta"]["warnings"]
    suggested = [warning["suggestion"] for warning in warnings]
    assert suggested == (["procompite"] * 20 + [None] * 30) * 2
    assert all(" is not among the programs" in warning["message"] for warning in warnings)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("/aggregates?metric=financing,investmnt", {"metric": "investment"}),
        ("/aggregates?program__nin=procompit&measure=money", {"program__nin": "procompite"}),
        ("/aggregates?program__ne=procompit&group_by=region", {"program__ne": "procompite"}),
        ("/figures?source__ne=perumin-2021-04-2", {"source__ne": "perumin-2021-04-28"}),
        ("/figures?metric=financing,investment&metric__ne=services", {}),
        ("/figures?region=PE-PIU,PE-PIX", {"region": "PE-PIU"}),
        ("/figures?program__isnull=false&region=PE-PIU", {}),
        ("/changes?program=procompite,procompit", {"program": "procompite"}),
        ("/releases?dataset=core,perumin-2021,perumin", {"dataset": "perumin-2021"}),
    ],
)
def test_a_value_that_no_list_holds_is_told_whatever_else_is_found(
    client: CheckedClient, question: str, told: dict[str, str]
) -> None:
    answer = client.get(question).get_json()
    assert answer["results"]
    warnings = [w for w in answer["meta"]["warnings"] if w["code"] == "not_listed"]
    assert {w["name"]: w["suggestion"] for w in warnings} == told


def test_every_route_is_documented_and_every_path_is_routed(app: Flask) -> None:
    beside = ("/apidocs/", "/static/")  # the documentation page and what it is made of
    routes = {
        re.sub(r"<(\w+?)_?>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith(beside)
    }
    # A folder may be asked for with its slash, and is the same address.
    assert routes == {*DOCUMENT["paths"], "/downloads/"}
    assert {r.rule for r in app.url_map.iter_rules() if r.rule.startswith(beside)} == {
        "/apidocs/", "/apidocs/assets/<path:filename>", "/static/<path:filename>",
    }  # fmt: skip


@pytest.mark.parametrize(
    "keys",
    [
        f'[{2**63},"a"]', f'[{-(2**63)},"a"]', f'[{10**30},"a"]', "[" * 5000,
        '["01234567",[],"a"]', '["01234567",true,"a"]', '["01234567",1.5,"a"]',
    ],
)  # fmt: skip
def test_what_no_key_can_be_leads_nowhere(client: CheckedClient, keys: str) -> None:
    page = client.get("/figures?sort=value&per_page=2").get_json()
    place = page["pagination"]["next_cursor"].rpartition(".")[0]
    packed = urlsafe_b64encode(keys.encode()).decode().rstrip("=")
    answer = client.get(f"/figures?sort=value&per_page=2&cursor={place}.{packed}")
    assert answer.status_code == 404
