"""What the measurements are made into: ratios, the table, the pages."""

import pytest

from benchmarks.mixed import mixed_page
from benchmarks.pages import PERFORMANCE, README, NoMarks, marks, replaced
from benchmarks.rounds import ratio, shown
from benchmarks.scale import scale_page
from benchmarks.subjects import subjects
from benchmarks.table import TARGETS, peers_page

MACHINE = {
    "date": "2030-01-01",
    "processor": "a processor",
    "cores": 2,
    "memory_gb": 24,
    "python": "3.11",
    "sqlite": "3.40",
    "packages": {"flask": "3"},
    "commit": "abc",
}


def measured(subject: str, question: str, number: int, cpu: float) -> dict[str, object]:
    cost = {
        "answers": 1000,
        "seconds": 2.0,
        "warming": 2,
        "cpu": cpu,
        "p50": 900,
        "p99": 1900,
        "size": 2000,
        "clients": 16,
    }
    return {
        "subject": subject,
        "question": question,
        "round": number,
        "cost": cost,
        "start": 0.4,
        "own": 60,
        "resident": 90,
    }


def result(**cpu: list[float]) -> dict[str, object]:
    return {
        "command": "python -m benchmarks.peers",
        "machine": MACHINE,
        "rows": 1000,
        "rounds": 3,
        "turns": 4,
        "seconds": 2,
        "warming": 2,
        "missing": {"soul": "no npm\nhere"},
        "measured": [
            measured(subject.replace("_", "-"), "list", number, value)
            for subject, values in cpu.items()
            for number, value in enumerate(values)
        ],
    }


def test_a_ratio_is_the_median_of_the_ratios_of_the_rounds() -> None:
    # Each round on a machine that is twice as slow as in the one before.
    found = ratio([300, 640, 1200], [100, 200, 400])
    assert found.value == 3
    assert str(found) == "3.00"


def test_ratios_that_lie_apart_are_marked_and_those_that_lie_far_apart_are_not_told() -> None:
    assert str(ratio([100, 120, 140], [100, 100, 100])) == "≈ 1.20"
    assert str(ratio([100, 120, 300], [100, 100, 100])) == "?"


def test_numbers_are_shown_with_three_digits() -> None:
    numbers = [0, 0.0123, 0.5, 1, 9.994, 12.34, 123.4, 12_345, 1_234_567]
    texts = ["0", "0.012", "0.500", "1.00", "9.99", "12.3", "123", "12,300", "1,230,000"]
    assert list(map(shown, numbers)) == texts


def test_the_table_has_a_row_for_each_that_was_measured() -> None:
    text = peers_page(result(quipu=[200, 200, 200], fastapi=[500, 500, 500]))
    (ours,) = (line for line in text.splitlines() if "**Quipu**" in line)
    (theirs,) = (line for line in text.splitlines() if "| FastAPI" in line)
    assert ours.split(" | ")[2:5] == ["500", "200", "1"]
    assert theirs.split(" | ")[2:5] == ["500", "500", "2.50"]
    assert "Left out: soul-cli" in text
    assert "no npm here" in text


def test_a_target_that_is_missed_is_said_to_be() -> None:
    text = peers_page(result(quipu=[200] * 3, fastapi=[500] * 3, by_hand=[80] * 3))
    rows = [line for line in text.splitlines() if line.startswith("| list against")]
    assert [row.split(" | ")[-1] for row in rows] == ["yes |", "**no** |"]


def test_a_target_is_not_said_to_be_reached_where_the_rounds_do_not_agree() -> None:
    text = peers_page(result(quipu=[200] * 3, fastapi=[500, 500, 5000]))
    (row,) = (line for line in text.splitlines() if line.startswith("| list against"))
    assert row.split(" | ")[-2:] == ["?", "? |"]


def test_every_target_names_what_is_measured() -> None:
    asked = {subject.name: set(subject.paths) for subject in subjects()}
    for target in TARGETS:
        for name, question in (target.over, target.under):
            assert name == "quipu" or question in asked[name]


