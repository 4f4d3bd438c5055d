"""The changes of a programme, of a region, of a kind: the same as the rows tell, found apart."""

import json
import shutil
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from api.cli.database import now
from api.intake.records import RawRecord
from api.store.changes import Mark, Span, changes_statement, last_changes_statement
from api.store.engine import Database, open_writer
from api.store.load import load_dataset
from api.store.topics import TABLE, rebuild, stray_topics
from schemas import BY_NAME, FIGURE, RESOURCES
from schemas.change import KINDS, Change, change_parameters
from schemas.parameter import LONGEST_LIST
from schemas.paths import values_at
from schemas.query import Query
from schemas.reading import read_query
from schemas.record import PROVENANCE
from tests.store.conftest import dump
from tests.store.generated import PLACES, bundle_of, figure

BEGINNING = Mark(0)
PROGRAMS = ["procompite", "cluster-support-program", "innovate-peru", None]
# Of each parameter some values, and none.
ASKED = {
    "program": ["procompite", "procompite,cluster-support-program", "innovate-peru"],
    "region": ["PE-PIU", "PE", "PE-CUS,PE-LIM,PE-PIU"],
    "kind": [*KINDS, "created,deleted", "changed,deleted"],
    "dataset": ["generated", "perumin-2021", "generated,peru-regions"],
    "resource": ["figures", "programs", "regions,figures"],
}
QUESTIONS = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in ASKED.items()}
)
LOADS = st.lists(
    st.dictionaries(
        st.sampled_from("abcde"),
        st.tuples(PLACES, st.sampled_from(PROGRAMS), st.integers(1, 2)),
        max_size=5,
    ),
    min_size=1,
    max_size=4,
)


def asking(question: dict[str, str]) -> Query:
    query, mistakes = read_query(change_parameters(["json"]), list(question.items()))
    assert not mistakes
    return query


def changes(db: Database, question: dict[str, str], **how: Any) -> list[Change]:
    newest = Mark(db.table("releases").count)
    span = Span(how.pop("since", BEGINNING), how.pop("until", newest))
    statement = changes_statement(asking(question), span, how.pop("limit", None), **how)
    return [Change(*row) for row in db.conn.execute(*statement)]


def last_changes(db: Database, asked: list[str], until: int) -> dict[str, str]:
    return dict(db.conn.execute(*last_changes_statement(FIGURE, "program", asked, until)))


def history(db: Database) -> list[Change]:
    """Every change, told by the rows alone."""
    moments = dict(db.conn.execute("SELECT version, released_at FROM releases"))
    found = []
    for resource in RESOURCES:
        rows = db.conn.execute(
            f"SELECT id, from_version, to_version, dataset, body FROM {resource.name} "
            "ORDER BY id, from_version"
        ).fetchall()
        for before, after in pairwise([(None, 0, 0, "", ""), *rows, (None, 0, 0, "", "")]):
            follows = before[0] == after[0] and before[2] == after[1]
            if after[0]:
                old = before[4] if follows else None
                what = (after[3], resource.name, after[0], old, after[4])
                found.append(Change(after[1], moments[after[1]], *what))
            if before[2] and not follows:
                what = (before[3], resource.name, before[0], before[4], None)
                found.append(Change(before[2], moments[before[2]], *what))
    return sorted(found, key=place)


def place(change: Change) -> tuple[int, str, str]:
    return change.version, change.id, change.resource


def is_told(change: Change, question: dict[str, str]) -> bool:
    """Whether the record before a change or after it says all that is asked for."""
    said = {"kind": change.kind, "dataset": change.dataset, "resource": change.resource}
    if not all(said[name] in question[name].split(",") for name in said if name in question):
        return False
    return any(
        all(
            names(json.loads(body), change.resource, topic) & set(question[topic].split(","))
            for topic in ("program", "region")
            if topic in question
        )
        for body in (change.before, change.after)
        if body is not None
    )


