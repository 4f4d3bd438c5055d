"""Where addresses lead is remembered: it is where Werkzeug says that they lead."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter, Rule
from werkzeug.test import create_environ

from api.views.routing import Known
from schemas import RESOURCES

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "get")
# A folder of one variable rule, two that have others beside, one of rules that begin or end alike,
# and what can be told apart by its end alone.
RULES = (
    "/", "/plain", "/things", "/things/<id_>", "/things/<id_>/cite", "/files", "/files/",
    "/files/<file>", "/mixed/<id_>", "/mixed/latest", "/feeds/<id_>.atom", "/feeds/<id_>.json",
    "/whole/<path:rest>", "/numbers/<int:number>", "/two/<first>/<second>",
)  # fmt: skip
PARTS = st.sampled_from(
    ["", "plain", "things", "files", "mixed", "latest", "feeds", "a.atom", "whole", "numbers", "7",
     "two", "cite", "<id_>", "x", "%2F", "ñ", "a b", "\\n", "."]
) | st.text(max_size=3)  # fmt: skip
ADDRESSES = st.lists(PARTS, max_size=4).map(lambda parts: "/" + "/".join(parts))


def rules() -> Map:
    made = [Rule(text, endpoint=text, methods=["GET", "HEAD"]) for text in RULES]
    return Map(made, strict_slashes=True, merge_slashes=False)


def led(map_: Map, method: str, path: str) -> tuple[Rule, dict[str, Any]] | None:
    """Where Werkzeug says that an address leads; None where it leads nowhere."""
    try:
        rule, values = MapAdapter(map_, "", "", "", "http", path, method).match(return_rule=True)
    except HTTPException:
        return None
    return rule, dict(values)


@given(asked=st.lists(st.tuples(st.sampled_from(METHODS), ADDRESSES), min_size=1, max_size=12))
def test_what_is_remembered_is_what_is_found(asked: list[tuple[str, str]]) -> None:
    map_ = rules()
    known = Known(map_)
    for method, path in [*asked, *asked]:
        found = led(map_, method, path)
        remembered = known.find(method, path)
        assert remembered is None or remembered == found
        if found:
            known.note(method, path, found[0])
            assert known.find(method, path) in (None, found)


@pytest.mark.parametrize(
    ("path", "other"), [("/plain", "/plain"), ("/", "/"), ("/things/a", "/things/b")]
)
def test_one_that_leads_where_another_did_is_not_searched_for(path: str, other: str) -> None:
    map_ = rules()
    known, found = Known(map_), led(map_, "GET", path)
    assert found
    known.note("GET", path, found[0])
    assert known.find("GET", other) == led(map_, "GET", other)
    assert known.find("HEAD", other) is None


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("/mixed/a", "/mixed/latest"),
        ("/files/a", "/files/"),
        ("/feeds/a.atom", "/feeds/a.json"),
        ("/numbers/7", "/numbers/x"),
        ("/whole/a", "/whole/a/b"),
        ("/two/a/b", "/two/<first>/c"),
        ("/things/a", "/things/"),
        ("/things/a", "/things/a/cite"),
        ("/things/a", "/things//a"),
    ],
)
def test_one_that_may_lead_elsewhere_is_searched_for(path: str, other: str) -> None:
    map_ = rules()
    known, found = Known(map_), led(map_, "GET", path)
    assert found
    known.note("GET", path, found[0])
    assert known.find("GET", other) is None


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(id_=st.text(min_size=1, max_size=8))
def test_a_record_has_the_same_answer_whether_or_not_its_folder_is_known(
    app: Flask, resource: Any, id_: str
) -> None:
    path = f"/{resource.name}/{id_}"
    first, again = (app.test_client().get(path) for _ in range(2))
    assert first.status_code == again.status_code
    map_ = app.url_map
    with app.request_context(create_environ(path)) as context:
        if context.url_adapter is None:
            found = led(map_, "GET", context.request.path)
            assert (context.request.url_rule, context.request.view_args) == found
