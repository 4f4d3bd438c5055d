"""What the benchmarks' commands refuse, before anything is measured or written."""

import subprocess
import sys
from pathlib import Path

import pytest

WRONG = [
    ("peers --rows 0", "--rows: must be 1 or more, not 0"),
    ("peers --only nosuch", "--only: there is no 'nosuch': quipu,"),
    ("peers --only datasette --write", "not with --only"),
    ("peers --turns 0", "--turns: must be 1 or more"),
    ("scale --rows 1000,-1", "--rows: must be 1 or more, not -1"),
    ("scale --rows abc", "--rows: invalid"),
    ("scale --only nosuch", "--only: there is no 'nosuch'"),
    ("scale --only list --write", "not with --only"),
    ("mixed --workers 0", "--workers: must be 1 or more"),
    ("inside --only csv", "--only: there is no 'csv'"),
    ("loads 0", "rows: must be 1 or more"),
    ("sums ask --rows 0", "--rows: must be 1 or more"),
    ("bulk abc", "rows: invalid"),
    ("profile list --seconds 0", "--seconds: must be 1 or more"),
    ("generate 0 new", "N: must be 1 or more"),
    ("generate 1 new --versions 0", "--versions: must be 1 or more"),
    ("generate 1 full", "'full' must be a folder that is empty or not there"),
    ("generate 1 full/file", "'full/file' must be a folder"),
    ("generate 1 full/file/below", "Not a directory"),
]


@pytest.mark.parametrize(("command", "reason"), WRONG, ids=[command for command, _ in WRONG])
def test_what_cannot_be_is_refused_in_a_line(tmp_path: Path, command: str, reason: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("of somebody", encoding="utf-8")
    name, *arguments = command.split()
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", *arguments],
        cwd=tmp_path,
        env={"PYTHONPATH": str(root), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (1, 2)
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["full"]
