"""Paging, sorting, shaping and including."""

import json
from pathlib import Path
from typing import Any

import pytest

from api.cli.database import now
from api.intake.records import RawRecord
from api.store.engine import open_writer
from api.store.load import load_dataset
from api.store.text import sort_key
from schemas import FIGURE, RESOURCES, Resource
from schemas.filter import Sort
from schemas.paths import values_at
from tests.contract.conformance import CheckedClient
from tests.contract.model import value_at
from tests.contract.test_filters import everything
from tests.store.generated import bundle_of

SORTS = [(r, sort) for r in RESOURCES for sort in r.sorts]


def pages(client: CheckedClient, address: str | None) -> list[dict[str, Any]]:
    """Every page from an address on, by `links.next`."""
    found = []
    while address:
        found.append(client.get(address).get_json())
        address = found[-1]["links"]["next"]
    return found


def ids(records: list[dict[str, Any]]) -> list[str]:
    return [record["id"] for record in records]


def in_order(records: list[dict[str, Any]], sort: Sort, *, descending: bool) -> list[str]:
    """The ids as a sort should have them: nulls last, the id breaking ties, the same way."""

    def key(record: dict[str, Any]) -> Any:
        value = value_at(record, sort.path)
        return sort_key(value) if sort.collated else value

    records = sorted(records, key=lambda record: str(record["id"]), reverse=descending)
    known = [record for record in records if value_at(record, sort.path) is not None]
    unknown = [record for record in records if value_at(record, sort.path) is None]
    return ids(sorted(known, key=key, reverse=descending)) + ids(unknown)


@pytest.mark.parametrize(("resource", "sort"), SORTS, ids=[f"{r.name}-{s.name}" for r, s in SORTS])
@pytest.mark.parametrize("descending", [False, True], ids=["up", "down"])
def test_each_sort_sorts_and_its_pages_hold_each_record_once(
    client: CheckedClient, resource: Resource, sort: Sort, descending: bool
) -> None:
    asked = f"{'-' * descending}{sort.name}"
    expected = in_order(everything(client, resource), sort, descending=descending)
    found = pages(client, f"/{resource.name}?sort={asked}&per_page=3")
    assert [id_ for page in found for id_ in ids(page["results"])] == expected


def test_the_id_that_is_asked_for_breaks_ties_its_own_way(client: CheckedClient) -> None:
    for asked in ("-status,id", "status,-id", "-status,-id", "-status"):
        found = pages(client, f"/figures?sort={asked}&per_page=2")
        got = [(f["status"], f["id"]) for page in found for f in page["results"]]
        by_id = sorted(got, key=lambda one: one[1], reverse=asked != "-status,id")
        assert got == sorted(by_id, key=lambda one: one[0], reverse=asked.startswith("-")), asked


def test_two_sorts_break_each_others_ties(client: CheckedClient) -> None:
    found = pages(client, "/figures?sort=status,-value&per_page=2")
    got = [(f["status"], -f["value"]) for page in found for f in page["results"]]
    assert got == sorted(got)
    assert len(got) == 11


def test_pages_by_number_hold_each_record_once(client: CheckedClient) -> None:
    found = pages(client, "/figures?page=1&per_page=4&sort=-value")
    assert [page["pagination"]["page"] for page in found] == [1, 2, 3]
    assert {page["pagination"]["pages"] for page in found} == {3}
    values = [figure["value"] for page in found for figure in page["results"]]
    assert values == sorted(values, reverse=True)
    assert found[0]["links"]["prev"] is None
    assert client.get(found[1]["links"]["prev"]).get_json() == found[0]


@pytest.mark.parametrize(
    "asked",
    [
        *(f"/{r.name}?per_page=1&sort=-updated_at" for r in RESOURCES),
        *(f"/{r.name}?sort=-id&page=2&per_page=1" for r in RESOURCES),
        "/figures?value__gte=1&count=none&per_page=2&fields=id,value",
        "/changes?per_page=1&resource=figures",
        "/releases?per_page=1",
        "/aggregates?group_by=program&page=2&per_page=2",
        "/figures/innovation-projects/claims?per_page=1",
        "/search?q=cluster&per_page=1",
    ],
)
def test_where_a_list_goes_on_has_the_address_that_it_gives_itself(
    client: CheckedClient, asked: str
) -> None:
    links = client.get(asked).get_json()["links"]
    for relation in ("first", "prev", "next"):
        if links.get(relation):
            there = client.get(links[relation]).get_json()["links"]
            assert there["self"] == links[relation], relation


