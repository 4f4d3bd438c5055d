"""What several commands do with the database: open it, seed it, say what went wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from api.intake.read import Bundle, read_dataset
from api.settings import Settings
from api.store.engine import Busy, Database, DatabaseError, open_writer
from api.store.load import Clock, Outcome, Progress, load_dataset, prepare

FOUND = 1


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def writer(settings: Settings) -> Iterator[Database]:
    """The database, open for writing and of the declared layout. Ends the command if it is not."""
    try:
        db = open_writer(settings.database, settings.lock_timeout_ms)
        try:
            prepare(db)
            yield db
        finally:
            db.conn.close()
    except Busy as error:
        raise click.ClickException(str(error)) from error
    except (DatabaseError, OSError) as error:
        raise click.ClickException(f"{settings.database}: {error}") from error


def packaged_datasets() -> list[Bundle]:
    """The data sets that come with the program, each after those that it depends on."""
    folders = [
        read_dataset(folder)
        for folder in sorted(files("seed_data").iterdir(), key=lambda entry: entry.name)
        if _is_dataset(folder)
    ]
    return in_order(folders)


def in_order(bundles: list[Bundle]) -> list[Bundle]:
    """Bundles, each after those that it depends on (a circle comes last, as it is)."""
    waiting, ordered = list(bundles), []
    while waiting:
        names = {bundle.dataset for bundle in waiting}
        ready = [b for b in waiting if not needs(b) & (names - {b.dataset})] or waiting
        ordered.extend(ready)
        waiting = [b for b in waiting if not any(b is one for one in ready)]
    return ordered


def _is_dataset(folder: Traversable | Path) -> bool:
    return folder.is_dir() and (folder / "dataset.yaml").is_file()


def needs(bundle: Bundle) -> set[str]:
    """The data sets that a bundle says it depends on."""
    for record in bundle.records:
        if record.resource == "datasets" and isinstance(record.data, dict):
            found = record.data.get("depends_on")
            return set(map(str, found)) if isinstance(found, list) else set()
    return set()


def seed(
    db: Database, *, clock: Clock = now, progress: Progress = lambda count: None
) -> list[Outcome]:
    """Load every data set that comes with the program."""
    return [load_dataset(db, bundle, clock, progress=progress) for bundle in packaged_datasets()]


def is_empty(db: Database) -> bool:
    """Whether nothing was ever loaded."""
    return not db.table("releases").count
