"""The history as changes: whoever applies them all, in order, has the current data."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule, run_state_machine_as_test

from api.app import create_app
from api.cli.database import now
from api.settings import Settings
from api.store.changes import Mark, Span, changes_statement
from api.store.engine import Database, open_writer
from api.store.load import load_dataset
from schemas import BY_NAME, RESOURCES
from schemas.change import Change, compare
from schemas.paths import values_at
from schemas.query import Query
from tests.store.generated import PLACES, bundle_of, figure, figures

BEGINNING = Mark(0)
Records = dict[tuple[str, str], Any]
# What followers ask for, as parameters. Of several, a record must meet all.
QUESTIONS: tuple[dict[str, str], ...] = (
    {},
    {"resource": "figures"},
    {"dataset": "generated"},
    {"program": "procompite"},
    {"region": "PE-PIU"},
    {"region": "PE-CUS,PE-LIM"},
    {"program": "procompite", "region": "PE-PIU"},
)


class Follower:
    """A client that keeps a copy of what it asks for by applying changes."""

    def __init__(self, question: dict[str, str], since: str, records: Records) -> None:
        self.question = question
        self.since = since
        self.records = records

    def apply(self, page: dict[str, Any]) -> None:
        for change in page["results"]:
            key = (change["resource"], change["id"])
            if change["kind"] == "deleted":
                gone = self.records.pop(key)
                assert gone == change["last_record"]
                continue
            assert change["last_record"] is None
            if change["kind"] == "created" or not self.question:
                assert (key in self.records) == (change["kind"] == "changed")
            self.records[key] = change["record"]
            # What no longer says what is asked for comes once more, and is then another's.
            if not asked_for(change["record"], change["resource"], self.question):
                del self.records[key]
        self.since = page["pagination"]["since"]


def asked_for(record: dict[str, Any], resource: str, question: dict[str, str]) -> bool:
    """Whether a record is what it is asked for, names it, or is of it."""
    for name, text in question.items():
        if name == "resource":
            found = {resource}
        elif name == "dataset":
            found = {record["dataset"]}
        else:
            places = BY_NAME[resource].places.values()
            naming = [p.path for p in places if getattr(p.field, "target", "") == f"{name}s"]
            found = {value for path in naming for value in values_at(record, path)}
            found |= {record["id"]} if resource == f"{name}s" else set()
        if not found & set(text.split(",")):
            return False
    return True


class Following(RuleBasedStateMachine):
    """Loads go on while followers read page after page, each at its own pace."""

    seeded: Path
    followers = Bundle("followers")

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        path = shutil.copy(self.seeded, Path(self.folder.name) / "quipu.db")
        self.db = open_writer(str(path), 1000)
        self.app = create_app(Settings(database=str(path)))
        self.client = self.app.test_client()
        self.loaded: list[dict[str, Any]] = []
        self.all_followers: list[Follower] = []

    def teardown(self) -> None:
        self.app.extensions["quipu"].store.close()
        self.db.conn.close()
        self.folder.cleanup()

    def data(self, question: dict[str, str], version: int | None = None) -> Records:
        pin = f"&as_of={version}" if version else ""
        found = {}
        for resource in RESOURCES:
            answer = self.client.get(f"/{resource.name}?format=ndjson{pin}")
            for line in answer.get_data(as_text=True).splitlines():
                record = json.loads(line)
                if asked_for(record, resource.name, question):
                    found[resource.name, record["id"]] = record
        return found

    def page(self, follower: Follower, per_page: int) -> dict[str, Any]:
        asked = {**follower.question, "since": follower.since, "per_page": per_page}
        answer = self.client.get("/changes", query_string=asked)
        assert answer.status_code == 200
        page: dict[str, Any] = answer.get_json()
        return page

    @rule(records=figures(at_least=3))
    def load(self, records: list[dict[str, Any]]) -> None:
        assert not load_dataset(self.db, bundle_of(records), now).findings
        self.loaded = records

    @rule(place=PLACES, program=st.sampled_from([None, "procompite"]), dropped=st.integers(0, 2))
    def move_what_is_there(self, place: dict[str, Any], program: str | None, dropped: int) -> None:
        moved = {"allocation": None, **place, "program": program}
        self.load([{**record, **moved} for record in self.loaded[dropped:]])

    @rule(target=followers, question=st.sampled_from(QUESTIONS))
    def start_with_nothing(self, question: dict[str, str]) -> Follower:
        return self.joined(Follower(question, "v0", {}))

    @rule(target=followers, question=st.sampled_from(QUESTIONS), share=st.floats(0, 1))
    def start_from_a_download(self, question: dict[str, str], share: float) -> Follower:
        newest = self.db.table("releases").count
        version = 1 + round(share * (newest - 1))
        return self.joined(Follower(question, f"v{version}", self.data(question, version)))

    @rule(target=followers, follower=followers)
    def remember_a_place(self, follower: Follower) -> Follower:
        """Another client stays where this one is now, in the middle of a version perhaps."""
        return self.joined(Follower(follower.question, follower.since, dict(follower.records)))

    def joined(self, follower: Follower) -> Follower:
        self.all_followers.append(follower)
        return follower

    @rule(follower=followers, per_page=st.integers(1, 7))
    def read_a_page(self, follower: Follower, per_page: int) -> None:
        follower.apply(self.page(follower, per_page))

    @rule()
    def all_read_to_the_end(self) -> None:
        for follower in self.all_followers:
            more = True
            while more:
                page = self.page(follower, 100)
                follower.apply(page)
                more = page["pagination"]["more"]
            assert follower.records == self.data(follower.question)


def test_followers_end_with_exactly_the_current_data(seeded: Path) -> None:
    machine = type("Seeded", (Following,), {"seeded": seeded})
    run_state_machine_as_test(
        machine,
        settings=hypothesis_settings(max_examples=40, stateful_step_count=14),
    )


def every(
    db: Database,
    since: Mark = BEGINNING,
    until: Mark | None = None,
    *,
    newest_first: bool = False,
) -> Iterator[Change]:
    span = Span(since, until or Mark(db.table("releases").count))
    statement = changes_statement(Query(), span, None, newest_first=newest_first)
    return (Change(*row) for row in db.conn.execute(*statement))


def test_each_change_of_the_history_comes_once_and_in_one_order(db: Database) -> None:
    for records in ([figure("a"), figure("b")], [figure("b", 7), figure("c")], [figure("a", 3)]):
        assert not load_dataset(db, bundle_of(records), now).findings
    changes = [change for change in every(db) if change.id in "abc"]
    assert [(c.version, c.kind, c.id) for c in changes] == [
        (5, "created", "a"),
        (5, "created", "b"),
        (6, "deleted", "a"),
        (6, "changed", "b"),
        (6, "created", "c"),
        (7, "created", "a"),
        (7, "deleted", "b"),
        (7, "deleted", "c"),
    ]
    keys = [(change.version, change.id, change.resource) for change in every(db)]
    assert keys == sorted(set(keys))


def test_from_each_place_the_rest_follows(db: Database) -> None:
    load_dataset(db, bundle_of([figure("a"), figure("b")]), now)
    load_dataset(db, bundle_of([figure("b", 7)]), now)
    whole = list(every(db))
    for number, change in enumerate(whole):
        assert (
            list(every(db, Mark(change.version, change.id, change.resource)))
            == (whole[number + 1 :])
        )
    for version in range(8):
        assert list(every(db, Mark(version))) == [c for c in whole if c.version > version]


def test_to_each_place_leads_what_came_before_it(db: Database) -> None:
    load_dataset(db, bundle_of([figure("a"), figure("b")]), now)
    load_dataset(db, bundle_of([figure("b", 7)]), now)
    whole = list(every(db))
    assert list(every(db, newest_first=True)) == whole[::-1]
    for number, change in enumerate(whole):
        place = Mark(change.version, change.id, change.resource)
        assert list(every(db, until=place)) == whole[:number]
        assert list(every(db, until=place, newest_first=True)) == whole[:number][::-1]
        assert list(every(db, Mark(3), place)) == [c for c in whole[:number] if c.version > 3]
    for version in range(8):
        assert list(every(db, until=Mark(version))) == [c for c in whole if c.version <= version]


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("until", [Mark(4), Mark(4, "procompite-financing", "figures")])
def test_the_changes_are_read_in_order_from_indexes(
    db: Database, until: Mark, newest_first: bool
) -> None:
    """A page must not cost what the rest of the history costs: nothing is sorted but ties."""
    statement = changes_statement(Query(), Span(Mark(0), until), 20, newest_first=newest_first)
    plan = [row[3] for row in db.conn.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement[1])]
    assert any("MERGE (UNION ALL)" in step for step in plan)
    assert not [step for step in plan if step.startswith("SCAN") and step != "SCAN c"]
    assert not [step for step in plan if step == "USE TEMP B-TREE FOR ORDER BY"]


def test_a_date_moves_only_when_the_content_moves(db: Database) -> None:
    load_dataset(db, bundle_of([figure("a"), figure("b")]), now)
    load_dataset(db, bundle_of([figure("a"), figure("b", 7)]), now)
    last = list(every(db, Mark(5)))
    assert [change.id for change in last] == ["b"]
    (body,) = db.conn.execute("SELECT body FROM figures WHERE id = 'a'").fetchone()
    assert json.loads(body)["version"] == 5


def test_differences_name_each_member_that_changed() -> None:
    before = {"id": "a", "value": 1, "period": {"start": None, "end": "2021-12-31"}, "regions": []}
    after = {"id": "a", "value": 2, "period": {"start": "2021-01-01", "end": "2021-12-31"}}
    assert list(compare({**before, "version": 1}, {**after, "regions": ["PE"], "version": 2})) == [
        {"path": "value", "before": 1, "after": 2},
        {"path": "period.start", "before": None, "after": "2021-01-01"},
        {"path": "regions", "before": [], "after": ["PE"]},
    ]
    assert list(compare({"period": None}, {"period": {"end": "2021-12-31"}})) == [
        {"path": "period", "before": None, "after": {"end": "2021-12-31"}}
    ]
