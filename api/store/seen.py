"""Lines that were read before: what stands in a file as it stood, to the letter, is passed over.

Of each row that was read from a line of NDJSON the line's fingerprint is kept. Where the same line
comes again and the row is current, its record is what is stored, and all that a load would find
out about it is known, but for what may have moved meanwhile: the description and the codelists of
its data set (then a load reads everything), its source (then the line is forgotten), and what it
names (looked at when all is written, see `api.store.passing`). What other data sets move of these
is refused as long as anybody needs it.
"""

import platform
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

from api.intake.lines import Line, Unread
from api.software import VERSION
from api.store.columns import column_name
from schemas import CODELIST, DATASET, FIGURE, SOURCE
from schemas.resource import Resource

if TYPE_CHECKING:
    from sqlite_utils import Database

TABLE = "seen_lines"
# Of the line that something was read from, if it was a line.
Fingerprint = bytes | None
# Bytes of SHA-256, which processors have: BLAKE2b takes twice the time of theirs.
SIZE = 16
# What may stand around the value of a line (RFC 8259).
BLANKS = b" \t\r\n"
# What decides how a line is read, and whether it is right: with the program's own version.
READ_BY = ("schemas", "api.intake")
HELPED_BY = ("marshmallow", "babel")


def create_seen(db: "Database") -> None:
    """Make the table: (resource, row) and the fingerprint of the line that the row was read
    from."""
    db.conn.execute(
        f"CREATE TABLE {TABLE} (resource TEXT NOT NULL, row INTEGER NOT NULL, "
        "line BLOB NOT NULL, PRIMARY KEY (resource, row)) WITHOUT ROWID"
    )


class SeenLines:
    """The lines that a data set was read from.

    They may be passed over as long as it `is_sound`: what all is held against is as it was.
    """

    def __init__(self, connection: Any, dataset: str) -> None:
        self._connection = connection
        self.is_sound = True
        # A line that says of what kind its record is, says something else where the file does.
        of_dataset = sha256(_reading() + dataset.encode()).digest()
        self._begun = {
            says_kind: sha256(of_dataset + bytes([says_kind])) for says_kind in (False, True)
        }

    def fingerprint(self, line: Unread) -> Fingerprint:
        """What is kept of a line: of the same data set, read by the same program."""
        if not isinstance(line, Line):
            return None
        hashed = self._begun[line.kind is None].copy()
        hashed.update(line.content.strip(BLANKS))
        return hashed.digest()[:SIZE]

    def note(self, resource: Resource, read: Iterable[tuple[int, Fingerprint]]) -> None:
        """Keep from which lines rows have been read, if from any: (row, fingerprint)."""
        self._connection.executemany(
            f"INSERT OR REPLACE INTO {TABLE} (resource, row, line) VALUES (?, ?, ?)",
            ((resource.name, row, line) for row, line in read if line is not None),
        )

    def heed(self, resource: Resource, counts: Mapping[str, int], at: int) -> None:
        """Look at what a version did to a resource, before those come that are held against it."""
        if counts["created"] or counts["changed"] or counts["closed"]:
            self.is_sound = self.is_sound and resource not in (DATASET, CODELIST)
            if resource is SOURCE:
                self._forget_figures_of_sources(at)

    def _forget_figures_of_sources(self, at: int) -> None:
        """Whoever's they are: how long its text is, and in what language, may have changed."""
        source = column_name("source.id")
        self._connection.execute(
            f"DELETE FROM {TABLE} WHERE resource = :figures AND row IN "
            f"(SELECT f.row FROM {SOURCE.name} AS s JOIN {FIGURE.name} AS f "
            f"ON f.{source} = s.id AND f.to_version IS NULL WHERE s.to_version = :at)",
            {"figures": FIGURE.name, "at": at},
        )


@cache
def _reading() -> bytes:
    """The fingerprint of the program that reads, as far as what it makes of a line may depend on
    it."""
    used = [f"{name} {version(name)}" for name in HELPED_BY]
    hashed = sha256("\n".join([VERSION, platform.python_version(), *used]).encode())
    for package in READ_BY:
        for source in _sources(files(package)):
            hashed.update(source.read_bytes())
    return hashed.digest()


def _sources(folder: Traversable) -> Iterable[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _sources(entry)
        elif entry.name.endswith(".py"):
            yield entry