def test_a_table_takes_the_place_of_the_one_before() -> None:
    begin, end = marks("peers")
    page = f"before\n{begin}old\n{end}after\n"
    once = replaced(page, "peers", "new\n")
    assert once == f"before\n{begin}new\n{end}after\n"
    assert replaced(once, "peers", "new\n") == once


@pytest.mark.parametrize("page", ["", "{end}{begin}", "{begin}", "{begin}{end}{begin}{end}"])
def test_a_page_without_one_place_for_it_is_refused(page: str) -> None:
    begin, end = marks("peers")
    with pytest.raises(NoMarks):
        replaced(page.format(begin=begin, end=end), "peers", "text")


@pytest.mark.parametrize("file", [README, PERFORMANCE], ids=lambda file: file.name)
def test_the_pages_have_a_place_for_it(file: object) -> None:
    replaced(file.read_text(encoding="utf-8"), "peers", "text")  # type: ignore[attr-defined]


def scaled(*costs: tuple[int, float, int]) -> dict[str, object]:
    """A result of the list: (rows, CPU, errors)."""
    found = []
    for rows, cpu, errors in costs:
        cost = {"cpu": cpu, "p99": cpu * 2, "errors": errors, "clients": 16}
        found.append({"rows": rows, "question": "list", "round": 0, "cost": cost})
    return {
        "command": "python -m benchmarks.scale",
        "machine": MACHINE,
        "rows": [rows for rows, _, _ in costs],
        "rounds": 1,
        "seconds": 1,
        "warming": 2,
        "measured": found,
    }


def test_growth_is_from_the_smallest_to_the_largest_number_of_figures() -> None:
    text = scale_page(scaled((1000, 200, 0), (100_000, 240, 0), (1_000_000, 500, 3)))
    (row,) = (line for line in text.splitlines() if line.startswith("| 50 by value"))
    assert row.split(" | ")[1:5] == ["200", "240", "500²", "2.50"]
    assert [line.endswith("| **no** |") for line in text.splitlines()[-2:]] == [True, True]


def test_growth_from_what_was_too_little_to_be_measured_is_not_told() -> None:
    text = scale_page(scaled((1000, 0, 0), (1_000_000, 220, 0)))
    (row,) = (line for line in text.splitlines() if line.startswith("| 50 by value"))
    assert row.split(" | ")[1:4] == ["0", "220", "–"]


def test_a_list_that_stays_flat_reaches_its_target() -> None:
    text = scale_page(scaled((1000, 200, 0), (1_000_000, 220, 0)))
    assert [line.endswith("| yes |") for line in text.splitlines()[-2:]] == [True, True]


def test_a_torn_page_is_told_under_the_table_of_the_mixed_load() -> None:
    told = {
        "requests": 100,
        "microseconds": 1e6,
        "p50": 1000,
        "p99": 9000,
        "slowest": 9500,
        "errors": {"status": 0},
    }
    result = {
        "command": "python -m benchmarks.mixed",
        "machine": MACHINE,
        "rows": 1000,
        "workers": 1,
        "alone": told,
        "mixed": told,
        "load": {
            "seconds": 2.0,
            "warming": 2,
            "counts": {"created": 1, "changed": 2, "closed": 3, "unchanged": 4},
        },
        "clients": [
            {
                **told,
                "title": "walks",
                "wrong": ["walk 3 is torn"],
                "errors": {"503 of /figures": 2},
            }
        ],
        "memory": {"own": 60, "resident": 90},
    }
    text = mixed_page(result)
    assert "Wrong: walks: walk 3 is torn" in text
    answers = [
        line.rpartition(" | ")[2] for line in text.splitlines() if line.startswith("| p99 of")
    ]
    assert answers == ["yes |"]
    assert "Errors: 2 times 503 of /figures" in text
    assert "| errors | 0 | 2.00 | **no** |" in text
    assert "| torn or wrong answers | 0 | 1.00 | **no** |" in text
