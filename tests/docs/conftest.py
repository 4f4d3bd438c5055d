"""A running service for the examples of the documentation."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import serving


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `quipu serve` answers: 'host:port' of a server with a database of its own."""
    with serving(tmp_path_factory.mktemp("served") / "quipu.db", "--port", "0") as server:
        yield server.wait_until_it_listens().removeprefix("http://")


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return Path(__file__).parents[2]