@pytest.mark.parametrize(
    "asked",
    [
        "/regions?per_page=9&sort=-id",
        "/figures?page=1&per_page=4",
        "/releases?per_page=2",
        "/search?q=cluster&per_page=2",
    ],
)
def test_every_page_leads_back_to_the_first(client: CheckedClient, asked: str) -> None:
    first, *others = pages(client, asked)
    assert others
    for page in others:
        assert client.get(page["links"]["first"]).get_json()["results"] == first["results"]
        assert client.get(page["links"]["self"]).get_json()["results"] == page["results"]


def test_a_page_past_the_end_is_empty(client: CheckedClient) -> None:
    page = client.get("/figures?page=9").get_json()
    assert page["results"] == []
    assert page["pagination"]["count"] == 11
    assert page["links"]["next"] is None


def test_an_empty_list_is_an_answer(client: CheckedClient) -> None:
    response = client.get("/figures?status=achieved&metric=investment")
    assert response.status_code == 200
    assert response.get_json()["pagination"] == {
        "per_page": 20, "count": 0, "count_is_exact": True, "page": 1, "pages": 1,
        "next_cursor": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("count", "number", "exact", "pages_"),
    [("exact", 11, True, 3), ("capped", 11, True, 3), ("none", None, None, None)],
)
def test_counting_is_as_asked(
    client: CheckedClient, count: str, number: int | None, exact: bool | None, pages_: int | None
) -> None:
    pagination = client.get(f"/figures?count={count}&per_page=4").get_json()["pagination"]
    assert pagination["count"] == number
    assert pagination["count_is_exact"] == exact
    assert pagination["pages"] == pages_


def test_a_cursor_belongs_to_its_question(client: CheckedClient) -> None:
    cursor = client.get("/figures?per_page=2&sort=-value").get_json()["pagination"]["next_cursor"]
    assert client.get(f"/figures?per_page=5&sort=-value&cursor={cursor}").status_code == 200
    for other in (
        "/figures?sort=value",
        "/figures?sort=-value&status=target",
        "/programs?sort=-id",
    ):
        joint = "&" if "?" in other else "?"
        response = client.get(f"{other}{joint}cursor={cursor}")
        assert response.status_code == 409
        assert response.get_json()["errors"][0]["name"] == "cursor"


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_fields_narrow_each_record_to_what_was_asked(
    client: CheckedClient, resource: Resource
) -> None:
    whole = everything(client, resource)
    for member in resource.members:
        response = client.get(f"/{resource.name}?fields={member}&per_page=100")
        assert response.mimetype == "application/vnd.quipu.partial+json"
        assert response.get_json()["results"] == [{member: record[member]} for record in whole]


def test_fields_keep_the_order_of_the_record(client: CheckedClient) -> None:
    first = client.get("/figures?fields=value,id").get_json()["results"][0]
    assert list(first) == ["id", "value"]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_each_include_sends_each_record_along_once(
    client: CheckedClient, resource: Resource
) -> None:
    records = everything(client, resource)
    for name, place in resource.references.items():
        answer = client.get(f"/{resource.name}?include={name}&per_page=100").get_json()
        target = place.field.target
        named = {id_ for record in records for id_ in values_at(record, place.path)}
        assert set(answer["included"]) == {target}
        assert set(answer["included"][target]) == named
        for id_, record in answer["included"][target].items():
            assert client.get(f"/{target}/{id_}").text.startswith(
                json.dumps(record, ensure_ascii=False, separators=(",", ":"))[:-1]
            )


def test_an_item_includes_too(client: CheckedClient) -> None:
    item = client.get("/figures/der-investment?include=program,regions,source").get_json()
    assert set(item["included"]) == {"programs", "regions", "sources"}
    assert len(item["included"]["regions"]) == 7


