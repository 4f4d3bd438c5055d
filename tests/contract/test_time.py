"""Versions: what was said then is still answered, byte for byte."""

import json
from pathlib import Path

import pytest
from flask import Flask

from api.cli.database import now
from api.intake.read import read_dataset
from api.store.engine import open_writer
from api.store.load import load_dataset, prepare
from schemas import FIGURE, RESOURCES
from schemas.query import Query
from tests.contract.conformance import CheckedClient, only_mistake

QUESTIONS = [
    "/figures",
    "/figures?per_page=3&sort=-value",
    "/figures?q=plan&include=program,source",
    "/figures?covers=PE-PIU&fields=id,value",
    "/figures?format=csv",
    "/figures?format=ndjson",
    "/programs?include=lead_organization",
    "/regions?format=geojson",
    "/figures/procompite-financing?include=program,source",
    "/figures?conflicts=true",
    "/figures?conflicts=false&format=csv",
    "/figures/procompite-financing/claims",
    "/figures/pac-cofinancing/claims?per_page=1",
    "/figures/procompite-business-plans/evidence",
    "/figures/procompite-business-plans/evidence?format=annotation",
    "/figures/pac-projects/cite",
    "/figures/pac-projects/cite?style=bibtex&lang=es",
    "/figures/pac-projects/cite?style=csl-json",
    "/search?q=pac",
    "/search?q=plan&per_page=2",
    "/releases",
    "/releases?per_page=1&dataset=core,perumin-2021",
    "/releases/4",
    "/",
    *(f"/{resource.name}" for resource in RESOURCES),
    *(f"/{resource.name}/{resource.example}" for resource in RESOURCES),
]


def load(database: Path, dataset: Path) -> int:
    db = open_writer(str(database), 1000)
    prepare(db)
    outcome = load_dataset(db, read_dataset(dataset), now)
    db.conn.close()
    assert not outcome.findings
    assert outcome.version is not None
    return outcome.version


def change(dataset: Path, before: str, after: str, file: str = "figures.yaml") -> None:
    text = (dataset / file).read_text(encoding="utf-8")
    assert before in text
    (dataset / file).write_text(text.replace(before, after, 1), encoding="utf-8")


