"""A running service for the examples of the documentation."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `quipu serve` answers: 'host:port' of a server with a database of its own."""
    database = tmp_path_factory.mktemp("served") / "quipu.db"
    environment = {**os.environ, "QUIPU_DATABASE": str(database)}
    command = [sys.executable, "-m", "api.cli", "serve", "--port", "0"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = ""
        for line in process.stderr:
            said += line
            found = re.search(r"listens on http://(\S+)", line)
            if found:
                yield found[1]
                break
        else:
            pytest.fail(f"it does not serve: {said}")
        process.terminate()
        process.stderr.close()


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return Path(__file__).parents[2]
