"""What the tests of the command line ask for: the command, in this process or in its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main

Run = Callable[..., Result]
Spawn = Callable[..., subprocess.CompletedProcess[str]]

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason=f"there is no {FULL} here")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`run("load", "--json")`: the command in this process; its database is the test's own."""

    def run(*arguments: str | Path, **environment: str) -> Result:
        result = CliRunner().invoke(
            main,
            [str(argument) for argument in arguments],
            env={"QUIPU_DATABASE": str(tmp_path / "quipu.db"), **environment},
        )
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a command in a process of its own."""
    return {**os.environ, "QUIPU_DATABASE": str(tmp_path / "quipu.db")}


@pytest.fixture
def spawn(environment: dict[str, str]) -> Spawn:
    """`spawn("load")`: the command in a process of its own."""

    def spawn(
        *arguments: str | Path, user: int | None = None, **others: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "api.cli", *map(str, arguments)],
            env={**environment, **others},
            user=user,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return spawn
