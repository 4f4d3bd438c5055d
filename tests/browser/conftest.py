"""A served Quipu and a real browser. Without Chromium the tests here are skipped."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.webdriver import Browser, wait_for
from tests.document.tools import skip_without


@pytest.fixture(scope="module")
def address(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `quipu serve` listens, on a copy of the seeded database."""
    place = tmp_path_factory.mktemp("served")
    own = {name: value for name, value in os.environ.items() if not name.startswith("QUIPU_")}
    own["QUIPU_DATABASE"] = str(shutil.copy(seeded, place / "quipu.db"))
    log = place / "serve.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [Path(sys.executable).with_name("quipu"), "serve", "--port", "0"],
            env=own,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield wait_for(lambda: _listening(log.read_text()), "quipu serve did not start")
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _listening(log: str) -> str | None:
    found = re.search(r"http://127\.0\.0\.1:(\d+)", log)
    if not found:
        return None
    try:
        socket.create_connection(("127.0.0.1", int(found[1])), timeout=1).close()
    except ConnectionRefusedError:
        return None
    return found[0]


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    driver = shutil.which("chromedriver")
    if not driver:
        skip_without("chromium", "there is no chromedriver: apt install chromium chromium-driver")
    with Browser(str(driver), tmp_path / "profile") as found:
        yield found
