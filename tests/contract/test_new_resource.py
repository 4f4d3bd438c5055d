"""What CONTRIBUTING promises of a new resource."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_resource_more_needs_nothing_but_its_declaration(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.contract.new_resource", str(tmp_path)]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout == "20 asked for\n"