def test_the_default_order_is_the_id(client: CheckedClient) -> None:
    found = ids(client.get("/figures").get_json()["results"])
    assert found == sorted(found)
    assert len(found) == len(everything(client, FIGURE))


@pytest.mark.parametrize("words", ["a&sort=-id", "50% + más", "?#/", '"<>"', "a=b;c", "🧶"])
def test_links_carry_any_text_as_it_is(client: CheckedClient, words: str) -> None:
    asked = {"q": words, "speaker__ne": words, "per_page": "1"}
    page = client.get("/figures", query_string=asked).get_json()
    for name in ("self", "latest", "first"):
        followed = client.get(page["links"][name])
        assert followed.status_code == 200
        assert followed.get_json() == page


def test_two_conditions_on_several_values_are_met_by_one_record(client: CheckedClient) -> None:
    asked = "region=PE-PIU&region__in=PE-TAC"
    for more in ("", "&count=none", "&count=exact", "&value__gte=0", "&as_of=4"):
        answer = client.get(f"/figures?{asked}{more}").get_json()
        assert [one["id"] for one in answer["results"]] == ["der-investment", "der-regions"]
        assert answer["pagination"]["count"] == (None if "none" in more else 2)


@pytest.mark.parametrize("asked", ["group_by=metric", "group_by=program", "group_by=region", ""])
def test_sums_of_two_conditions_on_several_values_are_those_of_the_rows(
    client: CheckedClient, asked: str
) -> None:
    two = f"region=PE-PIU&region__in=PE-TAC&{asked}"
    stored, from_rows = (
        client.get(f"/aggregates?{two}{more}").get_json() for more in ("", "&value__gte=0")
    )
    cells = [
        [(cell["group"], cell["count"], cell["sum"]) for cell in answer["results"]]
        for answer in (stored, from_rows)
    ]
    assert cells[0] == cells[1] != []


def test_facets_of_two_conditions_on_several_values_are_those_of_the_rows(
    client: CheckedClient,
) -> None:
    asked = "/figures?region=PE-PIU&region__in=PE-TAC&facets=metric,status,program"
    stored, from_rows = (
        {
            name: [(value["value"], value["count"]) for value in facet["values"]]
            for name, facet in client.get(asked + more).get_json()["meta"]["facets"].items()
        }
        for more in ("", "&value__gte=0")
    )
    assert stored == from_rows
    assert len(stored["metric"]) == 2


@pytest.mark.parametrize("sort", ["acronym", "name_en", "-name_es,acronym"])
def test_names_of_any_kind_and_length_are_gone_on_from(
    client: CheckedClient, database: Path, sort: str
) -> None:
    texts = ["A\u200bB", "PNI\u00a0MYPE", "soft\u00adhyphen", "ñ" * 2000, "\U0001f600" * 2000]
    (program,) = client.get("/programs?id=procompite").get_json()["results"]
    given = {name: program[name] for name in ("kind", "status", "source", "description")}
    programs = [
        {"id": f"p-{n}", "name": {"en": text, "es": text}, "acronym": text, **given}
        for n, text in enumerate(texts)
    ]
    bundle = bundle_of([])
    bundle.records += [RawRecord("programs", one, "f", one["id"]) for one in programs]
    db = open_writer(str(database), 1000)
    assert load_dataset(db, bundle, now).findings == []
    db.conn.close()
    seen, path = [], f"/programs?sort={sort}&per_page=1"
    while path:
        answer = client.get(path).get_json()
        seen += [one["id"] for one in answer["results"]]
        path = answer["links"]["next"]
    whole = client.get(f"/programs?sort={sort}&per_page=100").get_json()["results"]
    assert seen == [one["id"] for one in whole]
    assert {f"p-{n}" for n in range(len(texts))} <= set(seen)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_a_record_of_a_list_is_where_the_index_says(
    client: CheckedClient, resource: Resource
) -> None:
    item = client.get("/").get_json()["resources"][resource.name]["item"]
    (record,) = client.get(f"/{resource.name}?per_page=1").get_json()["results"]
    for as_of in ("", "?as_of=4"):
        address = item.replace("{id}", record["id"]).replace("{?as_of}", as_of)
        assert record.items() <= client.get(address).get_json().items()
