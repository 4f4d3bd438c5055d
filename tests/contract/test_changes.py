"""`/changes` over HTTP: its parameters, its pages, polling, and what it refuses."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from api.cli.database import now
from api.store.engine import open_writer
from api.store.load import load_dataset
from schemas import RESOURCES
from schemas.change import change_parameters
from tests.contract.conformance import CheckedClient, only_mistake
from tests.contract.test_time import change, load
from tests.store.generated import bundle_of, figure

PARAMETERS = [p for p in change_parameters(["json", "ndjson"]) if p.name != "format"]


def results(client: CheckedClient, question: str) -> list[dict[str, Any]]:
    answer = client.get(question)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.get_json()["results"]
    return found


def kinds(changes: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    return {(change["kind"], change["resource"], change["id"]) for change in changes}


@pytest.fixture
def moved(database: Path, dataset: Path) -> int:
    """A data version that corrects one figure, moves one to another programme, and drops one."""
    change(dataset, "status: achieved", "status: in_progress")
    change(dataset, "program: cluster-support-program", "program: procompite")
    drop(dataset, "der-regions")
    return load(database, dataset)


def drop(dataset: Path, id_: str) -> None:
    path = dataset / "figures.yaml"
    blocks = path.read_text(encoding="utf-8").split("\n- ")
    kept = [block for block in blocks if not block.startswith(f"id: {id_}\n")]
    assert len(kept) == len(blocks) - 1
    path.write_text("\n- ".join(kept), encoding="utf-8")


def test_all_changes_from_the_beginning_are_the_seeded_records(client: CheckedClient) -> None:
    found = client.get("/changes?format=ndjson").get_data(as_text=True).splitlines()
    current = sum(client.get(f"/{r.name}").get_json()["pagination"]["count"] for r in RESOURCES)
    assert len(found) == current
    assert {json.loads(line)["kind"] for line in found} == {"created"}


def test_a_record_in_the_feed_is_the_record_at_its_address(
    client: CheckedClient, moved: int
) -> None:
    for step in results(client, f"/changes?since=v{moved - 1}"):
        for name in ("before", "after"):
            if step["links"][name]:
                item = client.get(step["links"][name]).get_json()
                del item["links"]
                assert name == "before" or item == step["record"]
        assert (step["links"]["after"] is None) == (step["kind"] == "deleted")
        assert step["key"] == f"{step['version']}/{step['resource']}/{step['id']}"


def test_a_change_says_what_changed_from_what_to_what(client: CheckedClient, moved: int) -> None:
    changed = [
        step for step in results(client, f"/changes?since=v{moved - 1}") if step["differences"]
    ]
    assert {
        (difference["path"], difference["before"], difference["after"])
        for step in changed
        for difference in step["differences"]
    } == {
        ("status", "achieved", "in_progress"),
        ("program", "cluster-support-program", "procompite"),
    }


def test_what_is_deleted_leaves_a_tombstone(client: CheckedClient, moved: int) -> None:
    (tombstone,) = results(client, "/changes?kind=deleted")
    assert (tombstone["resource"], tombstone["id"]) == ("figures", "der-regions")
    assert tombstone["record"] is None
    assert tombstone["version"] == moved
    before = client.get(tombstone["links"]["before"]).get_json()
    del before["links"]
    assert tombstone["last_record"] == before
    assert all(
        step["last_record"] is None for step in results(client, "/changes?kind=created,changed")
    )


def test_a_program_has_its_own_changes_and_those_of_what_names_it_or_did(
    client: CheckedClient, moved: int
) -> None:
    since = f"since=v{moved - 1}"
    left = kinds(results(client, f"/changes?{since}&program=cluster-support-program"))
    came = kinds(results(client, f"/changes?{since}&program=procompite"))
    assert left & came
    assert {id_ for _, resource, id_ in left if resource == "figures"} == {
        id_ for _, _, id_ in left
    }
    assert ("created", "programs", "procompite") in kinds(
        results(client, "/changes?program=procompite&per_page=100")
    )


def test_a_region_has_the_changes_of_what_names_it_or_did(
    client: CheckedClient, moved: int
) -> None:
    assert kinds(results(client, f"/changes?since=v{moved - 1}&region=PE-PIU")) == {
        ("deleted", "figures", "der-regions")
    }


@pytest.mark.usefixtures("moved")
def test_filters_together_leave_what_meets_them_all(client: CheckedClient) -> None:
    question = "/changes?region=PE-PIU,PE-TAC&resource=figures&kind=created&dataset=perumin-2021"
    found = results(client, question)
    assert found
    for step in found:
        assert (step["resource"], step["kind"]) == ("figures", "created")
        assert {"PE-PIU", "PE-TAC"} & set(step["record"]["regions"])
    assert results(client, "/changes?resource=sources&program=procompite") == []


@pytest.mark.parametrize(
    ("question", "name", "suggestion"),
    [
        ("program=procompit", "program", "procompite"),
        ("region=ZZ", "region", None),
        ("region=PE-PIX", "region", "PE-PIU"),
        ("dataset=perumin", "dataset", "perumin-2021"),
        ("dataset=perumin&as_of=4", "dataset", "perumin-2021"),
        ("program=procompit&since=v4&per_page=5", "program", "procompite"),
    ],
)
def test_what_no_list_holds_is_told_not_just_empty(
    client: CheckedClient, question: str, name: str, suggestion: str | None
) -> None:
    page = client.get(f"/changes?{question}").get_json()
    assert page["results"] == []
    (warning,) = page["meta"]["warnings"]
    assert (warning["name"], warning["code"]) == (name, "not_listed")
    assert warning["suggestion"] == suggestion


def test_where_nothing_has_changed_there_is_nothing_to_warn_of(client: CheckedClient) -> None:
    for question in ("", "since=v4", "since=v4&program=procompite", "program=procompite"):
        page = client.get(f"/changes?{question}").get_json()
        assert page["meta"]["warnings"] == [], question


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_each_parameter_takes_its_own_example(client: CheckedClient, parameter: Any) -> None:
    answer = client.get("/changes", query_string={parameter.name: parameter.example})
    assert answer.status_code == 200
    assert answer.get_json()["results"]


@pytest.mark.usefixtures("moved")
def test_pages_follow_each_other_without_a_gap(client: CheckedClient) -> None:
    keys, address = [], "/changes?per_page=7"
    while address:
        page = client.get(address).get_json()
        keys += [step["key"] for step in page["results"]]
        assert page["pagination"]["more"] == bool(page["links"]["next"])
        address = page["links"]["next"]
    lines = client.get("/changes?format=ndjson").get_data(as_text=True).splitlines()
    assert keys == [json.loads(line)["key"] for line in lines]
    assert len(set(keys)) == len(keys)


def test_polling_costs_a_304_until_something_changes(
    client: CheckedClient, database: Path, dataset: Path, statements: list[str]
) -> None:
    page = client.get("/changes?per_page=100").get_json()
    first = client.get(page["links"]["poll"])
    assert first.get_json()["results"] == []
    statements.clear()
    again = client.get(page["links"]["poll"], headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert len(statements) == 1  # the version check
    change(dataset, "status: achieved", "status: in_progress")
    load(database, dataset)
    after = client.get(page["links"]["poll"], headers={"If-None-Match": first.headers["ETag"]})
    assert after.status_code == 200
    assert [step["kind"] for step in after.get_json()["results"]] == ["changed"]


def test_a_page_costs_one_statement_beside_the_version_check(
    client: CheckedClient, statements: list[str]
) -> None:
    client.get("/changes?since=v2&per_page=100")
    assert len(statements) == 2
    statements.clear()
    page = client.get("/changes?since=v2&per_page=5").get_json()
    assert page["results"][-1]["version"] < page["meta"]["version"]
    # Where to go on says by its hash which version it is within: that release is looked up.
    assert len(statements) == 3


def test_the_changes_up_to_a_version_stay_byte_for_byte(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    questions = ["/changes?per_page=3", "/changes?since=v2", "/changes?format=ndjson"]
    before = {question: client.get(question) for question in questions}
    change(dataset, "status: achieved", "status: in_progress")
    load(database, dataset)
    for question, old in before.items():
        pinned = client.get(f"{question}&as_of=4")
        assert pinned.get_data() == old.get_data()
        assert pinned.headers["ETag"] == old.headers["ETag"]
        assert client.get(question).headers["ETag"] != old.headers["ETag"]


def test_a_place_is_good_for_years(client: CheckedClient, database: Path, dataset: Path) -> None:
    kept = client.get("/changes?per_page=10").get_json()["pagination"]["since"]
    rest = [step["key"] for step in results(client, f"/changes?since={kept}&per_page=100")]
    change(dataset, "status: achieved", "status: in_progress")
    load(database, dataset)
    later = [step["key"] for step in results(client, f"/changes?since={kept}&per_page=100")]
    assert later[:-1] == rest


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("/changes?per_page=100", ("pagination", "since", "/changes?since={}")),
        ("/changes?since=v4&per_page=1", ("pagination", "since", "/changes?since={}")),
        ("/figures?per_page=2", ("pagination", "next_cursor", "/figures?per_page=2&cursor={}")),
        ("/releases?per_page=2", ("pagination", "next_cursor", "/releases?per_page=2&cursor={}")),
    ],
)
def test_a_place_among_other_data_of_the_same_number_is_refused(
    make_app: Callable[..., Flask],
    database: Path,
    tmp_path: Path,
    question: str,
    place: tuple[str, str, str],
) -> None:
    """As where a backup was put back, and something else loaded: what was kept fits no more."""
    group, name, then = place
    clients, kept = [], []
    for number in (1, 2):
        one = Path(shutil.copy(database, tmp_path / f"{number}.db"))
        db = open_writer(str(one), 1000)
        records = [figure(f"g-{number}-{row}") for row in range(3)]
        assert load_dataset(db, bundle_of(records), now).version == 5
        db.conn.close()
        clients.append(make_app(database=str(one)).test_client())
        kept.append(clients[-1].get(question).get_json()[group][name])
    assert kept[0] != kept[1]
    for client, own, other in zip(clients, kept, reversed(kept), strict=True):
        assert client.get(then.format(own)).status_code == 200
        error = only_mistake(client, then.format(other), 404)
        assert error["code"] == "no_such_place"
        assert then.endswith(f"{error['name']}={{}}")
        assert "put back" in error["message"]


@pytest.mark.parametrize(
    ("question", "status", "name", "code"),
    [
        ("since=v5", 404, "since", "no_such_version"),
        ("since=v4294967295", 404, "since", "no_such_version"),
        ("since=v3.abcd", 404, "since", "no_such_place"),
        ("since=v3.WyJhIl0", 404, "since", "no_such_place"),
        # It says twice of what data it is.
        (
            "since=v3.WyJhIiwiZmlndXJlcyIsIjAxMjM0NTY3IiwiMDEyMzQ1NjciXQ",
            404, "since", "no_such_place",
        ),
        ("since=v4.WyJhIiwiZmlndXJlcyJd", 404, "since", "no_such_version"),
        ("since=3", 400, "since", "invalid"),
        ("since=three", 400, "since", "invalid"),
        ("since=", 400, "since", "invalid"),
        ("since=v03", 400, "since", "invalid"),
        ("since=v3&as_of=2", 409, "since", "contradiction"),
        ("since=v1&since=v2", 400, "since", "repeated"),
        ("as_of=9", 404, "as_of", "no_such_version"),
        ("kind=withdrawn", 400, "kind", "invalid"),
        ("resource=figure", 400, "resource", "invalid"),
        ("page=2", 400, "page", "unknown"),
        ("cursor=v1", 400, "cursor", "unknown"),
        ("per_page=101", 400, "per_page", "invalid"),
        ("format=csv", 400, "format", "invalid"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_name(
    client: CheckedClient, question: str, status: int, name: str, code: str
) -> None:
    error = only_mistake(client, f"/changes?{question}", status)
    assert (error["name"], error["code"]) == (name, code)


def test_a_mistyped_collection_gets_the_nearest(client: CheckedClient) -> None:
    (error,) = client.get("/changes?resource=figure").get_json()["errors"]
    assert error["suggestion"] == "figures"


@pytest.mark.parametrize(
    ("since", "suggestion"), [("4", "v4"), ("0", "v0"), ("04", None), ("v04", None), ("four", None)]
)
def test_a_data_version_alone_is_told_to_want_its_v(
    client: CheckedClient, since: str, suggestion: str | None
) -> None:
    error = only_mistake(client, f"/changes?since={since}", 400)
    assert "must be 'v' and a data version" in error["message"]
    assert error["suggestion"] == suggestion
    assert ("did you mean 'v" in error["message"]) == (suggestion is not None)
    if suggestion:
        assert client.get(f"/changes?since={suggestion}").status_code == 200
