"""The fixture: it has every case that a client may meet, and is the same everywhere and always."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from api.app import create_app
from api.cli import main
from api.cli.fixture import load_fixture
from api.settings import Settings
from api.store.engine import open_writer
from api.store.load import prepare
from schemas import RESOURCES
from schemas.codes import CLOSED, LANGUAGES
from schemas.fields import Code, Text
from schemas.parameters import PER_PAGE
from tests.conftest import SEEDS

FOLDER = SEEDS / "fixture"
DATASETS = "fixture,fixture-history"
# Partners test against the fixture: whoever changes it, or how a record of it looks, means to,
# and says so in CHANGELOG.md.
FROZEN = "b5b66de5f743bdf5e66bd0a0ef5037ddf7b3dd90bc643fc1d485e6c6a3972ed4"

PLACES = [(r, place) for r in RESOURCES for place in r.places.values()]
# The lists that a record cannot do without.
NEVER_EMPTY = {"organizations.roles", "codelists.codes"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    path = tmp_path_factory.mktemp("fixture") / "quipu.db"
    db = open_writer(str(path), 1000)
    prepare(db)
    outcomes = load_fixture(db)
    db.conn.close()
    assert [outcome.findings for outcome in outcomes] == [[]] * len(outcomes)
    assert [outcome.version for outcome in outcomes] == list(range(1, len(outcomes) + 1))
    app = create_app(Settings(database=str(path)))
    yield app.test_client()
    app.extensions["quipu"].store.close()


def lines(client: FlaskClient, address: str) -> list[dict[str, Any]]:
    joint = "&" if "?" in address else "?"
    return [json.loads(x) for x in client.get(f"{address}{joint}format=ndjson").text.splitlines()]


@pytest.fixture(scope="module")
def records(client: FlaskClient) -> dict[str, list[dict[str, Any]]]:
    """Its records by resource, the codelists of the program among them."""
    return {resource.name: lines(client, f"/{resource.name}") for resource in RESOURCES}


def held(record: Any, path: str) -> list[Any]:
    """What a record has at a path, nulls and lists as they are."""
    name, _, rest = path.partition(".")
    if isinstance(record, list):
        return [value for element in record for value in held(element, path)]
    if record is None or not name:
        return [record]
    return held(record[name], rest) if rest else [record[name]]


@pytest.mark.parametrize(
    ("resource", "place"), PLACES, ids=[f"{r.name}.{place.path}" for r, place in PLACES]
)
def test_what_may_be_null_is_null_somewhere_and_stated_somewhere(
    records: dict[str, list[dict[str, Any]]], resource: Any, place: Any
) -> None:
    found = [value for record in records[resource.name] for value in held(record, place.path)]
    assert any(value is not None for value in found)
    assert any(value is None for value in found) or not place.nullable


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_every_list_is_empty_somewhere_and_has_one_and_several_elsewhere(
    records: dict[str, list[dict[str, Any]]], resource: Any
) -> None:
    for member in {p.path.split(".")[0] for p in resource.places.values() if p.many}:
        lengths = {min(len(record[member]), 2) for record in records[resource.name]}
        expected = {1, 2} if f"{resource.name}.{member}" in NEVER_EMPTY else {0, 1, 2}
        assert lengths == expected, member


@pytest.mark.parametrize("concept", CLOSED)
def test_every_code_of_a_closed_list_is_used(
    records: dict[str, list[dict[str, Any]]], concept: str
) -> None:
    used = {
        value
        for resource, place in PLACES
        if isinstance(place.field, Code) and place.field.concept == concept
        for record in records[resource.name]
        for value in held(record, place.path)
    }
    assert used >= set(CLOSED[concept])


def test_texts_are_as_long_as_texts_may_be(records: dict[str, list[dict[str, Any]]]) -> None:
    lengths = {len(f["label"][language]) for f in records["figures"] for language in LANGUAGES}
    assert max(lengths) == Text.longest
    assert {len(figure["id"]) for figure in records["figures"]} >= {1, 80}


def test_there_is_more_than_one_page(records: dict[str, list[dict[str, Any]]]) -> None:
    assert len(records["figures"]) > PER_PAGE


def test_records_come_change_go_and_come_back(client: FlaskClient) -> None:
    changes = lines(client, "/changes?dataset=fixture-history&resource=figures")
    told = {}
    for change in changes:
        told.setdefault(change["id"], []).append(change["kind"])
    assert told == {
        "history-kept": ["created"],
        "history-changed": ["created", "changed"],
        "history-deleted": ["created", "deleted"],
        "history-returned": ["created", "deleted", "created"],
    }


def test_versions_and_moments_are_fixed(client: FlaskClient) -> None:
    changes = lines(client, f"/changes?dataset={DATASETS}")
    assert {(change["version"], change["at"]) for change in changes} == {
        (version, f"2030-01-0{version}T00:00:00.000Z") for version in (3, 4, 5, 6)
    }


def test_the_fixture_is_frozen(client: FlaskClient) -> None:
    history = client.get(f"/changes?dataset={DATASETS}&format=ndjson").get_data()
    assert sha256(history).hexdigest() == FROZEN


def test_the_digits_stand_in_its_texts() -> None:
    texts = ("--source-text", str(FOLDER / "texts"))
    done = CliRunner().invoke(main, ["validate", str(FOLDER / "1-records.yaml"), *texts])
    assert done.exit_code == 0, done.output


def test_places_are_code_points_and_not_what_javascript_counts() -> None:
    text = (FOLDER / "texts" / "fixture-en.txt").read_text(encoding="utf-8")
    before = text.index("20 plans")
    assert len(text[:before].encode("utf-16-le")) // 2 == before + 1


def test_the_program_does_not_load_it_by_itself(seeded: Path) -> None:
    app = create_app(Settings(database=str(seeded)))
    answer = app.test_client().get("/datasets/fixture")
    app.extensions["quipu"].store.close()
    assert answer.status_code == 404
