"""When a text was seen: what is written down, by whom it is believed, and that it stays so."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from api.cli.database import now
from api.intake.read import Bundle
from api.intake.records import RawRecord
from api.store.chain import GENESIS
from api.store.checks import altered_checks, check_hash, record_checks, text_checks
from api.store.engine import Busy, Database, open_writer, write_transaction
from api.store.load import load_dataset
from api.store.pool import Store
from schemas import FIGURE, SOURCE
from tests.store.generated import bundle_of, figure

TEXT = "We counted 25 plans and 26 more; «ñ» 🦙 and 7 others."
Clock = Callable[[], datetime]


def source(text: str = TEXT, **changes: Any) -> dict[str, Any]:
    return {
        "id": "a-source",
        "title": "A text",
        "publisher": "produce",
        "published_on": "2021-04-28",
        "language": "en",
        "possibly_translated": False,
        "sha256": sha256(text.encode()).hexdigest(),
        "length": len(text),
        **changes,
    }


def stated(id_: str, digits: str, moved: int = 0, **others: Any) -> dict[str, Any]:
    start = TEXT.index(f" {digits} ") + 1 + moved
    place = {"id": "a-source", "start": start, "end": start + len(digits), "stated": digits}
    return figure(id_, int(digits), source=place, **others)


def bundle(figures: list[dict[str, Any]], of: dict[str, Any]) -> Bundle:
    found = bundle_of(figures)
    return Bundle([*found.records, RawRecord("sources", of, "sources.yaml", of["id"])])


def load(db: Database, figures: list[dict[str, Any]], of: dict[str, Any] | None = None) -> int:
    outcome = load_dataset(db, bundle(figures, of or source()), now)
    assert not outcome.findings
    assert outcome.version
    return outcome.version


def outcomes(store: Store, version: int | None = None) -> dict[str, bool | None]:
    """{figure: whether it was found when the text was last seen; None if it never was}."""
    found: dict[str, bool | None] = {}
    with store.snapshot() as snapshot:
        release = snapshot.release(version)
        assert release is not None
        (body,) = snapshot.items(SOURCE, ["a-source"], release.at).values()
        for id_ in ("a", "b", "c"):
            text = snapshot.items(FIGURE, [id_], release.at).get(id_)
            if text:
                seen = snapshot.seen(json.loads(text), json.loads(body))
                found[id_] = seen.matched if seen else None
    return found


FIGURES = [stated("a", "25"), stated("b", "26", moved=1), stated("c", "7")]


def test_each_figure_is_held_against_the_text_of_its_source(
    db: Database, store: Store, clock: Clock
) -> None:
    version = load(db, FIGURES)
    assert outcomes(store) == {"a": None, "b": None, "c": None}
    (check,) = record_checks(db, {"a.txt": TEXT.encode()}, clock)
    assert check.number == 1
    assert (check.source, check.version, check.figures) == ("a-source", version, 3)
    assert json.loads(check.missed) == ["b"]
    assert check.seen_at == "2030-01-01T00:00:00.000Z"
    assert outcomes(store) == {"a": True, "b": False, "c": True}
    # The article's own source was not seen, and its figures neither.
    assert {c.source for c in text_checks(db.conn)} == {"a-source"}


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ((TEXT + " ").encode(), source()),
        (TEXT.encode() + b"\xff", source()),
        (TEXT.encode(), source(sha256="0" * 64)),
        (TEXT.encode(), source(length=len(TEXT) + 1)),
        (b"", source()),
    ],
)
def test_a_text_that_is_not_the_source_s_is_not_written_down(
    db: Database, store: Store, clock: Clock, text: bytes, of: dict[str, Any]
) -> None:
    load(db, FIGURES, of)
    assert record_checks(db, {"a.txt": text}, clock) == []
    assert list(text_checks(db.conn)) == []
    assert outcomes(store) == {"a": None, "b": None, "c": None}


def test_a_check_holds_for_a_place_not_for_what_else_is_said_of_it(
    db: Database, store: Store, clock: Clock
) -> None:
    first = load(db, FIGURES)
    record_checks(db, {"a.txt": TEXT.encode()}, clock)
    # Another label, another place, another figure under the id, and one that comes back.
    other = {"en": "another label", "es": "otra etiqueta"}
    second = load(db, [stated("a", "25", label=other), stated("b", "26"), stated("c", "25")])
    assert outcomes(store) == {"a": True, "b": None, "c": None}
    assert outcomes(store, first) == {"a": True, "b": False, "c": True}
    record_checks(db, {"a.txt": TEXT.encode()}, clock)
    assert outcomes(store) == {"a": True, "b": True, "c": True}
    # The latest check that knew the place as it was then still says what it said.
    assert outcomes(store, first) == {"a": True, "b": False, "c": True}
    assert second == first + 1


def test_a_check_of_another_text_says_nothing_of_this_one(
    db: Database, store: Store, clock: Clock
) -> None:
    load(db, FIGURES)
    record_checks(db, {"a.txt": TEXT.encode()}, clock)
    load(db, FIGURES, source(TEXT.upper()))
    assert outcomes(store) == {"a": None, "b": None, "c": None}


def test_a_check_is_no_data_version_and_waits_for_no_reader(
    db: Database, store: Store, clock: Clock
) -> None:
    version = load(db, FIGURES)
    with store.snapshot() as snapshot:
        assert snapshot.last_check() == 0
        record_checks(db, {"a.txt": TEXT.encode()}, clock)
        assert snapshot.last_check() == 0
    with store.snapshot() as snapshot:
        assert snapshot.last_check() == 1
        release = snapshot.release(None)
        assert release is not None
        assert release.version == version


def test_only_one_writes_at_a_time(db: Database, database: Any, clock: Clock) -> None:
    load(db, FIGURES)
    second = open_writer(str(database), 10)
    with write_transaction(db), pytest.raises(Busy):
        record_checks(second, {"a.txt": TEXT.encode()}, clock)
    second.conn.close()
    assert list(text_checks(db.conn)) == []


ALTERATIONS = [
    "UPDATE text_checks SET missed = '[]' WHERE number = 2",
    "UPDATE text_checks SET figures = 4 WHERE number = 1",
    "UPDATE text_checks SET seen_at = '2031-01-01T00:00:00.000Z' WHERE number = 3",
    "UPDATE text_checks SET seen_at = CAST(seen_at AS BLOB) WHERE number = 3",
    "UPDATE text_checks SET version = 4 WHERE number = 2",
    "UPDATE text_checks SET source = 'perumin-2021-04-28' WHERE number = 2",
    "UPDATE text_checks SET sha256 = replace(sha256, 'a', 'b') WHERE number = 1",
    "UPDATE text_checks SET hash = replace(hash, 'a', 'b') WHERE number = 2",
    "UPDATE text_checks SET previous_hash = replace(previous_hash, 'a', 'b') WHERE number = 2",
    "UPDATE text_checks SET number = 9 WHERE number = 3",
    "DELETE FROM text_checks WHERE number = 1",
    "DELETE FROM text_checks WHERE number = 2",
    "INSERT INTO text_checks SELECT 4, source, sha256, version, seen_at, figures, missed, "
    "hash, hash FROM text_checks WHERE number = 3",
]


@pytest.mark.parametrize("statement", ALTERATIONS)
def test_a_check_that_was_altered_is_found(db: Database, statement: str) -> None:
    load(db, FIGURES)
    for day in (1, 2, 3):
        assert record_checks(db, {"a.txt": TEXT.encode()}, at(day))
    assert not list(altered_checks(db.conn))
    db.conn.execute("BEGIN")
    assert db.conn.execute(statement).rowcount > 0
    assert list(altered_checks(db.conn))
    db.conn.execute("ROLLBACK")
    assert not list(altered_checks(db.conn))


def test_a_check_with_a_hash_of_its_own_must_still_be_of_a_text_that_there_was(
    db: Database, clock: Clock
) -> None:
    load(db, FIGURES)
    (check,) = record_checks(db, {"a.txt": TEXT.encode()}, clock)
    forged = check._replace(sha256="0" * 64)
    values = (forged.sha256, check_hash(forged[:-1]))
    db.conn.execute("UPDATE text_checks SET sha256 = ?, hash = ?", values)
    (found,) = altered_checks(db.conn)
    assert "did not have" in found


def at(day: int) -> Clock:
    return lambda: datetime(2030, 1, day, tzinfo=UTC)


def test_the_first_check_cannot_be_taken_away(db: Database) -> None:
    """Though whoever does so chains the others anew."""
    load(db, FIGURES)
    for day in (1, 2):
        record_checks(db, {"a.txt": TEXT.encode()}, at(day))
    db.conn.execute("DELETE FROM text_checks WHERE number = 1")
    db.conn.execute("UPDATE text_checks SET previous_hash = ?", (GENESIS,))
    (check,) = text_checks(db.conn)
    db.conn.execute("UPDATE text_checks SET hash = ?", (check_hash(check[:-1]),))
    assert list(altered_checks(db.conn)) == ["text check 1 is missing"]
