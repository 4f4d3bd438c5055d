"""What the store's tests ask for: a writer of the test's own database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.store.engine import Database, open_writer
from api.store.pool import Store


@pytest.fixture
def db(database: Path) -> Iterator[Database]:
    """A writer of a seeded database."""
    db = open_writer(str(database), 1000)
    yield db
    db.conn.close()


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    """Readers of the same database."""
    store = Store(str(database), 10_000)
    yield store
    store.close()


def dump(db: Database) -> dict[str, list[Any]]:
    """Every row of every table, the engine's own among them."""
    return {
        name: db.conn.execute(f'SELECT * FROM "{name}" ORDER BY 1, 2').fetchall()
        for name in sorted(db.table_names())
        if len(db.table(name).columns) > 1
    }
