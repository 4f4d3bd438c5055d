"""A partner's whole integration, as the page shows it, against a running service."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.contract.test_changes import drop
from tests.contract.test_time import change, load
from tests.docs.examples import ROOT
from tests.document.tools import skip_without
from tests.serving import PATIENCE, serving

PAGE = (ROOT / "docs" / "integration.md").read_text(encoding="utf-8")


def shown(heading: str, language: str) -> str:
    """The one block of code below a heading."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    (found,) = re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)
    return str(found)


@pytest.fixture
def address(database: Path) -> Iterator[str]:
    with serving(database, "--port", "0") as server:
        yield server.wait_until_it_listens()


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
    changes = changes_of(partner, named(address, 4), named(address, 5)).splitlines()
    assert {json.loads(line)["kind"] for line in changes} == {"created", "changed", "deleted"}


@pytest.mark.parametrize("sent", ["nothing", "a half", "all but a byte", "all"])
def test_in_shell_a_run_that_was_broken_off_is_gone_on_with(
    partner: Path, address: str, sent: str
) -> None:
    need("curl", "unzip", "sha256sum", "sh")
    whole = read(f"{address}/downloads/quipu.zip?as_of=4")
    lengths = {"nothing": 0, "a half": len(whole) // 2, "all but a byte": len(whole) - 1}
    name = named(address, 4)
    (partner / f"{name}.part").write_bytes(whole[: lengths.get(sent, len(whole))])
    # Some of it was unpacked already.
    (partner / name).mkdir()
    (partner / name / "figures.csv").write_text("half of", encoding="utf-8")
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
    (partner / f"{named(address, 4)}.part").write_bytes(b"x" * lengths[sent])
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


@pytest.fixture(params=[4, 5, 6], ids=["a lower number", "the same number", "a higher number"])
def backup(
    request: pytest.FixtureRequest, database: Path, dataset: Path, tmp_path: Path
) -> tuple[Path, int]:
    """A backup of the fourth data version, into which something else was loaded or nothing, and
    its newest version."""
    copy = Path(shutil.copy(database, tmp_path / "backup.db"))
    other = Path(shutil.copytree(dataset, tmp_path / "other"))
    for version, acronym in zip(range(4, request.param), ["PACY", "PACZ"], strict=False):
        change(other, "acronym: PAC", f"acronym: {acronym}", "programs.yaml")
        assert load(copy, other) == version + 1
    return copy, request.param


def put_back(backup: tuple[Path, int], database: Path, address: str) -> int:
    """As docs/operations.md says it; the version that is then the newest."""
    copy, version = backup
    with closing(sqlite3.connect(copy)) as connection:
        query = "SELECT hash FROM releases ORDER BY version DESC LIMIT 1"
        (wanted,) = connection.execute(query).fetchone()
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    copy.replace(database)
    deadline = time.monotonic() + PATIENCE
    while newest(address)["hash"] != wanted:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return version


def newest(address: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(read(f"{address}/releases?per_page=1"))["results"][0]
    return found


def test_in_python_a_backup_that_is_put_back_is_begun_anew(
    partner: Path, address: str, database: Path, dataset: Path, backup: tuple[Path, int]
) -> None:
    script = partner / "sync.py"
    script.write_text(shown("In Python", "python"), encoding="utf-8")
    copy = partner / "quipu-copy.json"
    assert load_again(database, dataset) == 5
    run([sys.executable, str(script)], partner, address)
    put_back(backup, database, address)
    for _ in range(2):
        run([sys.executable, str(script)], partner, address)
        assert json.loads(copy.read_text("utf-8"))["records"] == current(address)


def test_in_shell_a_backup_that_is_put_back_is_begun_anew_and_it_is_said_so(
    partner: Path, address: str, database: Path, dataset: Path, backup: tuple[Path, int]
) -> None:
    need("curl", "unzip", "sha256sum", "sh")
    command = ["sh", "-c", f"{{ {shown('In shell', 'sh')} }} 2>&1"]
    assert run(command, partner, address) == ""
    assert load_again(database, dataset) == 5
    assert run(command, partner, address) == ""
    before = sorted(partner.glob("changes-*"))
    assert len(before) == 2
    gone = named(address, 5)

    version = put_back(backup, database, address)
    name = named(address, version)
    said = f"{gone} is no version there any more (a backup was put back): {name} begins anew"
    assert said in run(command, partner, address)
    assert_is_current(partner, address, version)
    assert sorted(partner.glob("changes-*")) == before
    assert run(command, partner, address) == ""

    # From there on changes are told again.
    assert load(database, dataset) == version + 1
    assert run(command, partner, address) == ""
    assert_is_current(partner, address, version + 1)
    assert changes_of(partner, name, named(address, version + 1))


def named(address: str, version: int) -> str:
    """What a data version is called in the partner's folder."""
    release = json.loads(read(f"{address}/releases/{version}"))
    return f"v{version}-{release['hash'][:12]}"


def changes_of(partner: Path, old: str, new: str) -> str:
    return (partner / f"changes-{old}-{new}.ndjson").read_text(encoding="utf-8")


def need(*tools: str) -> None:
    for tool in tools:
        if shutil.which(tool) is None:
            skip_without(tool, f"the integration in shell needs {tool}")


def assert_is_current(partner: Path, address: str, version: int) -> None:
    name = named(address, version)
    assert (partner / "version").read_text("utf-8") == f"{name}\n"
    assert (partner / "current").resolve().name == name
    for name in json.loads(read(f"{address}/"))["resources"]:
        copy = (partner / "current" / f"{name}.csv").read_bytes()
        assert copy == read(f"{address}/{name}?format=csv")


def test_in_shell_a_package_that_is_not_what_it_says_is_not_taken(
    partner: Path, address: str
) -> None:
    need("curl", "unzip", "sha256sum", "sh")
    spoilt = shown("In shell", "sh").replace("(cd ", 'echo tampered >>"$new/figures.csv"\n(cd ', 1)
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