def test_the_old_answers_stay_byte_for_byte(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    before = {question: client.get(question) for question in QUESTIONS}
    change(dataset, "Business plans financed", "Plans of business financed")
    change(dataset, "status: achieved", "status: in_progress")
    change(dataset, "acronym: PAC", "acronym: PACX", "programs.yaml")
    assert load(database, dataset) == 5
    changed = 0
    for question, old in before.items():
        joint = "&" if "?" in question else "?"
        pinned = client.get(f"{question}{joint}as_of=4")
        assert pinned.get_data() == old.get_data(), question
        assert pinned.headers["ETag"] == old.headers["ETag"]
        changed += client.get(question).get_data() != old.get_data()
    assert changed


def test_what_was_asked_with_a_version_before_is_answered_alike_after(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    before = {q: client.get(q + ("&" if "?" in q else "?") + "as_of=4") for q in QUESTIONS}
    moment = client.get("/").get_json()["data"]["as_of"]
    change(dataset, "value: 10\n", "value: 10\n  rank: preferred\n")
    load(database, dataset)
    for question, old in before.items():
        joint = "&" if "?" in question else "?"
        for pin in ("4", moment):
            assert client.get(f"{question}{joint}as_of={pin}").get_data() == old.get_data()


def test_self_is_this_answer_for_good_and_latest_is_not(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    old = client.get("/figures?sort=-value&per_page=4")
    links = old.get_json()["links"]
    change(dataset, "qualifier: about", "qualifier: at_most")
    load(database, dataset)
    assert client.get(links["self"]).get_data() == old.get_data()
    latest = client.get(links["latest"])
    assert latest.get_data() == client.get("/figures?sort=-value&per_page=4").get_data()
    assert latest.get_json()["meta"]["version"] == 5


def test_the_index_has_both_addresses_too(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    old = client.get("/")
    change(dataset, "qualifier: about", "qualifier: at_most")
    load(database, dataset)
    for asked in ("/?as_of=4", f"/?as_of={old.get_json()['data']['as_of']}"):
        answer = client.get(asked)
        assert answer.get_data() == old.get_data()
        links = answer.get_json()["links"]
        assert (links["self"], links["latest"]) == ("/?as_of=4", "/")
        assert '</?as_of=4>; rel="self"' in answer.headers["Link"]
    assert client.get("/").get_json()["links"]["self"] == "/?as_of=5"


def test_a_list_is_one_state_from_its_first_page_to_its_last(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    whole = client.get("/figures?sort=-value").get_json()["results"]
    page = client.get("/figures?sort=-value&per_page=2").get_json()
    seen = page["results"]
    round_ = 0
    while page["links"]["next"]:
        change(
            dataset,
            f"value: {[25, 143095, 9723, 300000, 2500][round_]}\n",
            f"value: {[25, 143095, 9723, 300000, 2500][round_]}\n  rank: preferred\n",
        )
        load(database, dataset)
        round_ += 1
        page = client.get(page["links"]["next"]).get_json()
        assert page["meta"]["version"] == 4
        seen += page["results"]
    assert seen == whole
    assert round_ == 5


def test_a_withdrawn_record_is_missing_now_and_was_there_then(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    text = (dataset / "figures.yaml").read_text(encoding="utf-8")
    kept = text[: text.index("- id: der-investment")]
    (dataset / "figures.yaml").write_text(kept, encoding="utf-8")
    load(database, dataset)
    response = client.get("/figures/der-investment")
    assert response.status_code == 404
    assert "as_of=4" in response.get_json()["detail"]
    assert client.get("/figures/der-investment?as_of=4").get_json()["value"] == 12_600_000
    assert client.get("/figures").get_json()["pagination"]["count"] == 10
    assert client.get("/figures?as_of=4").get_json()["pagination"]["count"] == 11


def test_a_date_moves_only_when_the_content_does(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    before = {f["id"]: f for f in client.get("/figures").get_json()["results"]}
    change(dataset, "status: target", "status: planned")
    load(database, dataset)
    after = {f["id"]: f for f in client.get("/figures").get_json()["results"]}
    moved = [id_ for id_ in after if after[id_]["updated_at"] != before[id_]["updated_at"]]
    assert moved == ["regional-plans-services"]
    assert after[moved[0]]["version"] == 5
    since = after[moved[0]]["updated_at"]
    found = client.get("/figures", query_string={"updated_since": since}).get_json()["results"]
    assert [figure["id"] for figure in found] == moved


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_before_a_data_set_came_its_records_were_not_there(
    client: CheckedClient, resource: type
) -> None:
    first = client.get("/datasets?as_of=1").get_json()["results"]
    assert [dataset["id"] for dataset in first] == ["core"]
    found = client.get(f"/{resource.name}?as_of=1").get_json()["pagination"]["count"]
    assert found == {"codelists": 16, "datasets": 1}.get(resource.name, 0)


def test_a_cursor_and_another_version_contradict(client: CheckedClient) -> None:
    cursor = client.get("/figures?per_page=2").get_json()["pagination"]["next_cursor"]
    assert client.get(f"/figures?per_page=2&cursor={cursor}&as_of=4").status_code == 200
    assert client.get(f"/figures?per_page=2&cursor={cursor}&as_of=3").status_code == 409


def test_a_reader_sees_one_state_while_a_load_goes_on(
    app: Flask, client: CheckedClient, database: Path, dataset: Path
) -> None:
    store = app.extensions["quipu"].store
    with store.snapshot() as snapshot:
        release = snapshot.release(None)
        change(dataset, "status: target", "status: planned")
        load(database, dataset)
        bodies = snapshot.page(FIGURE, Query(), release.at).bodies
        assert {json.loads(body)["version"] for body in bodies} == {4}
    assert client.get("/").get_json()["data"]["version"] == 5


def test_an_old_answer_warns_of_what_its_own_version_did_not_list(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    questions = [f"/{what}?program=coremype-fairs" for what in ("figures", "aggregates")]
    before = [client.get(question).get_data() for question in questions]
    text = (dataset / "programs.yaml").read_text(encoding="utf-8")
    (copied, *_) = text.split("\n- id: ")[1:]
    named = f"- id: coremype-fairs\n{copied.partition(chr(10))[2]}\n"
    (dataset / "programs.yaml").write_text(f"{text.rstrip()}\n{named}", encoding="utf-8")
    assert load(database, dataset) == 5
    for question, old in zip(questions, before, strict=True):
        assert client.get(f"{question}&as_of=4").get_data() == old
        assert client.get(f"{question}&as_of=4").get_json()["meta"]["warnings"]
        assert not client.get(question).get_json()["meta"]["warnings"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("as_of=2026-01-01T00:00:00+05:00", True),
        ("as_of=2026-01-01T00:00:00 05:00", True),
        ("updated_at=2026-01-01T00:00:00.5+05:00", True),
        ("updated_at__gte=2026-01-01T00:00:00+05:00", True),
        ("as_of=2026-01-01 00:00:00Z", False),
        ("as_of=+4", False),
    ],
)
def test_a_plus_that_arrives_as_a_blank_is_told_how_to_be_sent(
    client: CheckedClient, asked: str, told: bool
) -> None:
    error = only_mistake(client, f"/figures?{asked}", 400)
    assert ("a '+' must be sent as %2B" in error["message"]) == told
    moment = client.get("/figures?as_of=2100-01-01T00:00:00%2B05:00")
    assert moment.status_code == 200


WITHDRAWN = (
    "/figures?metric=financing&sort=value",
    "/figures?covers=PE-PIU&measure=money",
    "/figures?measure=money&status=planned&count=none",
    "/figures?q=plan&metric=plans&sort=-updated_at",
    "/programs?kind__ne=fund&sort=name_en",
    "/aggregates?measure=money",
)


def test_what_was_said_is_answered_where_nothing_is_said_any_more(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    before = [client.get(f"{path}&as_of=4").get_json() for path in WITHDRAWN]
    for file in dataset.iterdir():
        if file.name not in ("dataset.yaml", "__init__.py"):
            file.unlink()
    load(database, dataset)
    for path, then in zip(WITHDRAWN, before, strict=True):
        answer = client.get(f"{path}&as_of=4")
        assert answer.status_code == 200
        assert answer.get_json()["results"] == then["results"] != [] or "count=none" in path
        assert client.get(path).get_json()["results"] == []
