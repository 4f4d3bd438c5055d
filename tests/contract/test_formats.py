"""The formats say the same thing."""

import csv
import io
import json
import re
from typing import Any

import pytest

from api.wire.formats import item_formats, list_formats
from api.wire.formats.as_csv import cell
from schemas import REGION, RESOURCES, Resource
from tests.contract.conformance import CheckedClient
from tests.contract.test_filters import everything


def flat(value: Any) -> str:
    """A JSON value as its CSV cell reads."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and all(isinstance(element, str) for element in value):
        return "|".join(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_csv_has_every_value_of_every_record(client: CheckedClient, resource: Resource) -> None:
    text = client.get(f"/{resource.name}?format=csv").get_data().decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    records = everything(client, resource)
    assert len(rows) == len(records)
    for row, record in zip(rows, records, strict=True):
        for path, text_ in row.items():
            value: Any = record
            for step in path.split("."):
                value = value[step] if value is not None else None
            assert text_ == flat(value), path
        assert {path.split(".")[0] for path in row} == set(record)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_ndjson_has_the_records_of_the_pages(client: CheckedClient, resource: Resource) -> None:
    page = client.get(f"/{resource.name}?per_page=100").get_json()
    assert everything(client, resource) == page["results"]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_what_a_format_has_no_place_for_is_refused(
    client: CheckedClient, resource: Resource
) -> None:
    include = next(iter(resource.references))
    addresses = [(f"/{resource.name}", format_) for format_ in list_formats(resource)]
    addresses += [
        (f"/{resource.name}/{resource.example}", format_) for format_ in item_formats(resource)
    ]
    for path, format_ in addresses:
        answer = client.get(f"{path}?include={include}&format={format_.name}")
        if format_.enveloped:
            assert answer.get_json()["included"], path
            continue
        assert answer.status_code == 409, (path, format_.name)
        (error,) = answer.get_json()["errors"]
        assert error["name"] == "include"
        by_header = client.get(f"{path}?include={include}", headers={"Accept": format_.media_type})
        assert by_header.status_code == 409


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_each_format_comes_whole_unless_a_page_is_asked_for(
    client: CheckedClient, resource: Resource
) -> None:
    total = len(everything(client, resource))
    for format_ in list_formats(resource):
        if not format_.whole:
            continue
        count = {
            "csv": lambda text: len(list(csv.reader(io.StringIO(text, newline="")))) - 1,
            "ndjson": lambda text: len(text.splitlines()),
            "geojson": lambda text: len(json.loads(text)["features"]),
        }[format_.name]
        whole = client.get(f"/{resource.name}?format={format_.name}")
        assert count(whole.text) == total
        one = client.get(f"/{resource.name}?format={format_.name}&per_page=1")
        assert count(one.text) == 1
        assert ('rel="next"' in one.headers["Link"]) == (total > 1)
        assert whole.headers["Quipu-Data-Version"] == "4"


def test_self_leads_to_the_same_answer_in_the_same_format(client: CheckedClient) -> None:
    for resource in RESOURCES:
        for format_ in list_formats(resource):
            for answer in (
                client.get(f"/{resource.name}?per_page=2&format={format_.name}"),
                client.get(f"/{resource.name}", headers={"Accept": format_.media_type}),
            ):
                (self_,) = re.findall(r'<([^>]*)>; rel="self"', answer.headers["Link"])
                followed = client.get(self_)
                assert followed.mimetype == answer.mimetype == format_.media_type
                assert followed.get_data() == answer.get_data()


@pytest.mark.parametrize("path", ["/figures", "/regions", "/changes", "/search?q=a", "/releases"])
def test_who_accepts_something_else_follows_links_in_the_format_that_was_asked_for(
    client: CheckedClient, path: str
) -> None:
    asks = f"{path}{'&' if '?' in path else '?'}format=json&per_page=1"
    accepts = {"Accept": "text/csv, application/geo+json"}
    links = client.get(asks, headers=accepts).get_json()["links"]
    for name in ("self", "next", "latest"):
        followed = client.get(links[name], headers=accepts)
        assert followed.status_code == 200, name
        assert followed.mimetype == "application/json", name
    # Who does not ask for it has shorter ones.
    assert "format" not in client.get(path).get_json()["links"]["self"]


def test_geojson_has_each_region_at_its_place(client: CheckedClient) -> None:
    features = client.get("/regions?format=geojson").get_json()["features"]
    for feature, region in zip(features, everything(client, REGION), strict=True):
        assert feature["id"] == region["id"]
        assert feature["geometry"] == region["location"]
        longitude, latitude = feature["geometry"]["coordinates"]
        assert -82 < longitude < -68
        assert -19 < latitude < 0
    one = client.get("/regions/PE-PIU?format=geojson").get_json()
    assert one in features


def test_geojson_of_nothing_is_an_empty_collection(client: CheckedClient) -> None:
    empty = client.get("/regions?format=geojson&kind=none").get_json()
    assert empty == {"type": "FeatureCollection", "features": []}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_text_that_a_spreadsheet_would_run_is_escaped(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", "''-1", "'", "'a", "", "a=1"])
def test_taking_one_apostrophe_from_a_cell_that_was_escaped_gives_the_text(text: str) -> None:
    written = str(cell(text))
    escaped = written.lstrip("'").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert (written[1:] if escaped else written) == text


@pytest.mark.parametrize("number", [-1, 0, 12.5])
def test_numbers_in_csv_are_left_alone(number: float) -> None:
    assert cell(number) == number


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (7.1544637488674e16, "71544637488674000"),
        (1e16, "10000000000000000"),
        (-2.5e17, "-2" + "5" + "0" * 16),
    ],
)
def test_no_number_in_csv_is_a_power_of_ten(number: float, written: str) -> None:
    assert cell(number) == written
    assert "e" not in str(cell(number / 1e4))
