"""The history as changes: whoever applies them all, in order, has the current data."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule, run_state_machine_as_test

from api.app import create_app
from api.cli.database import now
from api.settings import Settings
from api.store.changes import Mark, changes_statement
from api.store.engine import Database, open_writer
from api.store.load import load_dataset
from schemas import RESOURCES
from schemas.change import Change, compare
from schemas.query import Query
from tests.store.generated import bundle_of, figure, figures

BEGINNING = Mark(0)
Records = dict[tuple[str, str], Any]


class Follower:
    """A client that keeps a copy of the data by applying changes."""

    def __init__(self, since: str, records: Records) -> None:
        self.since = since
        self.records = records

    def apply(self, page: dict[str, Any]) -> None:
        for change in page["results"]:
            key = (change["resource"], change["id"])
            if change["kind"] == "deleted":
                del self.records[key]
            else:
                assert (key in self.records) == (change["kind"] == "changed")
                self.records[key] = change["record"]
        self.since = page["pagination"]["since"]


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

    def teardown(self) -> None:
        self.app.extensions["quipu"].store.close()
        self.db.conn.close()
        self.folder.cleanup()

    def data(self, version: int | None = None) -> Records:
        pin = f"&as_of={version}" if version else ""
        found = {}
        for resource in RESOURCES:
            answer = self.client.get(f"/{resource.name}?format=ndjson{pin}")
            for line in answer.get_data(as_text=True).splitlines():
                record = json.loads(line)
                found[resource.name, record["id"]] = record
        return found

    def page(self, follower: Follower, per_page: int) -> dict[str, Any]:
        answer = self.client.get(f"/changes?since={follower.since}&per_page={per_page}")
        assert answer.status_code == 200
        page: dict[str, Any] = answer.get_json()
        return page

    @rule(records=figures())
    def load(self, records: list[dict[str, Any]]) -> None:
        assert not load_dataset(self.db, bundle_of(records), now).findings

    @rule(target=followers)
    def start_with_nothing(self) -> Follower:
        return Follower("v0", {})

    @rule(target=followers, share=st.floats(0, 1))
    def start_from_a_download(self, share: float) -> Follower:
        newest = self.db.table("releases").count
        version = 1 + round(share * (newest - 1))
        return Follower(f"v{version}", self.data(version))

    @rule(follower=followers, per_page=st.integers(1, 7))
    def read_a_page(self, follower: Follower, per_page: int) -> None:
        follower.apply(self.page(follower, per_page))

    @rule(follower=followers)
    def read_to_the_end(self, follower: Follower) -> None:
        more = True
        while more:
            page = self.page(follower, 100)
            follower.apply(page)
            more = page["pagination"]["more"]
        assert follower.records == self.data()


def test_followers_end_with_exactly_the_current_data(seeded: Path) -> None:
    machine = type("Seeded", (Following,), {"seeded": seeded})
    run_state_machine_as_test(
        machine,
        settings=hypothesis_settings(max_examples=25, stateful_step_count=12, deadline=None),
    )


def every(db: Database, since: Mark = BEGINNING, limit: int | None = None) -> Iterator[Change]:
    until = db.table("releases").count
    statement = changes_statement(Query(), since, until, limit)
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


def test_the_changes_are_read_in_order_from_indexes(db: Database) -> None:
    """A page must not cost what the rest of the history costs: nothing is sorted but ties."""
    statement = changes_statement(Query(), Mark(0), 4, 20)
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
