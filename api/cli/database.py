"""What several commands do with the database: open it, seed it, say what went wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from api.intake.packaged import packaged_datasets
from api.settings import Settings
from api.store.engine import (
    Busy,
    Database,
    DatabaseError,
    Foreign,
    is_full,
    is_unwritable,
    open_writer,
    shorten_log,
    write_transaction,
)
from api.store.load import Clock, Outcome, load_dataset, prepare
from api.store.replace import Progress

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
            shorten_log(db.conn)
        finally:
            db.conn.close()
    except Busy as error:
        raise click.ClickException(str(error)) from error
    except (DatabaseError, Foreign, OSError) as error:
        raise click.ClickException(f"{settings.database}: {error}{_where(error)}") from error


def _where(error: Exception) -> str:
    """Where room may be lacking: SQLite says neither, and sorts in the temporary folder."""
    if isinstance(error, DatabaseError) and (is_full(error) or is_unwritable(error)):
        return "; its folder or the temporary one (TMPDIR) may be full or not writable"
    return ""


def seed(
    db: Database, *, clock: Clock = now, progress: Progress = lambda count: None
) -> list[Outcome]:
    """Load every data set that comes with the program, all at once: a database that holds some of
    them would not be taken for one that is to be seeded."""
    with write_transaction(db):
        return [
            load_dataset(db, bundle, clock, progress=progress) for bundle in packaged_datasets()
        ]


def is_empty(db: Database) -> bool:
    """Whether nothing was ever loaded."""
    return not db.table("releases").count
