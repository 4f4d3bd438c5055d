"""`/figures/{id}/claims` and `conflicts=`: what is said about one thing, side by side."""

from pathlib import Path
from typing import Any

import pytest

from api.cli.database import now
from api.store.engine import open_writer
from api.store.load import load_dataset
from schemas import FIGURE
from tests.contract.conformance import CheckedClient, only_mistake
from tests.contract.model import are_counterparts
from tests.contract.test_filters import everything
from tests.contract.test_search import forged
from tests.store.generated import BOTH, bundle_of, figure

YEAR = {"start": "2021-01-01", "end": "2021-12-31", "duration": None}


def said(on: str) -> dict[str, Any]:
    return {"attribution": {"organization": "produce", "on": on}}


CLAIMS = [
    figure("asked", 25, **said("2021-04-28")),
    figure("agrees", 25, **said("2021-01-01")),
    figure("about", 30, qualifier="about", **said("2021-03-01")),
    figure("at-least", 20, qualifier="at_least", **said("2021-02-01")),
    figure("denies", 26, **said("2021-05-01")),
    figure("repeats", 25, same_claim_as="asked", **said("2021-06-01")),
    figure("preferred", 24, rank="preferred", **said("2020-01-01")),
    figure("deprecated", 99, rank="deprecated", **said("2022-01-01")),
    figure("target", 40, status="target", **said("2021-04-28")),
    figure("of-the-year", 41, period=YEAR, **said("2021-04-27")),
    figure("of-a-region", 3, scope="regional", regions=["PE-PIU"], **said("2021-04-26")),
    figure("of-services", 1, metric="services", **said("2021-04-28")),
]
RELATIONS = {
    "agrees": "same_value",
    "about": "can_both_be_true",
    "at-least": "can_both_be_true",
    "denies": "cannot_both_be_true",
    "repeats": "same_value",
    "preferred": "cannot_both_be_true",
    "deprecated": "cannot_both_be_true",
    "target": "not_comparable",
    "of-the-year": "not_comparable",
    "of-a-region": "not_comparable",
}


def load(database: Path, records: list[dict[str, Any]]) -> int:
    db = open_writer(str(database), 1000)
    outcome = load_dataset(db, bundle_of(records), now)
    db.conn.close()
    assert not outcome.findings
    assert outcome.version
    return outcome.version


@pytest.fixture
def claims(database: Path) -> int:
    return load(database, CLAIMS)


