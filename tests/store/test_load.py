"""A load: one new version of what changed, whole or not at all."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from api.cli.database import now
from api.intake.check import valid_records
from api.intake.finding import Finding
from api.intake.packaged import packaged_datasets
from api.intake.read import Bundle, read_dataset
from api.intake.records import CheckedRecord, RawRecord
from api.store.engine import Busy, Database, open_writer, write_transaction
from api.store.load import Outcome, counted, load_dataset
from api.store.pool import Store
from schemas import BY_NAME, FIGURE, RESOURCES
from schemas.fields import Parent
from schemas.query import Query
from tests.contract.conformance import CheckedClient
from tests.store.conftest import dump
from tests.store.generated import BOTH, DESCRIPTION, bundle_of, figure, source

Clock = Callable[[], datetime]


def accepted(db: Database, bundle: Bundle, clock: Clock = now, **options: Any) -> Outcome:
    outcome = load_dataset(db, bundle, clock, **options)
    assert outcome.findings == []
    return outcome


def changed(dataset: Path, before: str, after: str, file: str = "figures.yaml") -> Bundle:
    """The data set with one text changed."""
    text = (dataset / file).read_text(encoding="utf-8")
    assert before in text
    (dataset / file).write_text(text.replace(before, after, 1), encoding="utf-8")
    return read_dataset(dataset)


def without(bundle: Bundle, resource: str, id_: str) -> Bundle:
    kept = [r for r in bundle.records if (r.resource, r.name) != (resource, id_)]
    assert len(kept) == len(bundle.records) - 1
    return Bundle(kept)


def versions(db: Database, resource: str, id_: str) -> list[tuple[int, int | None]]:
    return list(
        db.conn.execute(
            f"SELECT from_version, to_version FROM {resource} WHERE id = ? ORDER BY 1", (id_,)
        )
    )


def test_the_same_data_make_no_new_version(db: Database) -> None:
    before = dump(db)
    for bundle in packaged_datasets():
        outcome = accepted(db, bundle)
        assert outcome.version is None
        assert counted(outcome.counts, "unchanged") == len(bundle.records)
    assert dump(db) == before


def test_a_number_that_another_program_wrote_in_another_way_is_the_same(db: Database) -> None:
    with db.conn:
        db.conn.execute(
            "UPDATE figures SET body = replace(body, '\"value\":10,', '\"value\":1e1,')"
        )
    assert db.execute("SELECT COUNT(*) FROM figures WHERE body LIKE '%1e1,%'").fetchone() > (0,)
    assert [accepted(db, bundle).version for bundle in packaged_datasets()] == [None] * 4


def test_a_changed_record_makes_a_new_version_of_itself_and_of_nothing_else(
    db: Database, dataset: Path
) -> None:
    before = dump(db)
    outcome = accepted(db, changed(dataset, "value: 10\n", "value: 10\n  rank: preferred\n"))
    assert outcome.version == 5
    assert counted(outcome.counts, "changed") == 1
    assert counted(outcome.counts, "created") == counted(outcome.counts, "closed") == 0
    assert versions(db, "figures", "pac-projects") == [(4, 5), (5, None)]
    after = dump(db)
    for resource in RESOURCES:
        added = len(after[resource.name]) - len(before[resource.name])
        altered = set(before[resource.name]) - set(after[resource.name])
        assert (added, len(altered)) == ((1, 1) if resource is FIGURE else (0, 0))
    assert after["releases"][:4] == before["releases"]


def test_a_record_that_left_is_closed_not_deleted(db: Database, dataset: Path) -> None:
    (body,) = db.conn.execute("SELECT body FROM figures WHERE id = 'der-investment'").fetchone()
    outcome = accepted(db, without(read_dataset(dataset), "figures", "der-investment"))
    assert outcome.counts["figures"] == {"created": 0, "changed": 0, "closed": 1, "unchanged": 10}
    assert versions(db, "figures", "der-investment") == [(4, 5)]
    assert db.conn.execute("SELECT body FROM figures WHERE id = 'der-investment'").fetchall() == [
        (body,)
    ]


def test_a_record_that_comes_back_begins_anew(db: Database, dataset: Path) -> None:
    whole = read_dataset(dataset)
    accepted(db, without(whole, "figures", "der-investment"))
    assert accepted(db, whole).counts["figures"]["created"] == 1
    assert versions(db, "figures", "der-investment") == [(4, 5), (6, None)]


def test_a_refused_load_changes_nothing(db: Database, dataset: Path) -> None:
    before = dump(db)
    bundle = changed(dataset, "status: target", "status: targets")
    outcome = load_dataset(db, bundle, now)
    assert [finding.field for finding in outcome.findings] == ["status"]
    assert outcome.version is None
    assert dump(db) == before
    assert not db.conn.in_transaction


def test_a_dry_run_changes_nothing_and_says_what_it_would_do(db: Database, dataset: Path) -> None:
    before = dump(db)
    bundle = changed(dataset, "status: target", "status: planned")
    dry = accepted(db, bundle, dry_run=True)
    assert dump(db) == before
    real = accepted(db, bundle)
    assert replace(dry, findings=[]) == real
    assert real.version == 5


def test_a_load_that_fails_at_its_end_changes_nothing(db: Database, dataset: Path) -> None:
    before = dump(db)

    def fail(count: int) -> None:
        raise KeyboardInterrupt(count)

    with pytest.raises(KeyboardInterrupt):
        load_dataset(db, changed(dataset, "status: target", "status: planned"), now, progress=fail)
    assert dump(db) == before
    assert accepted(db, read_dataset(dataset)).version == 5


def test_progress_counts_every_record_once(db: Database) -> None:
    bundle = bundle_of(figure(f"g-{n}", n) for n in range(1203))
    for _ in range(2):
        done: list[int] = []
        accepted(db, bundle, progress=done.append)
        assert sum(done) == len(bundle.records)
    other = bundle_of(figure(f"g-{n}", n + (n == 700)) for n in range(1203))
    done = []
    accepted(db, other, progress=done.append)
    assert sum(done) == len(bundle.records)


def test_another_load_is_waited_for_and_then_said_to_be_going_on(
    db: Database, database: Path, dataset: Path
) -> None:
    bundle = changed(dataset, "status: target", "status: planned")
    hasty = open_writer(str(database), 20)
    with write_transaction(db), pytest.raises(Busy, match="another load is going on"):
        load_dataset(hasty, bundle, now)
    assert accepted(hasty, bundle).version == 5
    hasty.conn.close()


def test_what_another_data_set_names_cannot_be_left_out(db: Database) -> None:
    before = dump(db)
    regions = next(b for b in packaged_datasets() if b.dataset == "peru-regions")
    outcome = load_dataset(db, without(regions, "regions", "PE-PIU"), now)
    assert {f.record for f in outcome.findings} == {"PE-PIU"}
    reasons = [f.reason for f in outcome.findings]
    assert len(reasons) == 2
    assert any(
        "figures/der-" in r and "of the data set 'perumin-2021' names it" in r for r in reasons
    )
    assert dump(db) == before
    assert accepted(db, without(regions, "regions", "PE-TUM")).version == 5


CODES = [
    ("metrics", "investment", "figures/der-investment"),
    ("units", "business_plans", "figures/procompite-business-plans"),
    ("region-kinds", "department", "regions/PE-AMA"),
    ("organization-kinds", "development_bank", "organizations/caf"),
    ("organization-roles", "publisher", "organizations/perumin"),
    ("program-kinds", "fund", "programs/procompite"),
    ("program-statuses", "launched", "programs/regional-articulated-plans"),
    ("sectors", "fishing", "programs/cluster-support-program"),
    ("instruments", "business_plan_financing", "programs/procompite"),
    ("identifier-schemes", "pe_law", "programs/procompite"),
]


def without_code(bundle: Bundle, concept: str, code: str) -> Bundle:
    records = []
    for raw in bundle.records:
        data = raw.data
        if raw.resource == "codelists" and data["concept"] == concept:
            data = {**data, "codes": [c for c in data["codes"] if c["code"] != code]}
            assert len(data["codes"]) == len(raw.data["codes"]) - 1
            if not data["codes"]:
                continue
        records.append(raw._replace(data=data))
    return Bundle(records)


@pytest.mark.parametrize(("concept", "code", "user"), CODES, ids=[case[0] for case in CODES])
def test_a_code_in_use_cannot_be_left_out(db: Database, concept: str, code: str, user: str) -> None:
    before = dump(db)
    core = next(b for b in packaged_datasets() if b.dataset == "core")
    findings = load_dataset(db, without_code(core, concept, code), now).findings
    assert [(f.file, f.record, f.field) for f in findings] == [("codelists", concept, code)]
    assert findings[0].reason.startswith(f"cannot be left out: {user} of the data set ")
    assert dump(db) == before


PARTS = ("programs", "organizations")


def part(resource: str, id_: str, parent: str | None) -> RawRecord:
    """A record that is right in itself, and part of another one."""
    own = {
        "programs": {
            "description": BOTH,
            "kind": "fund",
            "status": "unclear",
            "lead_organization": "produce",
            "source": "perumin-2021-04-28",
        },
        "organizations": {"kind": "ministry", "roles": ["lead"]},
    }
    data = {"id": id_, "name": {"en": id_, "es": id_}, "parent": parent, **own[resource]}
    return RawRecord(resource, data, f"{resource}.yaml", id_)


@pytest.mark.parametrize("resource", PARTS)
def test_nothing_is_part_of_itself_by_way_of_others(db: Database, resource: str) -> None:
    description = bundle_of([]).records
    straight = [part(resource, "a", "b"), part(resource, "b", "c"), part(resource, "d", "a")]
    before = dump(db)
    circle = Bundle([*description, *straight, part(resource, "c", "a")])
    assert load_dataset(db, circle, now).findings == [
        Finding(resource, one, "parent", f"must not lead back to the record itself: {way}")
        for one, way in (("a", "a → b → c → a"), ("b", "b → c → a → b"), ("c", "c → a → b → c"))
    ]
    assert dump(db) == before
    accepted(db, Bundle([*description, *straight, part(resource, "c", None)]))


@pytest.mark.parametrize("resource", PARTS)
def test_nothing_is_part_of_itself_across_data_sets(db: Database, resource: str) -> None:
    accepted(db, Bundle([*bundle_of([]).records, part(resource, "a", None)]))
    other = bundle_of([], id="other", depends_on=["core", "perumin-2021", "generated"]).records
    accepted(db, Bundle([*other, part(resource, "b", "a")]))
    before = dump(db)
    both = bundle_of([], depends_on=["core", "perumin-2021", "other"]).records
    back = Bundle([*both, part(resource, "a", "b")])
    (finding,) = load_dataset(db, back, now).findings
    assert (finding.record, finding.field) == ("a", "parent")
    assert dump(db) == before


def test_whatever_may_be_part_of_another_is_among_those_tried() -> None:
    declared = {
        resource.name
        for resource in RESOURCES
        for place in resource.references.values()
        if isinstance(place.field, Parent)
    }
    assert declared == set(PARTS)


def test_every_open_list_is_among_those_tried() -> None:
    core = next(b for b in packaged_datasets() if b.dataset == "core")
    lists = {r.data["concept"] for r in core.records if r.resource == "codelists"}
    closed = {"qualifiers", "statuses", "measures", "scopes", "allocations", "ranks"}
    assert {case[0] for case in CODES} == lists - closed


def test_a_code_that_another_list_brings_can_be_left_out(db: Database) -> None:
    both = {"en": "a", "es": "b"}
    more = {"id": "more", "concept": "sectors", "name": both}
    codes = [{"code": "fishing", "name": both}]
    bundle = bundle_of([])
    bundle.records.append(
        RawRecord("codelists", {**more, "codes": codes}, "codelists.yaml", "more")
    )
    accepted(db, bundle)
    core = next(b for b in packaged_datasets() if b.dataset == "core")
    assert accepted(db, without_code(core, "sectors", "fishing")).version == 6


@pytest.mark.parametrize(
    ("length", "language", "reason"),
    [
        (100, "qu", "source.stated no notation is known for language 'qu'"),
        (100, "es", "source.stated '1,234.5' does not hold exactly one number as es prints them"),
        (6, "en", "source.end lies outside the source, which has 6 code points"),
    ],
)
def test_a_source_cannot_be_changed_so_that_another_data_sets_figures_are_misread(
    db: Database, length: int, language: str, reason: str
) -> None:
    accepted(db, owning(source("text", 100)))
    place = {"id": "text", "start": 0, "end": 7, "stated": "1,234.5"}
    using = [*DESCRIPTION["depends_on"], "owner"]
    accepted(db, bundle_of([figure("f", Decimal("1234.5"), source=place)], depends_on=using))
    before = dump(db)
    (finding,) = load_dataset(db, owning(source("text", length, language)), now).findings
    assert (finding.file, finding.record) == ("sources", "text")
    user = "figures/f of the data set 'generated'"
    assert finding.reason.startswith(f"cannot be changed so: of {user}, {reason}")
    assert dump(db) == before
    # What the figure does not need may change.
    assert accepted(db, owning(source("text", 7, "en-GB"))).version == 7


def owning(record: dict[str, Any]) -> Bundle:
    bundle = bundle_of([], id="owner")
    bundle.records.append(RawRecord("sources", record, "sources.yaml", record["id"]))
    return bundle


def render(record: CheckedRecord, dataset: str, version: int, updated_at: str) -> str:
    """A record's body as its schema dumps it, without any of the ways that are shorter."""
    provenance = {"dataset": dataset, "version": version, "updated_at": updated_at}
    dumped = record.resource.instance.dump({**record.data, **provenance})
    return json.dumps(dumped, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_each_stored_body_is_what_the_schema_dumps(db: Database, resource: Any) -> None:
    stored = dict(db.conn.execute(f"SELECT id, body FROM {resource.name}"))
    seen = set()
    for bundle in packaged_datasets():
        for record in valid_records(bundle, resource):
            body = json.loads(stored[record.data["id"]])
            version, moment = body["version"], body["updated_at"]
            assert render(record, str(bundle.dataset), version, moment) == stored[record.data["id"]]
            assert body["dataset"] == bundle.dataset
            assert list(body) == list(resource.members)
            seen.add(record.data["id"])
    assert seen == set(stored)


def test_releases_have_different_times_though_the_clock_goes_back(db: Database) -> None:
    times = [
        datetime(2030, 1, 1, tzinfo=UTC),
        datetime(2030, 1, 1, tzinfo=UTC),
        datetime(2020, 1, 1, tzinfo=UTC),
        datetime(2030, 1, 1, 0, 0, 1, tzinfo=UTC),
    ]
    for number, moment in enumerate(times):
        accepted(db, bundle_of([figure("g-1", number)]), lambda moment=moment: moment)
    found = [row[0] for row in db.conn.execute("SELECT released_at FROM releases ORDER BY version")]
    assert found[4:] == [
        "2030-01-01T00:00:00.000Z",
        "2030-01-01T00:00:00.001Z",
        "2030-01-01T00:00:00.002Z",
        "2030-01-01T00:00:01.000Z",
    ]
    assert found == sorted(set(found))


def test_the_old_version_is_byte_for_byte_what_it_was(
    db: Database, store: Store, dataset: Path
) -> None:
    with store.snapshot() as snapshot:
        before = {r.name: list(snapshot.stream(r, Query(), None)) for r in RESOURCES}
    accepted(db, changed(dataset, "value: 25\n", "value: 25\n  rank: preferred\n"))
    accepted(db, without(read_dataset(dataset), "figures", "pac-projects"))
    accepted(db, changed(dataset, "acronym: PAC", "acronym: PACX", "programs.yaml"))
    with store.snapshot() as snapshot:
        release = snapshot.release(4)
        assert release is not None
        after = {r.name: list(snapshot.stream(r, Query(), release.at)) for r in RESOURCES}
        for resource in RESOURCES:
            ids = [json.loads(body)["id"] for body in before[resource.name]]
            items = snapshot.items(resource, ids, release.at)
            assert [body.encode() for body in items.values()] == before[resource.name]
        assert snapshot.last_version(FIGURE, "pac-projects") == 6
    assert after == before


def test_as_of_a_version_the_answers_are_what_they_were(
    client: CheckedClient, db: Database, dataset: Path
) -> None:
    addresses = ["/figures?sort=-value", "/figures/pac-projects", "/programs?q=cluster"]
    before = [client.get(address).get_data() for address in addresses]
    accepted(db, without(read_dataset(dataset), "figures", "pac-projects"))
    for address, body in zip(addresses, before, strict=True):
        joint = "&" if "?" in address else "?"
        assert client.get(f"{address}{joint}as_of=4").get_data() == body
    assert client.get("/figures/pac-projects").status_code == 404


def test_a_data_set_can_be_described_and_nothing_else(db: Database) -> None:
    assert accepted(db, bundle_of([])).version == 5
    assert accepted(db, bundle_of([figure("g-1")])).version == 6
    assert accepted(db, bundle_of([])).counts["figures"]["closed"] == 1


def test_what_belongs_to_another_data_set_is_left_alone(db: Database) -> None:
    before = dict(db.conn.execute("SELECT id, body FROM figures"))
    outcome = load_dataset(db, bundle_of([figure("pac-projects")]), now)
    assert [f.reason for f in outcome.findings] == ["belongs to the data set 'perumin-2021'"]
    accepted(db, bundle_of([figure("g-1")]))
    accepted(db, bundle_of([]))
    rows = db.conn.execute("SELECT id, body FROM figures WHERE to_version IS NULL")
    assert dict(rows) == before


def test_the_bodies_of_a_load_hold_its_own_version(db: Database, clock: Clock) -> None:
    outcome = accepted(db, bundle_of([figure("g-1")]), clock)
    rows = db.conn.execute("SELECT body FROM figures WHERE dataset = 'generated'").fetchall()
    (body,) = (json.loads(body) for (body,) in rows)
    assert (body["version"], body["updated_at"]) == (outcome.version, "2030-01-01T00:00:00.000Z")
    assert set(BY_NAME["figures"].members) == set(body)


def test_the_rows_of_a_batch_lie_in_the_order_of_their_ids(db: Database) -> None:
    ids = [f"g-{number * 37 % 101}" for number in range(100)]
    assert not load_dataset(db, bundle_of([figure(id_) for id_ in ids]), now).findings
    rows = db.conn.execute("SELECT id FROM figures WHERE from_version = 5 ORDER BY row")
    assert [id_ for (id_,) in rows] == sorted(ids)
