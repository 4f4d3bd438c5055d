"""Loading a data set: checked, compared with what is stored, written as one new version.

A load replaces what its data set said and nothing else. It is one transaction: whole, or not at
all. What has not changed keeps its row and its version; what is no longer said is closed, and
stays in the history.

Records are checked and written as they are read, so that a data set may be larger than memory. As
soon as something is wrong all is undone, and the data set is read again to say what.
"""

import gc
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

from sqlite_utils import Database

from api.intake.check import IN_ORDER, check_bundle
from api.intake.few import Few
from api.intake.finding import Finding
from api.intake.read import Bundle
from api.store.ancestry import circles
from api.store.beside import StoreKnown, objections
from api.store.chain import GENESIS
from api.store.conflicts import mark_conflicts
from api.store.engine import write_transaction
from api.store.history import ReleaseRow, release_hash
from api.store.passing import Passing, Wrong
from api.store.provenance import Provenance
from api.store.replace import Counts, Progress, replace_records
from api.store.seen import SeenLines
from api.store.summaries import renew_summaries
from api.store.tables import migrations
from schemas import RESOURCES
from schemas.fields import instant

Clock = Callable[[], datetime]


@dataclass
class Outcome:
    """What a load did. Without a `version` nothing was written; of what is wrong, `findings` lists
    the first, and `unlisted` is how many more there are."""

    dataset: str
    version: int | None = None
    counts: dict[str, Counts] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unlisted: int = 0


class _Undone(Exception):
    """Ends the transaction of a load that is not to be kept."""


def prepare(db: Database) -> None:
    """Bring the tables to the declared layout. Does nothing when they have it."""
    steps = migrations()
    if steps.pending(db):
        with write_transaction(db):
            steps.apply(db)


def load_dataset(
    db: Database,
    bundle: Bundle,
    clock: Clock,
    *,
    dry_run: bool = False,
    progress: Progress = lambda count: None,
) -> Outcome:
    """Load a data set. `progress` is called with the number of records done since the last call.

    A dry run goes all the way and undoes it. Raises Busy.
    """
    outcome = Outcome(bundle.dataset or "")
    try:
        with write_transaction(db), _no_search_for_garbage():
            if bundle.findings:
                raise Wrong
            _write(db, bundle, outcome, clock, progress)
            if dry_run or outcome.findings:
                raise _Undone
    except _Undone:
        if outcome.findings:
            outcome.version, outcome.counts = None, {}
    except Wrong:
        _explain(db, bundle, outcome)
    return outcome


@contextmanager
def _no_search_for_garbage() -> Iterator[None]:
    """A load makes hundreds of values of each record, and none that hold each other in a circle:
    all go when they are no longer used, and to look for others would take a twentieth of it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _explain(db: Database, bundle: Bundle, outcome: Outcome) -> None:
    """Say all that is wrong with a data set."""
    with write_transaction(db):
        checked = check_bundle(bundle, StoreKnown(db.conn, outcome.dataset))
    outcome.findings, outcome.unlisted = checked.findings, checked.unlisted
    if not checked.findings:
        # Another load has made it right in between, or the files are no longer what they were.
        reason = "what was wrong with it is no longer found: load it again"
        outcome.findings = [Finding("", "", "", reason)]


def _write(
    db: Database, bundle: Bundle, outcome: Outcome, clock: Clock, progress: Progress
) -> None:
    """Write all rows and what follows from them; findings, where what is written does not go
    with other data sets or is part of itself. Raises Wrong."""
    newest = db.conn.execute(
        "SELECT version, released_at, hash FROM releases ORDER BY version DESC LIMIT 1"
    ).fetchone()
    last_version, last_time, last_hash = newest or (0, None, GENESIS)
    version, now = last_version + 1, _next_instant(clock(), last_time)
    outcome.counts = _write_records(db, bundle, version, now, progress)
    if not any(counted(outcome.counts, kind) for kind in ("created", "changed", "closed")):
        return
    outcome.version = version
    objected = Few(chain(objections(db.conn, outcome.dataset, version), circles(db.conn, version)))
    outcome.findings, outcome.unlisted = objected.listed, objected.unlisted
    if outcome.findings:
        return
    for resource in RESOURCES:
        mark_conflicts(db.conn, resource, version)
    renew_summaries(db.conn, version)
    text = json.dumps(outcome.counts, separators=(",", ":"))
    said = (version, now, outcome.dataset, text, last_hash)
    release = ReleaseRow(*said, release_hash(db.conn, *said))
    db.table("releases").insert(release._asdict())


def _write_records(
    db: Database, bundle: Bundle, version: int, now: str, progress: Progress
) -> dict[str, Counts]:
    dataset = bundle.dataset or ""
    moments = dict(db.conn.execute("SELECT version, released_at FROM releases"))
    provenance = Provenance(dataset, version, now, moments)
    passing, seen = Passing(db.conn, dataset), SeenLines(db.conn, dataset)
    counts = {
        resource.name: replace_records(
            db.conn, resource, bundle, provenance, passing, seen, progress
        )
        for resource in IN_ORDER
    }
    passing.conclude(version)
    return {resource.name: counts[resource.name] for resource in RESOURCES}


def _next_instant(moment: datetime, last: str | None) -> str:
    """Releases have different times in the order of their versions, whatever the clock does."""
    now = instant(moment)
    if last is None or now > last:
        return now
    return instant(datetime.fromisoformat(last) + timedelta(milliseconds=1))


def counted(counts: Mapping[str, Mapping[str, int]], kind: str) -> int:
    """The sum over all resources of what was 'created', 'changed', 'closed' or 'unchanged'."""
    return sum(c[kind] for c in counts.values())
