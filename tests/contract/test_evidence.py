"""`/figures/{id}/evidence`: all that a figure stands on; of its source nothing but the digits."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from api.cli.database import now
from api.store.checks import record_checks
from api.store.engine import open_writer
from api.store.load import load_dataset
from schemas import FIGURE
from schemas.bounds import bounds
from schemas.evidence import LONGEST_HISTORY
from schemas.printed import printed_value
from tests.contract.conformance import CheckedClient, only_mistake
from tests.contract.test_changes import drop
from tests.contract.test_filters import everything
from tests.contract.test_time import change, load
from tests.store.generated import bundle_of, figure
from tests.store.test_checks import FIGURES, TEXT, bundle, source

ONE = "/figures/procompite-financing/evidence"
PROFILE = "http://www.w3.org/ns/anno.jsonld"
ANNOTATION = f'application/ld+json; profile="{PROFILE}"'


def evidence(client: CheckedClient, id_: str, question: str = "") -> dict[str, Any]:
    answer = client.get(f"/figures/{id_}/evidence{question}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_the_evidence_agrees_with_the_figure_and_its_source(client: CheckedClient) -> None:
    sources = {record["id"]: record for record in client.get("/sources").get_json()["results"]}
    for record in everything(client, FIGURE):
        found = evidence(client, record["id"])
        locator, told = record["source"], found["source"]
        assert found["figure"] == record["id"]
        assert found["stated"] == locator["stated"]
        assert found["locator"] == {
            "start": locator["start"],
            "end": locator["end"],
            "unit": "code_point",
        }
        for name in ("label", "value", "unit", "qualifier", "display"):
            assert found[name] == record[name]
        for name in ("lower", "upper", "lower_inclusive", "upper_inclusive"):
            assert found["bounds"][name] == record[name]
        publisher = told.pop("publisher")
        assert publisher["id"] == sources[told["id"]]["publisher"]
        assert told == {name: sources[told["id"]][name] for name in told}
        for who, id_ in (
            (publisher, publisher["id"]),
            (found["attribution"]["organization"], record["attribution"]["organization"]),
        ):
            item = client.get(f"/organizations/{id_}").get_json()
            assert who == {"id": id_, "name": item["name"]}


def test_how_the_digits_come_to_the_value_is_told_step_by_step(client: CheckedClient) -> None:
    for record in everything(client, FIGURE):
        found = evidence(client, record["id"])
        reading = found["reading"]
        digits = reading["digits"].replace(reading["group"], "").replace(reading["decimal"], ".")
        factor = reading["scale"]["factor"] if reading["scale"] else 1
        assert Decimal(digits) * factor == Decimal(str(reading["value"]))
        assert reading["value"] == record["value"]
        assert reading["digits"] in record["source"]["stated"]
        assert printed_value(record["source"]["stated"], "en") == Decimal(str(record["value"]))
        for text in reading["text"].values():
            assert reading["digits"] in text
            assert str(record["value"]) in text
        follows = bounds(Decimal(str(record["value"])), record["qualifier"])
        assert found["bounds"]["lower"] == follows.lower
        assert found["bounds"]["upper"] == follows.upper
    said = evidence(client, "procompite-financing")["reading"]
    assert said["scale"] == {"word": "billion", "factor": 1_000_000_000}
    assert evidence(client, "procompite-enterprises")["reading"]["scale"] is None


@pytest.fixture
def long(database: Path, dataset: Path) -> int:
    """A figure that was corrected, withdrawn, and came back."""
    text = (dataset / "figures.yaml").read_text(encoding="utf-8")
    change(dataset, "status: in_progress\n  scope: regional", "status: planned\n  scope: regional")
    load(database, dataset)
    drop(dataset, "der-regions")
    load(database, dataset)
    (dataset / "figures.yaml").write_text(text, encoding="utf-8")
    return load(database, dataset)


def test_what_was_read_before_and_is_refused_now_says_so(
    client: CheckedClient, database: Path
) -> None:
    """As in a database that an earlier version of the program has loaded."""
    db = open_writer(str(database), 1000)
    where = "WHERE id = 'der-investment' AND to_version IS NULL"
    (body,) = db.conn.execute(f"SELECT body FROM figures {where}").fetchone()
    record = json.loads(body)
    stated = record["source"]["stated"]
    old = body.replace(json.dumps(stated)[1:-1], "12 dozen")
    assert old != body
    db.conn.execute(f"UPDATE figures SET body = ? {where}", [old])
    db.conn.close()
    evidence = client.get("/figures/der-investment/evidence").get_json()
    assert evidence["stated"] == evidence["reading"]["digits"] == "12 dozen"
    assert evidence["reading"]["value"] == record["value"]
    assert (
        "An earlier version of the program read '12 dozen' as" in evidence["reading"]["text"]["en"]
    )


def test_the_history_tells_each_version_the_latest_first(client: CheckedClient, long: int) -> None:
    history = evidence(client, "der-regions")["history"]
    assert [(step["version"], step["kind"]) for step in history] == [
        (long, "created"),
        (long - 1, "deleted"),
        (long - 2, "changed"),
        (4, "created"),
    ]
    assert history[2]["differences"] == [
        {"path": "status", "before": "in_progress", "after": "planned"}
    ]
    for step in history:
        release = client.get(step["links"]["release"]).get_json()
        assert (release["version"], release["released_at"]) == (step["version"], step["at"])
        if step["kind"] == "deleted":
            assert step["links"]["figure"] is step["links"]["evidence"] is None
            continue
        item = client.get(step["links"]["figure"]).get_json()
        assert item["version"] == step["version"]
        then = client.get(step["links"]["evidence"]).get_json()
        assert [s["version"] for s in then["history"]] == [
            s["version"] for s in history if s["version"] <= step["version"]
        ]
    changes = [
        (step["version"], step["kind"], step["differences"])
        for step in client.get("/changes?resource=figures&per_page=100").get_json()["results"]
        if step["id"] == "der-regions"
    ]
    assert changes == [(s["version"], s["kind"], s["differences"]) for s in reversed(history)]


def test_evidence_is_that_of_the_version_asked_for(client: CheckedClient, long: int) -> None:
    assert len(evidence(client, "der-regions", "?as_of=4")["history"]) == 1
    gone = client.get(f"/figures/der-regions/evidence?as_of={long - 1}")
    assert gone.status_code == 404
    assert f"as_of={long - 2}" in gone.get_json()["detail"]


def test_a_long_history_is_cut_and_says_so(client: CheckedClient, database: Path) -> None:
    db = open_writer(str(database), 1000)
    for value in range(LONGEST_HISTORY + 5):
        assert load_dataset(db, bundle_of([figure("g-1", value)]), now).version
    db.conn.close()
    found = evidence(client, "g-1")
    assert found["history_is_complete"] is False
    assert len(found["history"]) == LONGEST_HISTORY
    assert {step["kind"] for step in found["history"]} == {"changed"}
    versions = [step["version"] for step in found["history"]]
    assert versions == sorted(versions, reverse=True)
    # The oldest of those told still says what it was before.
    assert found["history"][-1]["differences"][0]["path"] == "value"
    assert evidence(client, "g-1", f"?as_of={versions[-1]}")["history_is_complete"] is True
    told = client.get("/figures/g-1?format=prov").get_json()
    # So does its provenance: it does not begin as if nothing had been there.
    earlier, *others = [name for name, one in told["entity"].items() if "prov:value" in one]
    assert earlier == f"figure:g-1?as_of={versions[-1] - 1}"
    assert others == [f"figure:g-1?as_of={version}" for version in reversed(versions)]
    generated = {one["prov:entity"] for one in told["wasGeneratedBy"].values()}
    assert generated == set(others)
    revised = {one["prov:generatedEntity"]: one for one in told["wasDerivedFrom"].values()}
    assert revised[others[0]]["prov:usedEntity"] == earlier


@pytest.fixture
def checked(database: Path) -> Callable[[int], None]:
    """Sees the text of a source on a day of January 2030."""
    db = open_writer(str(database), 1000)
    assert not load_dataset(db, bundle(FIGURES, source()), now).findings
    db.conn.close()

    def see(day: int) -> None:
        db = open_writer(str(database), 1000)
        assert record_checks(
            db, {"a.txt": TEXT.encode()}, lambda: datetime(2030, 1, day, tzinfo=UTC)
        )
        db.conn.close()

    return see


def test_whether_the_text_was_last_seen_to_match_is_told(
    client: CheckedClient, checked: Callable[[int], None]
) -> None:
    never = {"outcome": "not_checked", "seen_at": None, "version": None}
    assert evidence(client, "a")["text_check"] == never
    checked(1)
    checked(2)
    seen = {"seen_at": "2030-01-02T00:00:00.000Z", "version": 5}
    assert evidence(client, "a")["text_check"] == {"outcome": "matched", **seen}
    assert evidence(client, "b")["text_check"] == {"outcome": "not_matched", **seen}
    assert evidence(client, "a", "?as_of=5")["text_check"] == {"outcome": "matched", **seen}
    # The article's text was not seen.
    assert evidence(client, "der-regions")["text_check"] == never


def test_a_check_gives_a_new_tag_here_and_nowhere_else(
    client: CheckedClient, checked: Callable[[int], None]
) -> None:
    addresses = ["/figures/a/evidence", "/figures/a/evidence?as_of=5", "/figures/a", "/figures"]
    addresses += ["/figures/a/claims", "/figures/a/cite", "/releases", "/search?q=a"]
    before = {address: client.get(address).headers["ETag"] for address in addresses}
    checked(1)
    after = {address: client.get(address).headers["ETag"] for address in addresses}
    moved = {address for address in addresses if before[address] != after[address]}
    assert moved == {"/figures/a/evidence", "/figures/a/evidence?as_of=5"}
    for address, tag in after.items():
        again = client.get(address, headers={"If-None-Match": tag})
        assert again.status_code == 304
        old = client.get(address, headers={"If-None-Match": before[address]})
        assert old.status_code == (200 if address in moved else 304)


def annotation(client: CheckedClient, id_: str) -> dict[str, Any]:
    answer = client.get(f"/figures/{id_}/evidence", headers={"Accept": ANNOTATION})
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.get_data())
    return found


@pytest.mark.parametrize(
    "accept",
    [
        ANNOTATION,
        "application/ld+json",
        "application/ld+json; charset=utf-8",
        f"{ANNOTATION};charset=utf-8",
        f"{ANNOTATION};q=0.9, application/json;q=0.5",
    ],
)
def test_an_annotation_is_given_to_whoever_accepts_one(client: CheckedClient, accept: str) -> None:
    answer = client.get(ONE, headers={"Accept": accept})
    assert answer.headers["Content-Type"] == ANNOTATION
    named = client.get(f"{ONE}?format=annotation")
    assert named.get_data() == answer.get_data()
    assert client.get(ONE).mimetype == "application/json"
    for other in ("text/turtle", 'application/ld+json; profile="http://example.org/other"'):
        assert client.get(ONE, headers={"Accept": other}).status_code == 406


def test_an_annotation_keeps_the_rules_of_its_model(client: CheckedClient) -> None:
    """The musts of the Web Annotation Data Model, for what is used of it."""
    for record in everything(client, FIGURE):
        found = annotation(client, record["id"])
        context = found["@context"]
        assert PROFILE in (context if isinstance(context, list) else [context])
        assert found["id"].startswith("/figures/")
        assert found["type"] == "Annotation"
        assert found["motivation"] in {"identifying", "linking", "describing"}
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", found["modified"])
        first, *texts = found["body"]
        assert client.get(first["id"]).get_json()["id"] == record["id"]
        assert {text["language"]: text["value"] for text in texts} == record["display"]
        assert {(t["type"], t["purpose"], t["format"]) for t in texts} == {
            ("TextualBody", "describing", "text/plain")
        }
        target = found["target"]
        assert target["type"] == "SpecificResource"
        assert client.get(target["source"]["id"]).get_json()["id"] == record["source"]["id"]
        position, quote = target["selector"]
        assert position["type"] == "TextPositionSelector"
        assert 0 <= position["start"] < position["end"]
        assert position["end"] - position["start"] == len(quote["exact"])
        assert (position["start"], quote["exact"]) == (
            record["source"]["start"],
            record["source"]["stated"],
        )
        # The digits and no more: not what stands before and after them.
        assert set(quote) == {"type", "exact"}
        state = target["state"]["spdx:checksum"]
        digest = client.get(f"/sources/{record['source']['id']}").get_json()["sha256"]
        assert state["spdx:checksumValue"] == digest
        assert state["spdx:algorithm"] == {"id": "spdx:checksumAlgorithm_sha256"}


def test_the_addresses_of_an_annotation_have_the_host_that_is_known(
    make_app: Callable[..., Flask],
) -> None:
    client = make_app(public_url="https://data.example.org").test_client()
    found = client.get(f"{ONE}?format=annotation").get_json(force=True)
    for address in (found["id"], found["body"][0]["id"], found["target"]["source"]["id"]):
        assert address.startswith("https://data.example.org/")


@pytest.mark.parametrize(
    ("question", "status", "name", "code"),
    [
        ("format=annotaton", 400, "format", "invalid"),
        ("fields=value", 400, "fields", "unknown"),
        ("as_of=9", 404, "as_of", "no_such_version"),
        ("as_of=0", 400, "as_of", "invalid"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    client: CheckedClient, question: str, status: int, name: str, code: str
) -> None:
    error = only_mistake(client, f"{ONE}?{question}", status)
    assert (error["name"], error["code"]) == (name, code)


def test_there_is_no_evidence_for_what_there_is_not(client: CheckedClient) -> None:
    for id_ in ("none", "%00", "procompite-financing%2Fx", "../sources"):
        assert client.get(f"/figures/{id_}/evidence").status_code == 404
    assert client.get("/programs/procompite/evidence").status_code == 404


def test_evidence_takes_few_statements(client: CheckedClient, statements: list[str]) -> None:
    client.get(ONE)
    # Version, last check, figure, source, organizations, history, check.
    assert len(statements) == 7
