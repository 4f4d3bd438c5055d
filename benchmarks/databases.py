"""The databases that are measured: made once, by `quipu load`, and kept in the build folder.

A database's name carries a digest of everything that it follows from: the generator, the
declarations and the store. When one of them changes, it is made anew.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from api.store.tables import layout_name
from benchmarks.folders import BUILD, HERE, ROOT
from benchmarks.generate import SEED, written
from benchmarks.plain import write_plain

# States of the data, of the frame and of the first part of the figures.
VERSIONS = 3
# Figures of the first data set, which later states are of; the others are one data set more.
PART = 100_000
# What is read at once of a file that is read through.
PIECE = 1 << 22
MADE_BY = ("words.py", "printed.py", "frame.py", "figures.py", "generate.py")


def quipu_database(rows: int) -> Path:
    """A database of about so many current figures, in several versions."""
    key = _digest(
        [*(HERE / name for name in MADE_BY), *_sources("schemas"), *_sources("api/store")]
    )
    path = BUILD / "data" / f"quipu-{rows}-{VERSIONS}x{PART}-{layout_name()}-{key}.db"
    if not path.exists():
        _forget(f"quipu-{rows}-*")
        _make(path, rows)
    return path


def plain_database(rows: int) -> Path:
    """The current figures of the same database as one plain table: what peers are given."""
    source = quipu_database(rows)
    key = _digest([HERE / "plain.py"])
    path = source.with_name(source.stem.replace("quipu-", "plain-") + f"-{key}.db")
    if not path.exists():
        _forget(f"plain-{rows}-*")
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        write_plain(source, part)
        part.replace(path)
    return path


def read_through(*files: Path) -> None:
    """Let the system's cache hold files as it does when a machine has started and read them once,
    from one end to the other: in large pieces, where a file system can. As they were written it
    holds them in small ones, and the processor takes longer to find its way in these."""
    for file in files:
        with file.open("rb", buffering=0) as opened:
            os.fsync(opened.fileno())
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            while opened.read(PIECE):
                pass


def copy_of(database: Path, path: Path) -> Path:
    """A copy to write into."""
    return Path(shutil.copy(database, path))


def load(database: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `quipu load` on a database. Raises CalledProcessError."""
    command = [sys.executable, "-m", "api.cli", "--database", str(database), "load", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)


def newest_version(database: Path) -> int:
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
    (version,) = connection.execute("SELECT MAX(version) FROM releases").fetchone()
    connection.close()
    return int(version)


def _forget(pattern: str) -> None:
    """Remove what was made of an older generator, of other declarations, or not to its end."""
    for file in (BUILD / "data").glob(pattern):
        shutil.rmtree(file) if file.is_dir() else file.unlink()


def _make(path: Path, rows: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part, folder = path.with_suffix(".part"), path.with_suffix(".ndjson")
    print(f"making a database of {rows:,} figures: {path.relative_to(ROOT)}", file=sys.stderr)
    load(part)
    for file in written(folder, rows, seed=SEED, versions=VERSIONS, first=PART):
        done = load(part, str(file))
        print(f"  {done.stderr.strip()}", file=sys.stderr)
        file.unlink()
    folder.rmdir()
    part.replace(path)


def _sources(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def _digest(files: Iterable[Path]) -> str:
    digest = sha256()
    for file in files:
        digest.update(os.fsencode(file.name) + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]
