"""`make help` tells of targets that there are."""

import re
import shutil
import subprocess

import pytest

from tests.docs.examples import ROOT


def test_the_help_of_make_tells_of_the_usual_targets() -> None:
    make = shutil.which("make")
    if make is None:
        pytest.skip("make is not installed")
    shown = subprocess.run(
        [make, "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    told = [re.match(r"make (\S+) +\S", line) for line in shown.stdout.splitlines()]
    names = [match[1] for match in told if match]
    assert {"run", "test", "check"} <= set(names)
    assert len(names) == len(told) < 12
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert set(names) <= set(targets)
