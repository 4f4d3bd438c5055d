"""A partner's whole integration, as the page shows it, against a running service."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.contract.test_changes import drop
from tests.contract.test_time import change, load
from tests.docs.examples import ROOT
from tests.document.tools import skip_without
from tests.serving import kill, serve

PAGE = (ROOT / "docs" / "integration.md").read_text(encoding="utf-8")


def shown(heading: str, language: str) -> str:
    """The one block of code below a heading."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    (found,) = re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)
    return str(found)


@pytest.fixture
def address(database: Path) -> Iterator[str]:
    server = serve(database, "--port", "0")
    yield server.wait_until_it_listens()
    kill(server)


@pytest.fixture
def partner(tmp_path: Path) -> Path:
    folder = tmp_path / "partner"
    folder.mkdir()
    return folder


def load_again(database: Path, dataset: Path) -> int:
    """A load that changes records, adds one and deletes one."""
    change(dataset, "status: achieved", "status: in_progress")
    change(dataset, "acronym: PAC", "acronym: PACX", "programs.yaml")
    drop(dataset, "der-regions")
    figures = dataset / "figures.yaml"
    text = figures.read_text(encoding="utf-8")
    one = next(b for b in text.split("\n- ") if b.startswith("id: procompite-enterprises\n"))
    copy = one.replace("procompite-enterprises", "procompite-enterprises-again", 1)
    figures.write_text(f"{text.rstrip()}\n- {copy.rstrip()}\n", encoding="utf-8")
    return load(database, dataset)


def read(address: str) -> bytes:
    with urlopen(address) as answer:  # noqa: S310 - an address of our own
        content: bytes = answer.read()
        return content


def run(command: list[str], partner: Path, address: str) -> str:
    result = subprocess.run(
        command,
        cwd=partner,
        env={**os.environ, "QUIPU": address},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def current(address: str) -> dict[str, dict[str, object]]:
    """Every record, as the collections answer now."""
    found = {}
    for name in json.loads(read(f"{address}/"))["resources"]:
        lines = read(f"{address}/{name}?format=ndjson").split(b"\n")
        found[name] = {r["id"]: r for r in (json.loads(line) for line in lines if line)}
    return found


def test_in_python_the_copy_is_what_the_service_answers_after_each_load(
    partner: Path, address: str, database: Path, dataset: Path
) -> None:
    script = partner / "sync.py"
    script.write_text(shown("In Python", "python"), encoding="utf-8")
    copy = partner / "quipu-copy.json"

    assert run([sys.executable, str(script)], partner, address) == ""
    assert json.loads(copy.read_text("utf-8"))["records"] == current(address)

    assert load_again(database, dataset) == 5
    said = run([sys.executable, str(script)], partner, address).splitlines()
    assert {line.split()[0] for line in said} == {"created", "changed", "deleted"}
    assert "deleted figures der-regions" in said
    assert "created figures procompite-enterprises-again" in said
    assert json.loads(copy.read_text("utf-8"))["records"] == current(address)

    # Once more: nothing has changed, twice: the second time it is a 304.
    for _ in range(2):
        before = json.loads(copy.read_text("utf-8"))
        assert run([sys.executable, str(script)], partner, address) == ""
        after = json.loads(copy.read_text("utf-8"))
        assert after["records"] == before["records"] == current(address)
    assert after == before


def test_in_shell_the_folder_is_the_newest_package_after_each_load(
    partner: Path, address: str, database: Path, dataset: Path
) -> None:
    need("curl", "unzip", "sha256sum", "sh")
    command = ["sh", "-c", shown("In shell", "sh")]

    run(command, partner, address)
    assert_is_current(partner, address, 4)
    before = sorted(path.name for path in partner.iterdir())
    run(command, partner, address)
    assert sorted(path.name for path in partner.iterdir()) == before

    assert load_again(database, dataset) == 5
    run(command, partner, address)
    assert_is_current(partner, address, 5)
    assert not list(partner.glob("*.part"))
    changes = (partner / "changes-v4-v5.ndjson").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["kind"] for line in changes} == {"created", "changed", "deleted"}


@pytest.mark.parametrize("sent", ["nothing", "a half", "all but a byte", "all"])
def test_in_shell_a_run_that_was_broken_off_is_gone_on_with(
    partner: Path, address: str, sent: str
) -> None:
    need("curl", "unzip", "sha256sum", "sh")
    whole = read(f"{address}/downloads/quipu.zip?as_of=4")
    lengths = {"nothing": 0, "a half": len(whole) // 2, "all but a byte": len(whole) - 1}
    (partner / "v4.part").write_bytes(whole[: lengths.get(sent, len(whole))])
    # Some of it was unpacked already.
    (partner / "v4").mkdir()
    (partner / "v4" / "figures.csv").write_text("half of", encoding="utf-8")
    run(["sh", "-c", shown("In shell", "sh")], partner, address)
    assert_is_current(partner, address, 4)
    assert not list(partner.glob("*.part"))


@pytest.mark.parametrize("sent", ["a half", "all", "more than all"])
def test_in_shell_a_download_that_is_spoilt_is_given_up_and_begun_anew(
    partner: Path, address: str, sent: str
) -> None:
    need("curl", "unzip", "sha256sum", "sh")
    size = len(read(f"{address}/downloads/quipu.zip?as_of=4"))
    lengths = {"a half": size // 2, "all": size, "more than all": size + 1}
    (partner / "v4.part").write_bytes(b"x" * lengths[sent])
    command = ["sh", "-c", shown("In shell", "sh")]
    for _ in range(3):
        environment = {**os.environ, "QUIPU": address}
        result = subprocess.run(
            command, cwd=partner, env=environment, capture_output=True, check=False
        )
        if result.returncode == 0:
            break
        assert not (partner / "current").exists()
    assert_is_current(partner, address, 4)


def need(*tools: str) -> None:
    for tool in tools:
        if shutil.which(tool) is None:
            skip_without(tool, f"the integration in shell needs {tool}")


def assert_is_current(partner: Path, address: str, version: int) -> None:
    assert (partner / "version").read_text("utf-8") == f"{version}\n"
    assert (partner / "current").resolve().name == f"v{version}"
    for name in json.loads(read(f"{address}/"))["resources"]:
        copy = (partner / "current" / f"{name}.csv").read_bytes()
        assert copy == read(f"{address}/{name}?format=csv")


def test_in_shell_a_package_that_is_not_what_it_says_is_not_taken(
    partner: Path, address: str
) -> None:
    need("curl", "unzip", "sha256sum", "sh")
    spoilt = shown("In shell", "sh").replace("(cd ", 'echo tampered >>"v$new/figures.csv"\n(cd ', 1)
    result = subprocess.run(
        ["sh", "-c", spoilt],
        cwd=partner,
        env={**os.environ, "QUIPU": address},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert "figures.csv: FAILED" in result.stdout + result.stderr
    assert not (partner / "current").exists()
    assert not (partner / "version").exists()
