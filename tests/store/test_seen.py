"""A line that was read before is passed over, and nobody could tell but by the time it takes."""

import json
import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.cli.database import now
from api.intake import lines
from api.intake.read import open_dataset
from api.store import replace, seen
from api.store.engine import Database, open_writer
from api.store.load import Outcome, load_dataset, prepare
from tests.store.conftest import dump
from tests.store.generated import DESCRIPTION, figure, source, units

Record = dict[str, Any]
MOMENT = datetime(2030, 1, 1, tzinfo=UTC)
READ_AGAIN = "DELETE FROM seen_lines"


def described(**others: Any) -> Record:
    return {"dataset": {**DESCRIPTION, **others}}


def figure_of(source_id: str, *arguments: Any, **others: Any) -> Record:
    record = figure(*arguments, **others)
    return {**record, "source": {**record["source"], "id": source_id}}


def file_of(folder: Path, ones: Iterable[Record], name: str = "all.ndjson") -> Path:
    file = folder / name
    file.write_text("".join(f"{json.dumps(one)}\n" for one in ones), encoding="utf-8")
    return file


def load(db: Database, folder: Path, ones: Iterable[Record]) -> Outcome:
    return load_dataset(db, open_dataset(file_of(folder, ones)), now)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The lines of figures that are read from now on."""
    found: list[bytes] = []

    def noted(line: bytes, read_json: Callable[[bytes], Any] = lines.read_json) -> Any:
        if line.startswith(b'{"figures"'):
            found.append(line)
        return read_json(line)

    monkeypatch.setattr(lines, "read_json", noted)
    return found


FIGURES = [{"figures": figure(f"g-{n}", n)} for n in range(9)]


@pytest.fixture
def loaded(db: Database, tmp_path: Path) -> Database:
    """A database that holds nine figures which were read from lines."""
    assert load(db, tmp_path, [described(), *FIGURES]).version
    return db


def test_what_stands_as_it_stood_is_not_read_again(
    loaded: Database, tmp_path: Path, read: list[bytes]
) -> None:
    outcome = load(loaded, tmp_path, [described(), *FIGURES])
    assert (outcome.version, outcome.counts["figures"]["unchanged"]) == (None, 9)
    assert read == []


def test_what_is_changed_new_or_gone_is_noticed_among_what_stands(
    loaded: Database, tmp_path: Path, read: list[bytes]
) -> None:
    moved = [{"figures": figure("g-3", 77)}, {"figures": figure("g-new")}]
    outcome = load(loaded, tmp_path, [described(), *FIGURES[:3], *moved, *FIGURES[5:]])
    assert outcome.counts["figures"] == {"created": 1, "changed": 1, "closed": 1, "unchanged": 7}
    assert [json.loads(line) for line in read] == moved


def test_a_line_that_says_the_same_in_other_words_is_read_once(
    loaded: Database, tmp_path: Path, read: list[bytes]
) -> None:
    reworded = [{"figures": dict(reversed(one["figures"].items()))} for one in FIGURES]
    assert load(loaded, tmp_path, [described(), *reworded]).version is None
    assert len(read) == 9
    # Another `id` comes first in these, so that they are not found: the last change is.
    ordered = [{"figures": {"id": one["figures"].pop("id"), **one["figures"]}} for one in reworded]
    assert load(loaded, tmp_path, [described(), *ordered]).version is None
    read.clear()
    assert load(loaded, tmp_path, [described(), *ordered]).version is None
    assert read == []


def test_spaces_around_a_line_do_not_matter(
    loaded: Database, tmp_path: Path, read: list[bytes]
) -> None:
    file = file_of(tmp_path, [described(), *FIGURES])
    file.write_bytes(file.read_bytes().strip().replace(b"\n", b" \r\n"))
    assert load_dataset(loaded, open_dataset(file), now).version is None
    assert read == []


def test_another_program_reads_everything(
    loaded: Database, tmp_path: Path, read: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen, "_reading", lambda: b"another")
    assert load(loaded, tmp_path, [described(), *FIGURES]).version is None
    assert len(read) == 9


def test_what_reads_lines_is_known_by_its_sources() -> None:
    """Whatever decides what becomes of a line is in the fingerprint."""
    sources = {source.name for package in seen.READ_BY for source in seen._sources(files(package))}
    assert {"figure.py", "text.py", "exact_json.py", "check.py", "among.py"} <= sources


def test_a_line_of_another_kind_of_file_is_another_line(loaded: Database, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    file_of(folder, [DESCRIPTION], "dataset.ndjson")
    file_of(folder, FIGURES, "figures.ndjson")
    findings = load_dataset(loaded, open_dataset(folder), now).findings
    assert {finding.field for finding in findings} >= {"figures", "id"}
    file_of(folder, [one["figures"] for one in FIGURES], "figures.ndjson")
    assert load_dataset(loaded, open_dataset(folder), now).findings == []


@pytest.mark.parametrize("had", [False, True], ids=["the first load", "a later one"])
def test_a_line_of_another_data_set_is_another_line(
    loaded: Database, tmp_path: Path, *, had: bool
) -> None:
    own = {"figures": figure("g-own")}
    if had:
        assert load(loaded, tmp_path, [described(id="another"), own]).version
    findings = load(loaded, tmp_path, [described(id="another"), own, *FIGURES]).findings
    assert [finding.reason for finding in findings] == ["belongs to the data set 'generated'"] * 9


@pytest.mark.parametrize("twice", [FIGURES[2], {"figures": figure("g-2", 77)}], ids=["line", "id"])
@pytest.mark.parametrize("batch", [2, 500])
@pytest.mark.parametrize("place", [0, 9])
def test_what_stands_twice_is_refused(
    loaded: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    twice: Record,
    batch: int,
    place: int,
) -> None:
    monkeypatch.setattr(replace, "BATCH", batch)
    ones = [*FIGURES]
    ones.insert(place, twice)
    findings = load(loaded, tmp_path, [described(), *ones]).findings
    assert [(finding.record, finding.field) for finding in findings] == [("g-2", "id")]


@pytest.mark.parametrize("batch", [2, 500])
@pytest.mark.parametrize(
    "ids", [["g-new"], [f"g-new-{n}" for n in range(20)], ["g-2"]], ids=["one", "many", "changed"]
)
def test_a_line_that_is_new_and_stands_twice_is_refused(
    loaded: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, ids: list[str], batch: int
) -> None:
    monkeypatch.setattr(replace, "BATCH", batch)
    new = [{"figures": figure(id_, 77)} for id_ in ids]
    left = [one for one in FIGURES if one["figures"]["id"] not in ids]
    before = dump(loaded)
    findings = load(loaded, tmp_path, [described(), *new, *left, *new]).findings
    assert [(finding.record, finding.field) for finding in findings] == [(id_, "id") for id_ in ids]
    assert dump(loaded) == before


@pytest.mark.parametrize("blank", ["\f", "\v", "\u00a0"])
def test_what_is_no_blank_of_json_is_not_passed_over(
    loaded: Database, tmp_path: Path, blank: str
) -> None:
    file = file_of(tmp_path, [described(), *FIGURES])
    file.write_text(file.read_text(encoding="utf-8").rstrip() + blank, encoding="utf-8")
    assert load_dataset(loaded, open_dataset(file), now).findings


@pytest.mark.parametrize(
    "line",
    [
        b'{"figures": {"id": "g-2\xff"}}',
        b'{"figures": {"id": "g-2"',
        b'{"figures": {"id": "g-2"}, "figures": {"id": "g-2"}}',
        b'{"figures": {"id": "g-2\x00"}}',
        b'{"figures": {"id": "%s"}}' % (b"x" * 100_000),
        b'{"figures": "id"}',
    ],
    ids=["no UTF-8", "cut off", "twice", "a control character", "very long", "no map"],
)
def test_a_line_that_is_wrong_is_refused_among_those_that_stand(
    loaded: Database, tmp_path: Path, line: bytes
) -> None:
    file = file_of(tmp_path, [described(), *FIGURES])
    file.write_bytes(file.read_bytes() + line)
    before = dump(loaded)
    assert load_dataset(loaded, open_dataset(file), now).findings
    assert dump(loaded) == before


def test_what_a_line_names_may_not_be_left_out(db: Database, tmp_path: Path) -> None:
    naming = {"figures": figure("g-b", 1, same_claim_as="g-a")}
    both = [described(), {"figures": figure("g-a", 1)}, naming]
    assert load(db, tmp_path, both).version
    findings = load(db, tmp_path, [described(), naming]).findings
    assert [(finding.record, finding.field) for finding in findings] == [("g-b", "same_claim_as")]
    assert load(db, tmp_path, both).version is None


# Another data set's source is not changed so that a figure is wrong: that is refused.
@pytest.mark.parametrize(
    ("changed", "others"),
    [({"length": 1}, False), ({"language": "es"}, False), ({"language": "es"}, True)],
    ids=["its own source's length", "its language", "the language of another data set's"],
)
def test_a_figure_is_read_again_when_its_source_has_changed(
    db: Database, tmp_path: Path, read: list[bytes], *, changed: Record, others: bool
) -> None:
    before, after = source("a-source", 100), source("a-source", 100) | changed
    own = described(depends_on=[*DESCRIPTION["depends_on"], *["other"] * others])
    ones = [{"figures": figure_of("a-source", "g-1", 25)}, *FIGURES[2:]]
    for one in (before, after):
        said = {"sources": one}
        if others:
            assert load(
                db, tmp_path, [described(id="other", depends_on=["core", "perumin-2021"]), said]
            ).version
        read.clear()
        outcome = load(db, tmp_path, [own, *[said] * (not others), *ones])
    if "length" in changed:
        assert [f.field for f in outcome.findings] == ["source.end"]
    else:
        assert json.dumps(ones[0]).encode() in [line.strip() for line in read]
        assert json.dumps(ones[1]).encode() not in [line.strip() for line in read]


@pytest.mark.parametrize(
    "moved",
    [described(depends_on=["core"]), {"codelists": units("vicunas")}],
    ids=["what it depends on", "its codes"],
)
def test_all_is_read_when_what_all_is_held_against_has_changed(
    db: Database, tmp_path: Path, *, moved: Record
) -> None:
    ones = [described(), {"codelists": units("alpacas")}, *FIGURES]
    ones.append({"figures": figure("g-last", unit="alpacas")})
    assert load(db, tmp_path, ones).version
    changed = [moved if moved.keys() == one.keys() else one for one in ones]
    assert load(db, tmp_path, changed).findings
    assert load(db, tmp_path, ones).version is None


@pytest.mark.parametrize("wrong", [None, {"figures": figure("g-wrong", unit="none")}], ids=str)
def test_of_a_load_that_is_undone_no_line_is_kept(
    db: Database, tmp_path: Path, wrong: Record | None
) -> None:
    file = file_of(tmp_path, [described(), *FIGURES, *([wrong] if wrong else [])])
    before = dump(db)
    load_dataset(db, open_dataset(file), now, dry_run=not wrong)
    assert dump(db) == before


def test_a_database_from_before_lines_were_kept_keeps_them_from_now_on(
    loaded: Database, tmp_path: Path, read: list[bytes]
) -> None:
    loaded.conn.execute("DROP TABLE seen_lines")
    loaded.conn.execute("DELETE FROM _sqlite_migrations WHERE name = 'seen-lines'")
    prepare(loaded)
    for number in (9, 0):
        read.clear()
        assert load(loaded, tmp_path, [described(), *FIGURES]).version is None
        assert len(read) == number


# A small world that is right, and what may change in it: {what: (how it begins, what it becomes)}.
DEPENDS_ON = [*DESCRIPTION["depends_on"], "other"]
KINDS_OF_FIGURE = st.none() | st.fixed_dictionaries(
    {
        "value": st.sampled_from([25, 26]),
        "source": st.sampled_from(["own", "other"]),
        "unit": st.sampled_from(["plans", "alpacas"]),
        "same_claim_as": st.sampled_from([None, "g-1", "g-3"]),
        "reversed": st.booleans(),
    }
)
PLAIN = {"value": 25, "source": "own", "unit": "plans", "same_claim_as": None, "reversed": False}
WORLD: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "depends_on": (DEPENDS_ON, st.sampled_from([DEPENDS_ON, DESCRIPTION["depends_on"]])),
    "own": (100, st.sampled_from([100, 50, 1, None])),
    "other": (100, st.sampled_from([100, 50, 1])),
    "units": (["alpacas"], st.sampled_from([["alpacas"], ["alpacas", "vicunas"], ["vicunas"]])),
    "g-1": (PLAIN, KINDS_OF_FIGURE),
    "g-2": ({**PLAIN, "same_claim_as": "g-1"}, KINDS_OF_FIGURE),
    "g-3": ({**PLAIN, "source": "other"}, KINDS_OF_FIGURE),
    "g-4": ({**PLAIN, "unit": "alpacas"}, KINDS_OF_FIGURE),
    "twice": (None, st.sampled_from(["g-1", "g-4"])),
}
STEPS = st.sampled_from(list(WORLD)).flatmap(lambda key: st.tuples(st.just(key), WORLD[key][1]))


def beside(world: Record) -> list[Record]:
    """The data set of which the other one names a source."""
    found = described(id="other", depends_on=["core", "perumin-2021"])
    return [found, {"sources": source("other", world["other"])}]


def of_world(world: Record) -> list[Record]:
    """The data set of a state of the world."""
    found = [described(depends_on=world["depends_on"]), {"codelists": units(*world["units"])}]
    if world["own"]:
        found.append({"sources": source("own", world["own"])})
    for id_ in ("g-1", "g-2", "g-3", "g-4", world["twice"]):
        if id_ and (one := world[id_]):
            claim = {"same_claim_as": one["same_claim_as"]} if one["same_claim_as"] else {}
            record = figure_of(one["source"], id_, one["value"], unit=one["unit"], **claim)
            found.append({"figures": dict(reversed(record.items())) if one["reversed"] else record})
    return found


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=8))
def test_a_load_that_passes_lines_over_does_just_what_one_does_that_reads_them(
    database: Path, steps: list[tuple[str, Any]]
) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(replace, "BATCH", 2)
        passing, reading = (
            open_writer(shutil.copy(database, Path(folder) / name), 1000) for name in ("1", "2")
        )

        def loaded(ones: list[Record]) -> Outcome:
            file = file_of(Path(folder), ones)
            outcome = load_dataset(passing, open_dataset(file), lambda: MOMENT)
            reading.conn.execute(READ_AGAIN)
            assert load_dataset(reading, open_dataset(file), lambda: MOMENT) == outcome
            return outcome

        right = {key: begins for key, (begins, _) in WORLD.items()}
        for key, value in [("own", 100), *steps]:
            changed = {**right, key: value}
            if loaded(beside(changed)).findings:
                continue
            if not loaded(of_world(changed)).findings:
                right = changed
        found = []
        for db in (passing, reading):
            found.append(dump(db))
            del found[-1]["seen_lines"]
            db.conn.close()
        assert found[0] == found[1]