def names(record: dict[str, Any], resource: str, topic: str) -> set[str]:
    places = BY_NAME[resource].places.values()
    paths = [one.path for one in places if getattr(one.field, "target", "") == f"{topic}s"]
    itself = {record["id"]} if resource == f"{topic}s" else set()
    return itself.union(*(values_at(record, path) for path in paths))


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(loads=LOADS, questions=st.lists(QUESTIONS, min_size=5, max_size=5), data=st.data())
def test_whatever_is_asked_the_changes_are_those_of_the_rows(
    seeded: Path, loads: list[Any], questions: list[dict[str, str]], data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        db = open_writer(shutil.copy(seeded, Path(folder) / "quipu.db"), 1000)
        for load in loads:
            records = [
                figure(id_, value, **{"allocation": None, **where}, program=program)
                for id_, (where, program, value) in load.items()
            ]
            assert not load_dataset(db, bundle_of(records), now).findings
        every = history(db)
        asked = [program for program in PROGRAMS if program]
        for until in range(1, every[-1].version + 1):
            of_figures = [c for c in every if c.resource == "figures" and c.version <= until]
            assert last_changes(db, asked, until) == {
                program: told[-1].at
                for program in asked
                if (told := [c for c in of_figures if is_told(c, {"program": program})])
            }
        some = data.draw(st.lists(st.sampled_from(every), min_size=2, max_size=2))
        ends = sorted(map(place, some))
        since, until = (
            Mark(version, *data.draw(st.sampled_from([(), of]))) for version, *of in ends
        )
        for question in questions:
            whole = [change for change in every if is_told(change, question)]
            assert changes(db, question) == whole
            assert changes(db, question, newest_first=True) == whole[::-1]
            assert changes(db, question, limit=3) == whole[:3]
            within = [
                change
                for change in whole
                if is_later(change, since)
                and not is_later(change, until)
                and not is_at(change, until)
            ]
            assert changes(db, question, since=since, until=until) == within
            newest = changes(db, question, since=since, until=until, newest_first=True)
            assert newest == within[::-1]
        assert not list(stray_topics(db.conn))
        db.conn.close()


def is_later(change: Change, mark: Mark) -> bool:
    """A mark without an id is the end of its version."""
    if mark.id is None:
        return change.version > mark.version
    return place(change) > mark


def is_at(change: Change, mark: Mark) -> bool:
    return place(change) == mark


def test_what_is_made_anew_is_what_loads_have_made(db: Database) -> None:
    for value in (25, 26):
        load_dataset(
            db, bundle_of([figure("a", value, program="procompite"), figure(f"{value}")]), now
        )
    made = dump(db)[TABLE]
    db.conn.execute(f"DELETE FROM {TABLE}")
    rebuild(db.conn)
    assert sorted(dump(db)[TABLE], key=repr) == sorted(made, key=repr)


def test_a_programme_is_told_of_what_it_is_a_parent_of(db: Database) -> None:
    (body,) = db.conn.execute("SELECT body FROM programs WHERE id = 'procompite'").fetchone()
    own = {name: value for name, value in json.loads(body).items() if name not in PROVENANCE}
    for parent in ("procompite", "innovate-peru", None):
        bundle = bundle_of([])
        record = {**own, "id": "part", "parent": parent, "identifiers": []}
        bundle.records = [*bundle.records, RawRecord("programs", record, "programs.yaml", "part")]
        assert not load_dataset(db, bundle, now).findings
    for program, versions in (
        ("procompite", [5, 6]),
        ("innovate-peru", [6, 7]),
        ("part", [5, 6, 7]),
    ):
        told = changes(db, {"program": program, "dataset": "generated"})
        assert [change.version for change in told] == versions


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("until", [Mark(4), Mark(4, "procompite-financing", "figures")])
@pytest.mark.parametrize(
    "question",
    [
        {},
        {"kind": "deleted"},
        {"dataset": "perumin-2021"},
        {"program": "procompite"},
        {"program": "procompite,innovate-peru", "kind": "created"},
        {"region": "PE-PIU,PE-CUS", "program": "procompite", "dataset": "perumin-2021"},
    ],
    ids=str,
)
def test_no_more_of_the_history_is_read_than_is_told(
    db: Database, question: dict[str, str], until: Mark, newest_first: bool
) -> None:
    span = Span(Mark(1, "core", "datasets"), until)
    statement = changes_statement(asking(question), span, 20, newest_first=newest_first)
    plan = [row[3] for row in db.conn.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement[1])]
    assert any(step.startswith("MERGE (UNION") for step in plan)
    assert not [step for step in plan if "TEMP B-TREE" in step]
    assert not [step for step in plan if step.startswith("SCAN") and step != "SCAN c"]
    ranges = [step for step in plan if step.startswith("SEARCH c USING PRIMARY KEY")]
    assert ranges
    assert all("(topic=? AND value=? AND resource=? AND " in step for step in ranges)
    assert all("version=?" in step or "version,id)" in step for step in ranges)


def test_as_many_values_may_be_asked_for_as_a_list_may_have(db: Database) -> None:
    some = [f"QZ-{first}{second}A" for first in "ABCDEFGHIJ" for second in "ABCDEFGHIJ"]
    regions = ",".join([*some[1:], "PE-PIU"])
    assert len(regions.split(",")) == LONGEST_LIST
    assert changes(db, {"region": regions}) == changes(db, {"region": "PE-PIU"})


@pytest.mark.parametrize(
    "statement",
    [
        f"DELETE FROM {TABLE}",
        f"DELETE FROM {TABLE} WHERE topic = 'kind' AND value = 'created' AND resource = 'regions'",
        f"DELETE FROM {TABLE} WHERE topic = 'program' AND id = 'procompite'",
        f"UPDATE {TABLE} SET said = 3 WHERE topic = 'region'",
        f"UPDATE {TABLE} SET after = after + 1 WHERE resource = 'figures'",
        f"UPDATE {TABLE} SET before = 1 WHERE resource = 'sources'",
        f"UPDATE {TABLE} SET version = 3 WHERE resource = 'figures'",
        f"UPDATE {TABLE} SET value = 'pac' WHERE value = 'procompite' AND resource = 'figures'",
        f"UPDATE {TABLE} SET resource = 'forged' WHERE topic = 'region'",
        f"INSERT INTO {TABLE} VALUES ('kind', 'created', 'forged', 4, 'x', NULL, 1, 2)",
        f"INSERT INTO {TABLE} VALUES ('program', 'procompite', 'regions', 3, 'PE', NULL, 1, 2)",
    ],
)
def test_what_does_not_follow_from_the_rows_is_found(db: Database, statement: str) -> None:
    assert not list(stray_topics(db.conn))
    assert db.conn.execute(statement).rowcount > 0
    assert list(stray_topics(db.conn))
