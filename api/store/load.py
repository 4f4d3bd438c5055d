"""Loading a data set: checked, compared with what is stored, written as one new version.

A load replaces what its data set said and nothing else. It is one transaction: whole, or not at
all. What has not changed keeps its row and its version; what is no longer said is closed, and
stays in the history.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from api.intake.check import Checked, CheckedRecord, check_bundle
from api.intake.finding import Finding
from api.intake.read import Bundle
from api.store.columns import column_name, columns, join_table
from api.store.conflicts import mark_conflicts
from api.store.engine import write_transaction
from api.store.history import GENESIS, release_hash
from api.store.summaries import renew_summaries
from api.store.tables import insert_rows, migrations
from schemas import RESOURCES
from schemas.fields import Code, Reference, instant
from schemas.resource import Resource

BATCH = 500
Clock = Callable[[], datetime]
Progress = Callable[[int], None]
Counts = dict[str, dict[str, int]]


@dataclass
class Outcome:
    """What a load did. Without a `version` nothing was written."""

    dataset: str
    version: int | None = None
    counts: Counts = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


class _Refused(Exception):
    """Ends the transaction of a load that found something wrong."""


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
        with write_transaction(db):
            checked = check_bundle(bundle, StoreKnown(db.conn, bundle.dataset or ""))
            outcome.findings = checked.findings or _left_dangling(db, checked)
            if outcome.findings:
                raise _Refused
            outcome.version = _write(db, checked, outcome.counts, clock, progress)
            if dry_run:
                raise _Refused
    except _Refused:
        pass
    return outcome


class StoreKnown:
    """What the store holds beside the data set that is being loaded."""

    def __init__(self, connection: Any, dataset: str) -> None:
        self._connection = connection
        self._dataset = dataset

    def owners(self, resource: str, ids: Iterable[str]) -> dict[str, str]:
        wanted = list(ids)
        found: dict[str, str] = {}
        for start in range(0, len(wanted), BATCH):
            some = wanted[start : start + BATCH]
            found.update(
                self._connection.execute(
                    f"SELECT id, dataset FROM {resource} WHERE to_version IS NULL "
                    f"AND id IN ({', '.join('?' * len(some))})",
                    some,
                )
            )
        return found

    def codes(self, concept: str) -> frozenset[str]:
        rows = self._connection.execute(
            "SELECT j.value FROM codelists AS c JOIN codelists_codes_code AS j ON j.row = c.row "
            "WHERE c.concept = ? AND c.dataset <> ? AND c.to_version IS NULL",
            (concept, self._dataset),
        )
        return frozenset(code for (code,) in rows)

    def source(self, id_: str) -> dict[str, Any] | None:
        row = self._connection.execute(
            "SELECT body FROM sources WHERE id = ? AND dataset <> ? AND to_version IS NULL",
            (id_, self._dataset),
        ).fetchone()
        return json.loads(row[0]) if row else None


def render(record: CheckedRecord, dataset: str, version: int, updated_at: str) -> str:
    """A record's body: its JSON as it is served."""
    provenance = {"dataset": dataset, "version": version, "updated_at": updated_at}
    dumped = record.resource.instance.dump({**record.data, **provenance})
    return json.dumps(dumped, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _write(
    db: Database, checked: Checked, counts: Counts, clock: Clock, progress: Progress
) -> int | None:
    newest = db.conn.execute(
        "SELECT version, released_at, hash FROM releases ORDER BY version DESC LIMIT 1"
    ).fetchone()
    last_version, last_time, last_hash = newest or (0, None, GENESIS)
    version, now = last_version + 1, _next_instant(clock(), last_time)
    for resource in RESOURCES:
        records = [record for record in checked.records if record.resource is resource]
        counts[resource.name] = _write_resource(
            db, resource, records, checked.dataset, version, now, progress
        )
    if not any(c[kind] for c in counts.values() for kind in ("created", "changed", "closed")):
        return None
    for resource in RESOURCES:
        mark_conflicts(db.conn, resource, version)
    renew_summaries(db.conn, version)
    text = json.dumps(counts, separators=(",", ":"))
    hash_ = release_hash(db.conn, version, now, checked.dataset, text, last_hash)
    db.table("releases").insert(
        {
            "version": version,
            "released_at": now,
            "dataset": checked.dataset,
            "counts": text,
            "previous_hash": last_hash,
            "hash": hash_,
        }
    )
    return version


def _next_instant(moment: datetime, last: str | None) -> str:
    """Releases have different times in the order of their versions, whatever the clock does."""
    now = instant(moment)
    if last is None or now > last:
        return now
    return instant(datetime.fromisoformat(last) + timedelta(milliseconds=1))


def _write_resource(
    db: Database,
    resource: Resource,
    records: list[CheckedRecord],
    dataset: str,
    version: int,
    now: str,
    progress: Progress,
) -> dict[str, int]:
    counts = {"created": 0, "changed": 0, "closed": 0, "unchanged": 0}
    stored = {
        id_: (row, body)
        for row, id_, body in db.conn.execute(
            f"SELECT row, id, body FROM {resource.name} WHERE dataset = ? AND to_version IS NULL",
            (dataset,),
        )
    }
    fresh: list[str] = []
    outdated: list[int] = []
    for number, record in enumerate(records, 1):
        if number % BATCH == 0:
            progress(BATCH)
        before = stored.pop(record.id, None)
        if before is None:
            counts["created"] += 1
        elif _says_the_same(record, dataset, before[1]):
            counts["unchanged"] += 1
            continue
        else:
            counts["changed"] += 1
            outdated.append(before[0])
        fresh.append(render(record, dataset, version, now))
    counts["closed"] = len(stored)
    outdated.extend(row for row, _ in stored.values())
    db.conn.executemany(
        f"UPDATE {resource.name} SET to_version = ? WHERE row = ?",
        [(version, row) for row in outdated],
    )
    _insert(db, resource, fresh, version)
    progress(len(records) % BATCH)
    return counts


def _insert(db: Database, resource: Resource, bodies: list[str], version: int) -> None:
    (row,) = db.conn.execute(f"SELECT COALESCE(MAX(row), 0) FROM {resource.name}").fetchone()
    for start in range(0, len(bodies), BATCH):
        some = bodies[start : start + BATCH]
        insert_rows(
            db, resource, [(row + start + n, version, None, body) for n, body in enumerate(some, 1)]
        )


def _says_the_same(record: CheckedRecord, dataset: str, body: str) -> bool:
    """Rendered with the provenance of the stored body, is it that body?"""
    old = json.loads(body)
    return render(record, dataset, old["version"], old["updated_at"]) == body


def _left_dangling(db: Database, checked: Checked) -> list[Finding]:
    """What other data sets still name of what this load would close."""
    kept: dict[str, set[str]] = {resource.name: set() for resource in RESOURCES}
    for record in checked.records:
        kept[record.resource.name].add(record.id)
    findings = []
    for target in RESOURCES:
        gone = [
            id_
            for (id_,) in db.conn.execute(
                f"SELECT id FROM {target.name} WHERE dataset = ? AND to_version IS NULL",
                (checked.dataset,),
            )
            if id_ not in kept[target.name]
        ]
        for id_ in gone:
            for user in _users(db, Reference, "target", target.name, id_, checked.dataset):
                reason = f"cannot be left out: {user} names it"
                findings.append(Finding(f"{target.name}", id_, "", reason))
    findings.extend(_codes_left_dangling(db, checked))
    return findings


def _codes_left_dangling(db: Database, checked: Checked) -> Iterator[Finding]:
    known = StoreKnown(db.conn, checked.dataset)
    brought: dict[str, set[str]] = {}
    for record in checked.records:
        if record.resource.name == "codelists":
            codes = (entry["code"] for entry in record.data["codes"])
            brought.setdefault(record.data["concept"], set()).update(codes)
    had = db.conn.execute(
        "SELECT c.concept, j.value FROM codelists AS c JOIN codelists_codes_code AS j "
        "ON j.row = c.row WHERE c.dataset = ? AND c.to_version IS NULL ORDER BY 1, 2",
        (checked.dataset,),
    ).fetchall()
    for concept, code in had:
        if code in brought.get(concept, ()) or code in known.codes(concept):
            continue
        for user in _users(db, Code, "concept", concept, code, checked.dataset):
            yield Finding("codelists", concept, code, f"cannot be left out: {user} uses it")


def _users(
    db: Database, kind: type, attribute: str, target: str, value: str, dataset: str
) -> Iterator[str]:
    """Records of other data sets that hold a value in a field of a kind, one for each field."""
    for resource in RESOURCES:
        indexed = {column.path for column in columns(resource)}
        for place in resource.places.values():
            if not isinstance(place.field, kind) or getattr(place.field, attribute) != target:
                continue
            if place.many:
                table = join_table(resource, place.path)
                condition = f"row IN (SELECT row FROM {table} WHERE value = :value)"
            elif place.path in indexed:
                condition = f"{column_name(place.path)} = :value"
            else:
                raise LookupError(f"{resource.name}.{place.path} needs a filter")
            found = db.conn.execute(
                f"SELECT id, dataset FROM {resource.name} WHERE {condition} "
                "AND to_version IS NULL AND dataset <> :dataset LIMIT 1",
                {"value": value, "dataset": dataset},
            ).fetchone()
            if found:
                yield f"{resource.name}/{found[0]} of the data set {found[1]!r}"


def counted(counts: Mapping[str, Mapping[str, int]], kind: str) -> int:
    """The sum over all resources of what was 'created', 'changed', 'closed' or 'unchanged'."""
    return sum(c[kind] for c in counts.values())
