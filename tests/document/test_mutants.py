"""The mutants that show how tight the net is: each can be made, and the page lists them all."""

import shutil
from pathlib import Path

import pytest

from contract.mutants import MUTANTS, Mutant
from contract.mutate import PAGE, ROOT, apply


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_can_still_be_made(mutant: Mutant, tmp_path: Path) -> None:
    (tmp_path / mutant.file).parent.mkdir(parents=True)
    shutil.copy(ROOT / mutant.file, tmp_path / mutant.file)
    apply(mutant, tmp_path)
    assert all((ROOT / test).is_file() for test in mutant.tests.split())


def test_each_mutant_is_another_one() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
    assert len({mutant[1:4] for mutant in MUTANTS}) == len(MUTANTS)


def test_the_page_lists_every_mutant_and_none_that_nobody_noticed() -> None:
    rows = PAGE.read_text(encoding="utf-8").split("| --- | --- | --- |\n")[1].splitlines()
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == [m.name for m in MUTANTS]
    assert "no test" not in "".join(rows)
