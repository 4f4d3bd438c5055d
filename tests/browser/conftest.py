"""A served Quipu and a real browser. Without Chromium the tests here are skipped."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.webdriver import Browser
from tests.document.tools import skip_without
from tests.serving import serving


@pytest.fixture(scope="module")
def address(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `quipu serve` listens, on a copy of the seeded database."""
    database = Path(shutil.copy(seeded, tmp_path_factory.mktemp("served") / "quipu.db"))
    with serving(database, "--port", "0") as server:
        yield server.wait_until_it_listens()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    driver = shutil.which("chromedriver")
    if not driver:
        skip_without("chromium", "there is no chromedriver: apt install chromium chromium-driver")
    with Browser(str(driver), tmp_path / "profile") as found:
        yield found