def side_by_side(client: CheckedClient, id_: str, question: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/figures/{id_}/claims{question}")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.get_json()["results"]
    return found


@pytest.mark.usefixtures("claims")
def test_the_figure_comes_first_then_by_rank_then_the_latest_word(client: CheckedClient) -> None:
    # The ministry's own figures of the article have other metrics.
    assert [found["figure"]["id"] for found in side_by_side(client, "asked")] == [
        "asked",
        "preferred",
        "repeats",
        "denies",
        "target",
        "of-the-year",
        "of-a-region",
        "about",
        "at-least",
        "agrees",
        "deprecated",
    ]


@pytest.mark.usefixtures("claims")
def test_each_claim_says_how_it_stands_to_the_figure(client: CheckedClient) -> None:
    itself, *others = side_by_side(client, "asked")
    assert itself["relation"] == "itself"
    assert {other["figure"]["id"]: other["relation"] for other in others} == RELATIONS
    reasons = {other["figure"]["id"]: other["reasons"] for other in others}
    assert [reason["code"] for reason in reasons["about"]] == ["no_bounds"]
    assert [reason["code"] for reason in reasons["of-a-region"]] == [
        "scope_differs",
        "regions_differ",
    ]
    same = {other["figure"]["id"] for other in others if other["same_claim"]}
    assert same == {"repeats"}


@pytest.mark.usefixtures("claims")
def test_a_claim_is_the_figure_as_its_own_address_has_it(client: CheckedClient) -> None:
    for found in side_by_side(client, "asked"):
        item = client.get(found["links"]["self"]).get_json()
        links = item.pop("links")
        assert item == found["figure"]
        assert {name: links[name] for name in ("claims", "evidence", "cite")} == {
            name: found["links"][name] for name in ("claims", "evidence", "cite")
        }
        assert client.get(found["links"]["claims"]).status_code == 200


@pytest.mark.usefixtures("claims")
def test_from_every_figure_its_claims_are_those_that_comparing_finds(
    client: CheckedClient,
) -> None:
    records = everything(client, FIGURE)
    for record in records:
        found = {claim["figure"]["id"] for claim in side_by_side(client, record["id"])}
        assert found == {other["id"] for other in records if are_counterparts(record, other)}


@pytest.mark.usefixtures("claims")
def test_pages_of_claims_follow_each_other_each_with_the_figure(client: CheckedClient) -> None:
    whole = [found["figure"]["id"] for found in side_by_side(client, "asked")]
    for per_page in (1, 3, 100):
        seen: list[str] = []
        address = f"/figures/asked/claims?per_page={per_page}"
        while address:
            page = client.get(address).get_json()
            first, *others = [found["figure"]["id"] for found in page["results"]]
            assert first == "asked"
            assert len(others) <= per_page
            assert page["pagination"]["count"] == len(whole) - 1
            seen += others
            address = page["links"]["next"]
        assert seen == whole[1:]


def test_what_another_data_set_says_is_a_claim_too(client: CheckedClient, database: Path) -> None:
    known = client.get("/figures/procompite-business-plans").get_json()
    terms = ("program", "metric", "unit", "status", "period", "scope", "regions")
    other = figure("counted-again", 9724, **{name: known[name] for name in terms}, notes=BOTH)
    load(database, [other])
    for asked, found in ((known["id"], other["id"]), (other["id"], known["id"])):
        itself, claim = side_by_side(client, asked)
        assert (itself["relation"], claim["relation"]) == ("itself", "cannot_both_be_true")
        assert claim["figure"]["id"] == found
        assert claim["figure"]["dataset"] != itself["figure"]["dataset"]
    conflicts = client.get("/figures?conflicts=true").get_json()["results"]
    assert [record["id"] for record in conflicts] == ["counted-again", "procompite-business-plans"]


def test_a_figure_that_nothing_else_speaks_of_stands_alone(client: CheckedClient) -> None:
    (itself,) = side_by_side(client, "der-regions")
    assert itself["relation"] == "itself"


def test_claims_are_those_of_the_version_that_is_asked_for(
    client: CheckedClient, database: Path, claims: int
) -> None:
    before = client.get(f"/figures/asked/claims?as_of={claims}")
    load(database, [*CLAIMS[:4], figure("newcomer", 12)])
    now_ = [found["figure"]["id"] for found in side_by_side(client, "asked")]
    assert now_ == ["asked", "newcomer", "about", "at-least", "agrees"]
    again = client.get(f"/figures/asked/claims?as_of={claims}")
    assert again.get_data() == before.get_data()
    gone = client.get("/figures/denies/claims")
    assert gone.status_code == 404
    assert f"as_of={claims}" in gone.get_json()["detail"]
    assert client.get(f"/figures/denies/claims?as_of={claims}").status_code == 200
    assert client.get("/figures/asked/claims?as_of=4").status_code == 404


def conflicting(client: CheckedClient, question: str) -> list[str]:
    answer = client.get(f"/figures?dataset=generated&{question}")
    assert answer.status_code == 200
    return [record["id"] for record in answer.get_json()["results"]]


def test_conflicts_are_those_that_count_and_cannot_both_be_true(
    client: CheckedClient, database: Path, claims: int
) -> None:
    contested = ["agrees", "asked", "at-least", "denies", "preferred", "repeats"]
    # 'at least 20' goes with 24, 25 and 26: it is not contested itself.
    contested.remove("at-least")
    assert conflicting(client, "conflicts=true") == contested
    rest = conflicting(client, "conflicts=false")
    assert sorted(rest + contested) == sorted(record["id"] for record in CLAIMS)
    assert conflicting(client, "conflicts=true&value__gte=26") == ["denies"]
    page = client.get("/figures?conflicts=true&per_page=2&sort=-value").get_json()
    assert page["pagination"]["count"] == len(contested)
    ids = [record["id"] for record in page["results"]]
    while page["links"]["next"]:
        page = client.get(page["links"]["next"]).get_json()
        ids += [record["id"] for record in page["results"]]
    assert ids == ["denies", "repeats", "asked", "agrees", "preferred"]
    for format_ in ("csv", "ndjson"):
        text = client.get(f"/figures?conflicts=true&fields=id&format={format_}").text
        assert [id_ for id_ in contested if id_ in text] == contested
        assert len(text.splitlines()) == len(contested) + (format_ == "csv")
    load(database, [record for record in CLAIMS if record["id"] not in ("denies", "preferred")])
    assert conflicting(client, "conflicts=true") == []
    assert conflicting(client, f"conflicts=true&as_of={claims}") == contested


@pytest.mark.parametrize(
    ("address", "status", "name", "code"),
    [
        ("/figures?conflicts=yes", 400, "conflicts", "invalid"),
        ("/figures?conflicts=1", 400, "conflicts", "invalid"),
        ("/figures?conflicts=", 400, "conflicts", "invalid"),
        ("/figures?conflicts=true&conflicts=false", 400, "conflicts", "repeated"),
        ("/figures?conflict=true", 400, "conflict", "unknown"),
        ("/programs?conflicts=true", 400, "conflicts", "unknown"),
        ("/figures/der-regions/claims?per_page=0", 400, "per_page", "invalid"),
        ("/figures/der-regions/claims?sort=value", 400, "sort", "unknown"),
        ("/figures/der-regions/claims?cursor=v4.000000000000.W10", 409, "cursor", "contradiction"),
        ("/figures/der-regions/claims?as_of=9", 404, "as_of", "no_such_version"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    client: CheckedClient, address: str, status: int, name: str, code: str
) -> None:
    error = only_mistake(client, address, status)
    assert (error["name"], error["code"]) == (name, code)


@pytest.mark.usefixtures("claims")
def test_a_forged_cursor_leads_nowhere(client: CheckedClient) -> None:
    real = client.get("/figures/asked/claims?per_page=2").get_json()["pagination"]["next_cursor"]
    for cursor in forged(real, [["a", "b", "c"], [1, 2, "c"], [None, None, "x"], [1, "a"], []]):
        answer = client.get(f"/figures/asked/claims?per_page=2&cursor={cursor}")
        assert answer.status_code == 404, cursor
        assert answer.get_json()["errors"][0]["code"] == "no_such_place"


def test_a_page_of_claims_takes_three_statements_beside_the_version(
    client: CheckedClient, statements: list[str]
) -> None:
    client.get("/figures/pac-projects/claims")
    assert len(statements) == 1 + 3
