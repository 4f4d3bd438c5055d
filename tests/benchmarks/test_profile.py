"""Samples are counted for the part of the program that is responsible for them."""

from pathlib import Path

from benchmarks.profile import part_of, profile_page, shares, stacks
from tests.benchmarks.test_results import MACHINE

STACKS = """\
run (granian/wsgi.py:1);call (flask/app.py:9);read (api/store/snapshot.py:2) 6
run (granian/wsgi.py:1);call (flask/app.py:9);read (schemas/query.py:2);loads (json/__init__.py:3) 3
 5
main (threading.py:1);Condition.wait (threading.py:295) 900
run (granian/wsgi.py:1) 1
"""


def test_threads_that_wait_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "stacks"
    file.write_text(STACKS, encoding="utf-8")
    assert [count for _, count in stacks(file)] == [6, 3, 1]


def test_a_function_of_the_library_counts_for_who_called_it(tmp_path: Path) -> None:
    file = tmp_path / "stacks"
    file.write_text(STACKS, encoding="utf-8")
    parts, own, all_ = shares(list(stacks(file)))
    assert parts == {"api/store": 6, "schemas": 3, "granian": 1}
    assert own["loads (json/__init__.py:3)"] == 3
    assert all_["call (flask/app.py:9)"] == 9
    text = profile_page(list(stacks(file)), "a list", 1000, MACHINE)
    assert "| api/store | 60.0% |" in text


def test_parts_are_told_by_the_file_wherever_it_is_installed() -> None:
    assert part_of("f (/x/.venv/lib/python3.11/site-packages/flask/app.py:1)") == "flask"
    assert part_of("f (/somewhere/api/store/snapshot.py:1)") == "api/store"
    assert part_of("f (api/app.py:1)") == "api"
    assert part_of("f (threading.py:1)") == "other"
