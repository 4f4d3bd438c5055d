"""What the documentation shows is what happens."""

import shutil
import subprocess

import pytest

from tests.docs.examples import ROOT, SHOWN, Example, curl_commands, examples
from tests.document.tools import skip_without

README = (ROOT / "README.md").read_text(encoding="utf-8")
SUMS = (ROOT / "docs" / "sums.md").read_text(encoding="utf-8")
PAGES = {"README.md": README, "docs/sums.md": SUMS}
EXAMPLES = tuple(example for text in PAGES.values() for example in examples(text))


@pytest.fixture(scope="module")
def shell() -> str:
    """A shell that finds curl."""
    bash = shutil.which("bash")
    if bash is None or shutil.which("curl") is None:
        skip_without("curl", "the examples need bash and curl")
    return str(bash)


def answer(example: Example, served: str, shell: str) -> str:
    """What a command prints, asked of the running service."""
    result = subprocess.run(
        [shell, "-o", "pipefail", "-c", example.command.replace(SHOWN, served)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return result.stdout


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.command[:60])
def test_an_example_gives_the_answer_that_stands_below_it(
    example: Example, served: str, shell: str
) -> None:
    assert answer(example, served, shell) == example.answer


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_every_curl_of_a_page_has_its_answer(page: str) -> None:
    assert len(list(examples(page))) >= 5
    assert [example.command for example in examples(page)] == curl_commands(page)


def test_an_answer_that_is_not_the_one_shown_is_noticed(served: str, shell: str) -> None:
    example = EXAMPLES[0]
    other = example._replace(command=example.command.replace("-value", "value"))
    assert answer(other, served, shell) != example.answer
