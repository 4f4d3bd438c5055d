"""`/releases`: every version, and a chain of hashes that anybody can check from outside."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from schemas import RESOURCES
from schemas.release import release_parameters
from tests.contract.conformance import CheckedClient, only_mistake
from tests.contract.test_changes import drop
from tests.contract.test_search import forged
from tests.contract.test_time import change, load

PARAMETERS = [p for p in release_parameters(["json"]) if p.name not in ("format", "cursor")]


@pytest.fixture
def later(database: Path, dataset: Path) -> int:
    """Two more versions: figures changed and left out, and brought back."""
    change(dataset, "status: achieved", "status: in_progress")
    text = (dataset / "figures.yaml").read_text(encoding="utf-8")
    drop(dataset, "der-regions")
    load(database, dataset)
    (dataset / "figures.yaml").write_text(text, encoding="utf-8")
    return load(database, dataset)


def releases(client: CheckedClient, question: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/releases{question}")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.get_json()["results"]
    return found


def test_releases_are_told_newest_first(client: CheckedClient, later: int) -> None:
    found = releases(client)
    assert [release["version"] for release in found] == list(range(later, 0, -1))
    times = [release["released_at"] for release in found]
    assert times == sorted(times, reverse=True)
    assert found[1]["dataset"] == "perumin-2021"
    assert found[1]["counts"]["figures"] == {
        "created": 0,
        "changed": 1,
        "closed": 1,
        "unchanged": 9,
    }


def bodies(client: CheckedClient, resource: str, version: int) -> dict[str, str]:
    """{id: line} of a collection as of a version, each line as it is served."""
    if version == 0:
        return {}
    text = client.get(f"/{resource}?format=ndjson&as_of={version}").get_data(as_text=True)
    return {json.loads(line)["id"]: line for line in text.splitlines()}


def lines(client: CheckedClient, version: int) -> Iterator[str]:
    """What came and what went with a version, as docs/data.md says it is hashed."""
    for resource in RESOURCES:
        name = resource.name
        before, after = bodies(client, name, version - 1), bodies(client, name, version)
        for id_ in sorted(after):
            if json.loads(after[id_])["version"] == version:
                yield f"\n+{name} {id_} {sha256(after[id_].encode()).hexdigest()}"
        for id_ in sorted(before):
            if after.get(id_) != before[id_]:
                yield f"\n-{name} {id_} {json.loads(before[id_])['version']}"


def test_the_chain_can_be_checked_from_outside(client: CheckedClient, later: int) -> None:
    previous = "0" * 64
    for version in range(1, later + 1):
        release = client.get(f"/releases/{version}").get_json()
        assert release["previous_hash"] == previous
        counts = json.dumps(release["counts"], separators=(",", ":"))
        head = [previous, version, release["released_at"], release["dataset"], counts]
        text = json.dumps(head) + "".join(lines(client, version))
        assert release["hash"] == sha256(text.encode()).hexdigest(), version
        previous = release["hash"]


def test_the_links_of_a_release_lead_to_what_it_brought(client: CheckedClient, later: int) -> None:
    for release in releases(client):
        links, counts = release["links"], release["counts"].values()
        assert client.get(links["self"]).get_json() == release
        changed = client.get(links["changes"] + "&per_page=100").get_json()["results"]
        assert {step["version"] for step in changed} == {release["version"]}
        kinds = [step["kind"] for step in changed]
        for kind, count in (("created", "created"), ("changed", "changed"), ("deleted", "closed")):
            assert kinds.count(kind) == sum(of[count] for of in counts), (release["version"], kind)
        assert client.get(links["dataset"]).get_json()["id"] == release["dataset"]
        data = client.get(links["data"]).get_json()
        assert data["data"]["version"] == release["version"]
        for told in data["resources"].values():
            page = client.get(told["pinned"] + "&per_page=1").get_json()
            assert page["pagination"]["count"] == told["count"]
        if release["version"] > 1:
            assert client.get(links["previous"]).get_json()["version"] == release["version"] - 1
        else:
            assert links["previous"] is None
    assert later == 6


@pytest.mark.usefixtures("later")
def test_pages_of_releases_follow_each_other(client: CheckedClient) -> None:
    seen, address = [], "/releases?per_page=2"
    while address:
        page = client.get(address).get_json()
        assert page["pagination"]["count"] == 6
        seen += [release["version"] for release in page["results"]]
        address = page["links"]["next"]
    assert seen == [6, 5, 4, 3, 2, 1]


def test_a_release_never_changes_and_as_of_caps_the_list(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    item, page = client.get("/releases/4"), client.get("/releases")
    change(dataset, "status: achieved", "status: in_progress")
    load(database, dataset)
    again = client.get("/releases/4")
    assert (again.get_data(), again.headers["ETag"]) == (item.get_data(), item.headers["ETag"])
    assert again.headers["Quipu-Data-Version"] == "4"
    pinned = client.get("/releases?as_of=4")
    assert (pinned.get_data(), pinned.headers["ETag"]) == (page.get_data(), page.headers["ETag"])
    assert client.get("/releases/5?as_of=4").status_code == 404
    assert client.get("/releases/4?as_of=4").get_data() == item.get_data()


def test_releases_are_filtered_by_data_set_and_by_time(client: CheckedClient, later: int) -> None:
    assert [r["version"] for r in releases(client, "?dataset=perumin-2021")] == [6, 5, 4]
    assert [r["version"] for r in releases(client, "?dataset=core,iso-4217")] == [2, 1]
    assert [r["version"] for r in releases(client, "?dataset__ne=perumin-2021")] == [3, 2, 1]
    times = {release["version"]: release["released_at"] for release in releases(client)}
    after = [r["version"] for r in releases(client, f"?released_at={times[3]}")]
    assert after == [6, 5, 4, 3]
    between = f"?released_at__gt={times[2]}&released_at__lte={times[4]}"
    assert [r["version"] for r in releases(client, between)] == [4, 3]
    assert releases(client, "?released_at__lt=2000-01-01") == []
    meta = client.get("/releases?dataset=perumin").get_json()["meta"]
    assert [w["suggestion"] for w in meta["warnings"]] == ["perumin-2021"]
    assert later == 6


def test_every_answer_that_names_a_version_leads_to_its_release(client: CheckedClient) -> None:
    lists = [f"/{r.name}?per_page=1" for r in RESOURCES] + ["/changes?since=v3&per_page=1"]
    for address in (*lists, "/search?q=plan", "/figures/pac-projects/claims"):
        page = client.get(address).get_json()
        release = client.get(page["links"]["release"]).get_json()
        assert release["version"] == page["meta"]["version"]
        assert release["released_at"] == page["meta"]["as_of"]
    for resource in RESOURCES:
        item = client.get(f"/{resource.name}/{resource.example}").get_json()
        release = client.get(item["links"]["release"]).get_json()
        assert (release["version"], release["dataset"]) == (item["version"], item["dataset"])
    for step in client.get("/changes?per_page=100").get_json()["results"]:
        release = client.get(step["links"]["release"]).get_json()
        assert (release["version"], release["released_at"]) == (step["version"], step["at"])
    index = client.get("/").get_json()
    assert client.get(index["links"]["release"]).get_json()["version"] == index["data"]["version"]
    assert client.get(index["links"]["releases"]).status_code == 200


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_each_parameter_takes_its_own_example(client: CheckedClient, parameter: Any) -> None:
    answer = client.get("/releases", query_string={parameter.name: parameter.example})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "version", ["0", "5", "01", "1.0", "-1", "v4", "٤", "4 ", "2147483648", "9999999999", "x"]
)
def test_a_version_that_there_is_not_is_not_found(client: CheckedClient, version: str) -> None:
    answer = client.get(f"/releases/{version}")
    assert answer.status_code == 404
    assert answer.get_json()["code"] == "not-found"


@pytest.mark.parametrize(
    ("question", "status", "name", "code"),
    [
        ("datset=core", 400, "datset", "unknown"),
        ("dataset=Core", 400, "dataset", "invalid"),
        ("released_at=yesterday", 400, "released_at", "invalid"),
        ("page=1", 400, "page", "unknown"),
        ("as_of=9", 404, "as_of", "no_such_version"),
        ("cursor=v4.000000000000.W10", 409, "cursor", "contradiction"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    client: CheckedClient, question: str, status: int, name: str, code: str
) -> None:
    error = only_mistake(client, f"/releases?{question}", status)
    assert (error["name"], error["code"]) == (name, code)


def test_a_forged_cursor_leads_nowhere(client: CheckedClient) -> None:
    real = client.get("/releases?per_page=2").get_json()["pagination"]["next_cursor"]
    for cursor in forged(real, [["a"], ["-1"], ["01"], [1], [None], [], ["1", "2"], {}]):
        answer = client.get(f"/releases?per_page=2&cursor={cursor}")
        assert answer.status_code == 404, cursor


def test_a_page_of_releases_takes_two_statements_beside_the_version(
    client: CheckedClient, statements: list[str]
) -> None:
    client.get("/releases?per_page=2")
    assert len(statements) == 1 + 2
