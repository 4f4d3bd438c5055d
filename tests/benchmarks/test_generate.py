"""The generated data are valid, realistic, and the same for the same seed."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.store.load import Outcome
from benchmarks import generate
from benchmarks.frame import Frame
from benchmarks.generate import SEED, part_records, written
from schemas.codes import ALLOCATIONS, MEASURES, QUALIFIERS, RANKS, SCOPES, STATUSES
from schemas.paths import values_at
from tests.benchmarks.conftest import NUMBER, STATES

Figures = Callable[[int], dict[str, dict[str, Any]]]


def test_a_thousand_figures_in_three_states_are_accepted(
    loaded: tuple[Path, list[Outcome]],
) -> None:
    _, outcomes = loaded
    assert [outcome.findings for outcome in outcomes] == [[]] * (2 * STATES)
    assert outcomes[1].counts["figures"]["created"] == NUMBER


def test_the_same_seed_makes_the_same_bytes(generated: list[Path], tmp_path: Path) -> None:
    again = list(written(tmp_path, NUMBER, versions=STATES))
    assert [file.name for file in again] == [file.name for file in generated]
    assert [file.read_bytes() for file in again] == [file.read_bytes() for file in generated]


def test_another_seed_makes_other_figures(generated: list[Path], tmp_path: Path) -> None:
    other = list(written(tmp_path, NUMBER, seed=1))
    assert [file.read_bytes() for file in other] != [file.read_bytes() for file in generated[:2]]


def test_from_state_to_state_some_change_go_and_come(
    loaded: tuple[Path, list[Outcome]],
) -> None:
    counts = [outcome.counts["figures"] for outcome in loaded[1][3::2]]
    assert len(counts) == STATES - 1
    for count in counts:
        assert count["changed"] >= 10
        assert count["created"] >= 10
        assert count["closed"] >= 1
        assert count["unchanged"] > 0.9 * NUMBER


def test_what_is_gone_may_come_back() -> None:
    gone: set[str] = set()
    returned: set[str] = set()
    before: set[str] = set()
    for state in range(1, 12):
        records = part_records(Frame(NUMBER, 1, state), 1, 0, NUMBER)
        now = {record["id"] for kind, record in records if kind == "figures"}
        returned |= now & gone
        gone |= before - now
        before = now
    assert gone > returned > set()


def test_a_sweeping_state_changes_every_figure(figures: Figures) -> None:
    before = figures(STATES)
    records = part_records(Frame(NUMBER, SEED, STATES + 1), 1, 0, NUMBER, sweeping=True)
    after = {record["id"]: record for kind, record in records if kind == "figures"}
    kept = before.keys() & after.keys()
    assert len(kept) > 0.9 * NUMBER
    assert [id_ for id_ in kept if before[id_] == after[id_] and id_[-2:-1] != "-"] == []


def test_every_code_of_the_closed_lists_is_used(figures: Figures) -> None:
    expected = {
        "qualifier": QUALIFIERS,
        "status": STATUSES,
        "measure": MEASURES,
        "scope": SCOPES,
        "allocation": ALLOCATIONS,
        "rank": RANKS,
    }
    for path, codes in expected.items():
        found = {code for record in figures(1).values() for code in values_at(record, path)}
        assert found == set(codes), path


def test_every_member_that_may_be_null_sometimes_is_and_sometimes_is_not(figures: Figures) -> None:
    records = list(figures(1).values())
    for name in ("program", "organization", "period", "scope", "allocation", "same_claim_as"):
        known = sum(record[name] is not None for record in records)
        assert 0 < known < len(records), name


def test_programmes_and_regions_are_skewed(figures: Figures) -> None:
    for path, most, all_ in (("program", 0.15, 12), ("regions", 0.15, 26)):
        counted = Counter(
            value for record in figures(1).values() for value in values_at(record, path)
        )
        ((_, commonest),) = counted.most_common(1)
        assert commonest > most * counted.total(), path
        assert len(counted) == all_, path
        assert commonest > 5 * min(counted.values()), path


def test_labels_are_short_and_long_in_both_languages_and_have_accents(figures: Figures) -> None:
    for language in ("en", "es"):
        lengths = [len(record["label"][language]) for record in figures(1).values()]
        assert min(lengths) < 30
        assert max(lengths) > 150
    spanish = "".join(record["label"]["es"] for record in figures(1).values())
    assert set("áéíóúñ") <= set(spanish)


def test_figures_are_made_one_after_the_other_whatever_their_number() -> None:
    records = part_records(Frame(10**9, 1), 1, 0, 10**9)
    assert next(records)[0] == "dataset"
    assert next(records)[0] == "figures"


def lines(files: list[Path]) -> list[str]:
    found = [line for f in files for line in f.read_text(encoding="utf-8").splitlines()]
    return [line for line in found if line.startswith('{"figures"')]


def test_parts_are_data_sets_of_their_own_that_make_up_the_whole(tmp_path: Path) -> None:
    parts = list(written(tmp_path, 3000, first=1000))
    whole = list(written(tmp_path / "whole", 3000))
    assert [file.name for file in parts[1:]] == ["1-001-figures.ndjson", "1-002-figures.ndjson"]
    assert lines(parts) == lines(whole)


def test_no_load_has_to_bring_more_than_the_disk_holds_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generate, "LARGEST", 2000)
    parts = list(written(tmp_path, 6500, first=1000))
    whole = list(written(tmp_path / "whole", 6500))
    assert [len(lines([part])) for part in parts[1:]] == [1000, 2000, 2000, 1500]
    assert lines(parts) == lines(whole)


def test_a_file_is_written_when_it_is_asked_for(tmp_path: Path) -> None:
    files = written(tmp_path, 3000, first=1000)
    assert next(files).exists()
    assert len(list(tmp_path.iterdir())) == 1
