"""When the text of a source was seen, and whether the figures' digits stood in it.

One row for each time and source, never altered and never removed, each chained to the one before
by its hash. A check says nothing new about the data, so it makes no data version. It is about
what the database holds, not about files: the current figures of the newest version then, held
against a text that has the hash and the length of their source.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple, get_type_hints

from api.intake.evidence import check_source, check_text
from api.store.chain import GENESIS, altered
from api.store.engine import write_transaction
from api.store.statement import Statement
from api.store.versions import in_version, version_parameters
from schemas.compact import dump, parse
from schemas.fields import instant

if TYPE_CHECKING:
    from sqlite_utils import Database

# How many checks of a text are looked at for one that knew the figure as it is.
LOOKED_BACK = 50


class TextCheck(NamedTuple):
    """A row of `text_checks`: how many figures were held against the text, and the ids of those
    whose digits do not stand at their place (JSON)."""

    number: int
    source: str
    sha256: str
    version: int
    seen_at: str
    figures: int
    missed: str
    previous_hash: str
    hash: str


COLUMNS = ", ".join(TextCheck._fields)


def create_text_checks(db: "Database") -> None:
    """The table of checks."""
    number, *rest = TextCheck._fields
    table = db.table("text_checks")
    table.create(get_type_hints(TextCheck), pk=number, not_null=set(rest))
    table.create_index(["source", "sha256", "number"])


def record_checks(
    db: "Database", texts: Mapping[str, bytes], clock: Callable[[], datetime]
) -> list[TextCheck]:
    """Hold the stored figures against these texts, and write down what was seen. Raises Busy."""
    by_hash = {sha256(raw).hexdigest(): raw for raw in texts.values()}
    found = []
    with write_transaction(db):
        sources = db.conn.execute(
            "SELECT body FROM sources WHERE to_version IS NULL ORDER BY id"
        ).fetchall()
        for (body,) in sources:
            source = parse(body)
            raw = by_hash.get(source["sha256"])
            if raw is not None and not list(check_source(source, raw)):
                found.append(_record(db, source, raw.decode(), instant(clock())))
    return found


def _record(db: "Database", source: Mapping[str, Any], text: str, now: str) -> TextCheck:
    number = 0
    missed: list[str] = []
    for (body,) in db.conn.execute(
        "SELECT body FROM figures WHERE source_id = ? AND to_version IS NULL ORDER BY id",
        (source["id"],),
    ):
        number += 1
        figure = parse(body)
        if list(check_text(figure, text, source["language"])):
            missed.append(figure["id"])
    (version,) = db.conn.execute("SELECT MAX(version) FROM releases").fetchone()
    last, previous = db.conn.execute(
        "SELECT number, hash FROM text_checks ORDER BY number DESC LIMIT 1"
    ).fetchone() or (0, GENESIS)
    told = dump(missed)
    said = (last + 1, source["id"], source["sha256"], version, now, number, told, previous)
    check = TextCheck(*said, check_hash(said))
    db.table("text_checks").insert(check._asdict())
    return check


def check_hash(said: tuple[Any, ...]) -> str:
    """The hash of a check: of everything in it, and so of the hash of the one before."""
    return sha256(json.dumps(said, default=repr).encode()).hexdigest()


def text_checks(connection: Any) -> Iterator[TextCheck]:
    """Every check, oldest first."""
    for row in connection.execute(f"SELECT {COLUMNS} FROM text_checks ORDER BY number"):
        yield TextCheck(*row)


def altered_checks(connection: Any) -> Iterator[str]:
    """What of the checks does not hold: a sentence for each that was altered or is missing."""

    def fault(check: TextCheck) -> str:
        had = _had_source(connection, check)
        return "" if had else "is of a text that its version did not have"

    found = text_checks(connection)
    yield from altered(found, "text check", "written down", lambda one: check_hash(one[:-1]), fault)


def _had_source(connection: Any, check: TextCheck) -> bool:
    row = connection.execute(
        f"SELECT body FROM sources WHERE id = :id AND {in_version(check.version)}",
        {"id": check.source, **version_parameters(check.version)},
    ).fetchone()
    try:
        return bool(row and parse(row[0])["sha256"] == check.sha256)
    except (ValueError, TypeError, LookupError):  # a body that says nothing, or nothing like it
        return False


def last_check_statement() -> Statement:
    """The number of the latest check, if there was any."""
    return Statement("SELECT MAX(number) FROM text_checks", {})


def check_statement(figure: str, source: str, sha256: str) -> Statement:
    """(seen_at, version, missed, body): the latest checks of a text, the latest first, each with
    the figure as it was then."""
    sql = (
        "SELECT c.seen_at, c.version, c.missed, f.body FROM text_checks AS c "
        "JOIN figures AS f ON f.id = :figure AND f.from_version <= c.version "
        "AND (f.to_version IS NULL OR f.to_version > c.version) "
        "WHERE c.source = :source AND c.sha256 = :sha256 "
        "ORDER BY c.number DESC LIMIT :limit"
    )
    named = {"figure": figure, "source": source, "sha256": sha256}
    return Statement(sql, {**named, "limit": LOOKED_BACK})
