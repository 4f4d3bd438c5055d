"""What every test may ask for: a seeded database of its own, and a client that holds each
response against the specification."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings

from api.app import create_app
from api.cli.database import seed
from api.settings import Settings
from api.store.engine import open_writer
from api.store.load import prepare
from tests.contract.conformance import CacheUnderTest, CheckedClient, Recording

# No test is about how long something takes, on whatever machine.
hypothesis_settings.register_profile("untimed", deadline=None)
# For `contract/mutate.py`: that something fails is enough, the shortest way to it may take minutes.
hypothesis_settings.register_profile(
    "unshrunk", deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate]
)
hypothesis_settings.load_profile("untimed")
SEEDS = Path(str(files("seed_data")))


@pytest.fixture(autouse=True)
def _nobody_stands_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that is run in this process lowers its priority: it could not be raised again."""
    monkeypatch.setattr("api.cli.load.stand_back", lambda: None)


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seeded database, made once; tests get copies."""
    path = tmp_path_factory.mktemp("seeded") / "quipu.db"
    db = open_writer(str(path), 1000)
    prepare(db)
    assert not [finding for outcome in seed(db) for finding in outcome.findings]
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.conn.close()
    return path


@pytest.fixture
def database(seeded: Path, tmp_path: Path) -> Path:
    """A seeded database of the test's own."""
    return Path(shutil.copy(seeded, tmp_path / "quipu.db"))


@pytest.fixture
def settings(database: Path, tmp_path: Path) -> Settings:
    return Settings(database=str(database), spool=str(tmp_path / "spool"))


@pytest.fixture
def statements() -> list[str]:
    """The SQL statements that the application has sent, transaction control left out."""
    return []


@pytest.fixture
def make_app(settings: Settings, statements: list[str]) -> Iterator[Callable[..., Flask]]:
    """Makes the application, with other settings where they are given."""
    apps: list[Flask] = []

    def make(**changes: object) -> Flask:
        recording = Recording(statements)
        app = create_app(replace(settings, **changes), trace=recording.note)
        app.test_client_class = CheckedClient
        app.extensions["cache"] = CacheUnderTest(app, recording)
        app.testing = False
        apps.append(app)
        return app

    yield make
    for app in apps:
        app.extensions["quipu"].store.close()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def client(app: Flask) -> CheckedClient:
    """A client; each response that it gets has been held against the specification."""
    found = app.test_client()
    assert isinstance(found, CheckedClient)
    return found


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """A copy of the article's data set that the test may change."""
    return Path(shutil.copytree(SEEDS / "perumin_2021", tmp_path / "perumin_2021"))


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return lambda: datetime(2030, 1, 1, tzinfo=UTC)
