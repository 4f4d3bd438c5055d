"""A temporary folder: gone with its process, and nobody else's is touched."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from api.temporary import ALIVE, PREFIX, TemporaryFolder
from tests.cli.test_load import NOBODY, as_nobody


def test_a_temporary_folder_goes_with_its_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = TemporaryFolder("test")
    assert folder.path.stat().st_mode & 0o777 == 0o700
    path = folder.path
    del folder
    assert not path.exists()


def test_a_temporary_folder_of_a_process_that_was_killed_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = "from api.temporary import TemporaryFolder; folder = TemporaryFolder('test')"
    dying = f"import os, signal; {made}; os.kill(os.getpid(), signal.SIGKILL)"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", dying], env=environment, check=False)
    (left,) = tmp_path.iterdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    living = TemporaryFolder("test")
    assert not left.exists()
    other = TemporaryFolder("test")
    assert living.path.exists()
    living.remove()
    other.remove()


def left_behind(place: Path, name: str) -> Path:
    """A temporary folder whose process is gone."""
    folder = place / f"{PREFIX}{name}"
    folder.mkdir(mode=0o700)
    (folder / ALIVE).touch()
    return folder


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, who can be two users")
@pytest.mark.parametrize("mode", [0o700, 0o755], ids=oct)
def test_what_another_user_left_is_left_alone(monkeypatch: pytest.MonkeyPatch, mode: int) -> None:
    with TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o1777)
        monkeypatch.setattr("tempfile.tempdir", name)
        others, own = left_behind(place, "others"), left_behind(place, "own")
        others.chmod(mode)
        (others / ALIVE).chmod(0o600)
        for path in (own, own / ALIVE):
            os.chown(path, NOBODY, -1)
        with as_nobody():
            folder = TemporaryFolder("test")
            folder.remove()
        assert others.exists()
        assert not own.exists()


def test_a_link_is_not_taken_for_a_folder_that_was_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "kept").mkdir()
    kept = left_behind(tmp_path / "kept", "elsewhere")
    (tmp_path / f"{PREFIX}link").symlink_to(kept)
    (tmp_path / f"{PREFIX}loop").symlink_to(f"{PREFIX}loop")
    TemporaryFolder("test").remove()
    assert kept.exists()


def test_what_goes_wrong_while_something_is_removed_is_told_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, **_: bool) -> None:
        raise FileNotFoundError(path)

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("api.temporary.rmtree", fail)
    left_behind(tmp_path, "own")
    with pytest.raises(FileNotFoundError):
        TemporaryFolder("test")


def test_a_child_that_ends_leaves_the_folder_to_its_parent(tmp_path: Path) -> None:
    program = """
import os, sys
from api.temporary import TemporaryFolder
folder = TemporaryFolder("test")
child = os.fork()
if not child:
    sys.exit()
os.waitpid(child, 0)
print(folder.path.exists())
"""
    command = [sys.executable, "-c", program]
    found = subprocess.run(
        command,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout == "True\n"
