"""The fixture: data made up for contract tests, loaded at fixed moments.

Whoever tests against it finds the same records, versions, moments and hashes on every machine.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import count

from api.cli.database import writer
from api.cli.temporary import temporary_folder
from api.intake.packaged import packaged_datasets
from api.intake.read import Bundle, read_dataset
from api.settings import Settings
from api.store.engine import Database
from api.store.load import Outcome, load_dataset

# What the fixture's records refer to, of the data sets that come with the program.
UNDERNEATH = ("core", "iso-4217")
FIRST = datetime(2030, 1, 1, tzinfo=UTC)
BETWEEN = timedelta(days=1)


def fixture_datasets() -> list[Bundle]:
    """Its data sets, in the order in which they are loaded; one comes in several states."""
    known = [bundle for bundle in packaged_datasets() if bundle.dataset in UNDERNEATH]
    folder = files("seed_data") / "fixture"
    states = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".yaml")),
        key=lambda file: file.name,
    )
    return [*known, *(read_dataset(file) for file in states)]


def load_fixture(db: Database) -> list[Outcome]:
    """Load the fixture into an empty database: one version a day, beginning with 2030."""
    moments = (FIRST + number * BETWEEN for number in count())
    return [load_dataset(db, bundle, lambda: next(moments)) for bundle in fixture_datasets()]


@contextmanager
def fixture_settings(settings: Settings) -> Iterator[Settings]:
    """The same settings with a database of the fixture, which is gone after the block."""
    with temporary_folder("fixture") as folder:
        own = replace(settings, database=str(folder / "quipu.db"))
        with writer(own) as db:
            load_fixture(db)
        yield own
