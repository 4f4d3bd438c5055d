"""The pages are complete, and lead where they say."""

import re
import subprocess
from pathlib import Path

import click
import pytest

from api.cli import main
from api.settings import SETTINGS
from tests.docs.examples import ROOT

PAGES = tuple(
    path
    for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
    if ".venv" not in path.parts
)
OPERATIONS = ROOT / "docs" / "operations.md"
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(#[^)\s]+)?\)")
# Put together here, so that this file is none of those that name one.
REGISTRIES = ["pypi" + ".org", "files.pythonhosted" + ".org", "registry.npmjs" + ".org"]
CONTEXT = click.Context(main)


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {"#" + re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


def broken_links(page: Path, text: str) -> list[str]:
    """The links of a page that lead nowhere."""
    broken = []
    for target, anchor in LINK.findall(text):
        path = (page.parent / target) if target else page
        if not path.exists():
            broken.append(target)
        elif anchor and anchor not in anchors(path.read_text(encoding="utf-8")):
            broken.append(target + anchor)
    return broken


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken_links(page, page.read_text(encoding="utf-8")) == []


def test_a_link_that_leads_nowhere_is_noticed() -> None:
    text = "[a](no.md) [b](docs/data.md#no-such-heading) [c](LICENSE) [d](#none)"
    found = broken_links(ROOT / "README.md", text)
    assert found == ["no.md", "docs/data.md#no-such-heading", "#none"]


def test_every_page_is_linked_from_another() -> None:
    linked = {"README.md"}
    for page in PAGES:
        for target, _ in LINK.findall(page.read_text(encoding="utf-8")):
            path = (page.parent / target).resolve()
            if path == page:
                continue
            found = path.glob("*.md") if path.is_dir() else [path]
            linked |= {str(one.relative_to(ROOT)) for one in found}
    assert {str(page.relative_to(ROOT)) for page in PAGES} <= linked


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.variable)
def test_every_setting_is_documented_with_its_default(setting: object) -> None:
    variable, default = setting.variable, setting.default  # type: ignore[attr-defined]
    rows = [
        line for line in OPERATIONS.read_text(encoding="utf-8").splitlines() if variable in line
    ]
    assert any(f"`{default}`" in row or (default == "" and "none" in row) for row in rows)


@pytest.mark.parametrize("name", main.list_commands(CONTEXT))
def test_every_command_is_documented_with_all_its_options(name: str) -> None:
    command = main.get_command(CONTEXT, name)
    assert command is not None
    text = OPERATIONS.read_text(encoding="utf-8")
    assert f"### quipu {command.name}\n" in text
    section = text.split(f"### quipu {command.name}\n")[1].split("\n##")[0]
    options = [option for p in command.params for option in p.opts if option.startswith("--")]
    assert [option for option in options if f"`{option}" not in section] == []


def test_no_file_names_a_registry() -> None:
    tracked = subprocess.run(
        ["git", "grep", "-lE", "|".join(map(re.escape, REGISTRIES))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if tracked.returncode == 128:
        pytest.skip("this is no checkout of git")
    assert tracked.stdout == ""


def test_every_test_that_a_page_names_is_there(root: Path) -> None:
    written = "".join(file.read_text(encoding="utf-8") for file in (root / "tests").rglob("*.py"))
    for page in sorted((root / "docs").glob("*.md")):
        for name in re.findall(r"`(test_\w+)`", page.read_text(encoding="utf-8")):
            assert f"def {name}(" in written, f"{page.name}: {name}"
