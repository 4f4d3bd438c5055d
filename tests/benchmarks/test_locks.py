"""What the benchmark installs is pinned and locked, with hashes and without addresses."""

import json
from pathlib import Path

import pytest

from benchmarks.environments import pinned
from benchmarks.folders import HERE

PYTHON = tuple(sorted(HERE.glob("**/requirements.in")))
NODE = tuple(
    sorted(path for path in HERE.glob("**/package.json") if "node_modules" not in str(path))
)


def test_there_are_peers_of_both_kinds() -> None:
    assert len(PYTHON) >= 5
    assert len(NODE) >= 2


@pytest.mark.parametrize("file", PYTHON, ids=lambda file: file.parent.name)
def test_what_python_installs_is_locked_at_the_version_that_is_pinned(file: Path) -> None:
    lock = file.with_suffix(".lock").read_text(encoding="utf-8")
    for line in file.read_text(encoding="utf-8").split():
        package = line.partition("==")[0].partition("[")[0]
        version = pinned(str(file.parent.relative_to(HERE)), package)
        assert f"{package}=={version} \\\n    --hash=sha256:" in lock


@pytest.mark.parametrize("file", NODE, ids=lambda file: file.parent.name)
def test_what_node_installs_is_locked_at_the_version_that_is_pinned(file: Path) -> None:
    wanted = json.loads(file.read_text(encoding="utf-8"))["dependencies"]
    lock = json.loads(file.with_name("package-lock.json").read_text(encoding="utf-8"))
    for name, version in wanted.items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    assert [name for name, one in lock["packages"].items() if "resolved" in one] == []
    assert [n for n, one in lock["packages"].items() if n and not one.get("integrity")] == []
