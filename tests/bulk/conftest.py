"""What the tests of files ask for: data that are hard to write, and a way to have files made."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from api.bulk import making
from api.bulk.files import BY_FILE_NAME
from api.bulk.held import Held
from api.settings import Settings
from api.store.engine import open_writer
from api.store.load import load_dataset
from api.store.pool import Store
from tests.store.generated import bundle_of, figure

TEXTS = [
    "=SUM(A1:A9)", "'=1+1", "''@x", "+51 1 234", "-5", "@you", "'", '"', 'a "b", c', "a|b", "a;b",
    "ñandú Ñ", "\u00a0", "e\u0301", "😀", "﷽", "null", "NULL", "true", "007", "1e5", "2021-04-28",
    "a\\b", "\\N", "x" * 2000, "=" + "y" * 1999, "<b>&amp;</b>", "]]>", "\u202etxt", "{\"a\": 1}",
    "[]",
]  # fmt: skip
VALUES = [
    "0",
    "0.0001",
    "0.1",
    "7.5",
    "12345678901.2345",
    "922337203685477",
    "0.3",
    "99999999999.9999",
]

Make = Callable[..., Held]


def hard_figures() -> list[dict[str, object]]:
    """Figures whose texts and amounts are easily written wrongly."""
    found: list[dict[str, object]] = []
    for number, text in enumerate(TEXTS):
        value = Decimal(VALUES[number % len(VALUES)])
        more: dict[str, object] = {
            "label": {"en": text, "es": text[::-1]},
            "notes": {"en": text, "es": "una nota"},
            "qualifier": ("exact", "about", "more_than", "at_most")[number % 4],
            "period": ({"duration": "P8Y"}, {"end": "2021-12-31"}, None)[number % 3],
        }
        if number % 2:
            more |= {"scope": "regional", "regions": ["PE-PIU", "PE-CUS"], "allocation": "joint"}
        found.append(figure(f"hard-{number:03d}", value, **more))
    return found


@pytest.fixture
def hard(database: Path) -> Path:
    """A seeded database with the hard figures beside."""
    db = open_writer(str(database), 1000)
    outcome = load_dataset(
        db, bundle_of(hard_figures()), lambda: datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
    )
    db.conn.close()
    assert not outcome.findings
    return database


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    store = Store(str(database), 10_000)
    yield store
    store.close()


@pytest.fixture
def make(settings: Settings, store: Store) -> Make:
    """`make("figures.csv")`: makes a file of the newest data, in this process."""

    def make(name: str, *, compressed: bool = False) -> Held:
        with store.snapshot() as snapshot:
            release = snapshot.release(None)
        assert release is not None
        return making.make(settings, BY_FILE_NAME[name], release.version, compressed=compressed)

    return make
