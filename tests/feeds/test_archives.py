"""A feed with its archive is the history: whoever was away misses nothing, and nothing moves."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from api.app import create_app
from api.cli.database import now
from api.intake.read import read_dataset
from api.settings import Settings
from api.store.engine import Database, open_writer
from api.store.load import load_dataset
from api.views.channel import ENTRIES
from tests.conftest import SEEDS
from tests.contract.conformance import CheckedClient
from tests.contract.test_time import change
from tests.contract.test_time import load as load_folder
from tests.feeds.reading import key_of, read, told, walk
from tests.store.generated import PLACES, bundle_of, figure

# Each feed, and what asks `/changes` for the same.
FEEDS: dict[str, dict[str, str]] = {
    "/feeds/changes.atom": {},
    "/feeds/changes.json?lang=es": {},
    "/feeds/programs/procompite.json": {"program": "procompite"},
    "/feeds/regions/PE-PIU.atom?lang=es": {"region": "PE-PIU"},
}


class Archiving(RuleBasedStateMachine):
    """Loads go on, of few records and of more than a part holds, and readers come now and then."""

    seeded: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        path = shutil.copy(self.seeded, Path(self.folder.name) / "quipu.db")
        self.db = open_writer(str(path), 1000)
        self.app = create_app(Settings(database=str(path)))
        self.client = self.app.test_client()
        self.fetched: dict[str, bytes] = {}
        # What each reader has gathered: {id: title} by the feed's address.
        self.gathered: dict[str, dict[str, str]] = {address: {} for address in FEEDS}

    def teardown(self) -> None:
        self.app.extensions["quipu"].store.close()
        self.db.conn.close()
        self.folder.cleanup()

    @rule(
        first=st.integers(0, 20),
        number=st.sampled_from([1, 7, ENTRIES - 1, ENTRIES, ENTRIES + 1, 2 * ENTRIES + 3]),
        value=st.integers(0, 2),
        place=PLACES,
        program=st.sampled_from([None, "procompite"]),
    )
    def load(
        self, first: int, number: int, value: int, place: dict[str, Any], program: str | None
    ) -> None:
        records = [
            figure(f"g-{n}", value + n % 2, program=program if n % 3 else None, **place)
            for n in range(first, first + number)
        ]
        assert not load_dataset(self.db, bundle_of(records), now).findings
        self.compare()

    @rule(name=st.sampled_from(["Procompite II", "Fondo"]), title=st.booleans())
    def rename(self, name: str, title: bool) -> None:
        """What entries name gets another name; those of the past keep the one it had."""
        bundle = read_dataset(SEEDS / "perumin_2021")
        for record in bundle.records:
            if (record.resource, record.name) == ("programs", "procompite"):
                record.data["name"] = {"en": name, "es": f"{name} (es)"}
            elif record.resource == "sources" and title:
                record.data["title"] = f"{name} in the regions"
        assert not load_dataset(self.db, bundle, now).findings
        self.compare()

    def compare(self) -> None:
        """Each feed and its archive tell of each change, as often as needed and in no other words;
        what was fetched before is still the same."""
        for address, text in self.fetched.items():
            assert self.client.get(address).get_data() == text
        for address, question in FEEDS.items():
            found: dict[str, str] = {}
            for where, document in walk(self.client, address):
                for id_, title in document.entries.items():
                    assert found.setdefault(id_, title) == title
                if where != address:
                    assert self.fetched.setdefault(where, document.text) == document.text
            keys = {change["key"] for change in told(self.client, question)}
            assert {key_of(id_) for id_ in found} == keys

    @rule(address=st.sampled_from(list(FEEDS)))
    def catch_up(self, address: str) -> None:
        """A reader stops at the first document that brings nothing new, and has everything."""
        gathered = self.gathered[address]
        for _, document in walk(self.client, address):
            news = document.entries.keys() - gathered.keys()
            gathered |= document.entries
            if not news:
                break
        changes = told(self.client, FEEDS[address])
        assert {key_of(id_) for id_ in gathered} == {change["key"] for change in changes}


def test_a_feed_and_its_archive_are_the_history(seeded: Path) -> None:
    machine = type("Seeded", (Archiving,), {"seeded": seeded})
    run_state_machine_as_test(
        machine,
        settings=hypothesis_settings(max_examples=10, stateful_step_count=5),
    )


def load(db: Database, number: int, value: int = 1) -> None:
    records = [figure(f"g-{n:03}", value) for n in range(number)]
    assert not load_dataset(db, bundle_of(records), now).findings


@pytest.fixture
def db(database: Path) -> Any:
    db = open_writer(str(database), 1000)
    yield db
    db.conn.close()


def test_a_version_is_cut_into_parts_that_lead_on_to_each_other(
    client: CheckedClient, db: Database
) -> None:
    load(db, 2 * ENTRIES + 10)
    parts = dict(walk(client, "/feeds/changes.atom?archive=v5"))
    sizes = [len(part.entries) for part in parts.values()]
    assert sizes[:3] == [ENTRIES, ENTRIES, 11]  # with the data set itself
    keys = [key_of(id_) for part in parts.values() for id_ in part.entries]
    assert keys == [change["key"] for change in reversed(told(client, {}))]
    assert len(set(keys)) == len(keys)


def test_the_feed_leads_to_the_part_that_goes_on(client: CheckedClient, db: Database) -> None:
    load(db, 2 * ENTRIES)
    # All of it is one version's: the archive goes on where the feed ends.
    first, second, *_ = [document for _, document in walk(client, "/feeds/changes.atom")]
    assert not first.entries.keys() & second.entries.keys()
    assert read(client, "/feeds/changes.atom?archive=v5").entries == first.entries
    load(db, 2 * ENTRIES + 1)
    # It now reaches into a version that it does not hold whole: that one's archive is all of it.
    first, second, *_ = [document for _, document in walk(client, "/feeds/changes.atom")]
    assert first.older == "/feeds/changes.atom?archive=v5"
    assert len(first.entries.keys() & second.entries.keys()) == ENTRIES - 1


def test_versions_in_which_nothing_of_a_feed_changed_are_passed_over(
    client: CheckedClient, db: Database
) -> None:
    before = read(client, "/feeds/regions/PE-PIU.atom")
    for value in range(3):
        load(db, 3, value)
    load_dataset(db, bundle_of([figure("p", scope="regional", regions=["PE-PIU"])]), now)
    archives = [address for address, _ in walk(client, "/feeds/regions/PE-PIU.atom?archive=v8")]
    assert archives == [
        "/feeds/regions/PE-PIU.atom?archive=v8",
        "/feeds/regions/PE-PIU.atom?archive=v4",
        "/feeds/regions/PE-PIU.atom?archive=v3",
    ]
    assert len(read(client, "/feeds/regions/PE-PIU.atom").entries) == len(before.entries) + 1


def test_a_part_in_which_nothing_changed_leads_on_all_the_same(client: CheckedClient) -> None:
    empty = read(client, "/feeds/programs/procompite.atom?archive=v4.WyIwIiwiMCJd")
    assert empty.entries == {}
    (fault,) = [read(client, "/feeds/regions/PE-PIU.json?archive=v3")]
    assert fault.older is None


@pytest.mark.parametrize("address", FEEDS)
def test_the_archive_keeps_the_names_that_held(
    client: CheckedClient, database: Path, dataset: Path, address: str
) -> None:
    joint = "&" if "?" in address else "?"
    before = client.get(f"{address}{joint}archive=v4").get_data()
    change(dataset, "en: Procompite, es: Procompite", "en: New, es: Nuevo", "programs.yaml")
    change(dataset, "title: Produce seeks", "title: Now Produce seeks", "sources.yaml")
    change(
        dataset, "en: PERUMIN, es: PERUMIN", "en: The event, es: El evento", "organizations.yaml"
    )
    change(dataset, "Business plans financed", "Plans of business financed")
    change(dataset, "Investment by the end", "Investment at the end")
    load_folder(database, dataset)
    assert client.get(f"{address}{joint}archive=v4").get_data() == before
    now_ = client.get(address).get_data(as_text=True)
    assert "Now Produce seeks" in now_
    assert ("The event" in now_) or ("El evento" in now_)
    assert "Procompite" not in read(client, address).title
