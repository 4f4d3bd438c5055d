"""`quipu load`"""

import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from api.cli import load as cli_load
from api.cli.database import is_empty, seed
from api.intake import few
from api.scheduling.processor import NICENESS
from api.settings import Settings
from api.store.engine import open_writer, write_transaction
from api.store.load import load_dataset, prepare
from api.store.pool import Store
from schemas import FIGURE
from tests.cli.conftest import Run, Spawn
from tests.conftest import SEEDS
from tests.docs.test_data_set import shown
from tests.store.generated import DESCRIPTION, figure

NOBODY = 65534


def spoil(dataset: Path, before: str, after: str) -> None:
    file = dataset / "figures.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_the_first_load_brings_the_data_sets_of_the_program(run: Run) -> None:
    result = run("load")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        "core",
        "iso-4217",
        "peru-regions",
        "perumin-2021",
    ]
    assert "perumin-2021: data version 4 (28 created, 0 changed" in result.stderr
    again = run("load")
    assert again.exit_code == 0
    assert (
        "perumin-2021: nothing new (0 created, 0 changed, 0 closed, 28 unchanged)" in again.stderr
    )


@pytest.mark.usefixtures("database")
def test_what_was_done_is_said_as_json_on_stdout_alone(run: Run, dataset: Path) -> None:
    spoil(dataset, "status: target", "status: planned")
    result = run("load", dataset, "--json")
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    assert said["dataset"] == "perumin-2021"
    assert said["version"] == 5
    assert said["dry_run"] is False
    assert said["findings"] == []
    unchanged = {"created": 0, "changed": 1, "closed": 0, "unchanged": 10}
    assert said["counts"]["figures"] == unchanged
    assert isinstance(json.loads(run("load", "--json").stdout), list)


@pytest.mark.usefixtures("database")
def test_a_dry_run_says_what_would_be(run: Run, dataset: Path) -> None:
    spoil(dataset, "status: target", "status: planned")
    for _ in range(2):
        result = run("load", dataset, "--dry-run", "--json")
        assert result.exit_code == 0
        assert "would become data version 5 (0 created, 1 changed" in result.stderr
        assert json.loads(result.stdout)["dry_run"] is True


@pytest.mark.usefixtures("database")
def test_a_refused_load_lists_everything_and_ends_with_1(run: Run, dataset: Path) -> None:
    spoil(dataset, "status: target", "status: targets")
    spoil(dataset, "unit: PEN", "unit: soles")
    result = run("load", dataset, "--json")
    assert result.exit_code == 1
    assert "perumin-2021: refused, nothing was changed; 2 to mend:" in result.stderr
    assert "figures.yaml: regional-plans-services: status: must be one of:" in result.stderr
    said = json.loads(result.stdout)
    assert said["version"] is None
    assert {(f["file"], f["record"], f["field"]) for f in said["findings"]} == {
        ("figures.yaml", "regional-plans-services", "status"),
        ("figures.yaml", "procompite-financing", "unit"),
    }
    assert all(set(f) == {"file", "record", "field", "reason"} for f in said["findings"])


@pytest.mark.usefixtures("database")
def test_what_is_not_listed_is_counted(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(few, "LISTED", 2)
    file = tmp_path / "all.ndjson"
    file.write_text('{"dataset": {"id": "a"}}\n' + '{"regions": 5}\n' * 9)
    result = run("load", file, "--json")
    assert result.exit_code == 1
    said = json.loads(result.stdout)
    number = len(said["findings"]) + said["unlisted"]
    assert len(said["findings"]) == 2
    assert f"{number} to mend:" in result.stderr
    assert result.stderr.endswith(f"  ... and {number - 2} more\n")
    checked = run("validate", file)
    assert f"{number} to mend in 10 records:" in checked.stderr
    assert checked.stderr.endswith(f"  ... and {number - 2} more\n")


def test_an_empty_folder_is_refused(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    result = run("load", empty)
    assert result.exit_code == 1
    assert "dataset.yaml: the data set is not described" in result.stderr


def test_where_nothing_was_loaded_the_data_sets_of_the_program_come_first(
    run: Run, dataset: Path
) -> None:
    spoil(dataset, "status: target", "status: planned")
    said = "nothing was loaded yet: the data sets that come with the program come first"
    names = ["core", "iso-4217", "peru-regions", "perumin-2021"]
    for dry in (True, True, False):
        result = run("load", dataset, "--json", *(["--dry-run"] if dry else []))
        assert result.exit_code == 0
        first, *lines = result.stderr.splitlines()
        assert first == said
        assert [line.split(":")[0] for line in lines] == names
        assert all(("would become" in line) == dry for line in lines)
        outcome = json.loads(result.stdout)
        assert (outcome["dataset"], outcome["version"], outcome["dry_run"]) == (names[3], 4, dry)
        before = [(one["dataset"], one["version"], one["dry_run"]) for one in outcome["before"]]
        assert before == [(name, number, dry) for number, name in enumerate(names[:3], 1)]
    again = run("load", dataset, "--json")
    assert said not in again.stderr
    assert json.loads(again.stdout)["before"] == []


def test_a_data_set_that_needs_none_of_the_programs_comes_alone(run: Run) -> None:
    result = run("load", SEEDS / "core", "--json")
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    assert (said["dataset"], said["version"], said["before"]) == ("core", 1, [])


def test_what_needs_the_data_set_that_is_loaded_does_not_come_before_it(run: Run) -> None:
    said = json.loads(run("load", SEEDS / "peru_regions", "--json").stdout)
    assert [one["dataset"] for one in said["before"]] == ["core", "iso-4217"]
    assert (said["dataset"], said["version"]) == ("peru-regions", 3)


def test_what_cannot_be_read_brings_no_other_data_set(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("dataset: [")
    assert run("load", file).stderr.startswith("data set: refused, nothing was changed; 1 to mend:")
    assert "core: data version 1" in run("load").stderr


def misspell_a_key(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace("sources:", "sourcs:"))


def misspell_what_it_needs(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace("depends_on:", "depend_on:"))


def leave_out_what_it_needs(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("  depends_on: [core, iso-4217]\n", "")
    file.write_text(text.replace("qualifier: exact", "qualifier: exakt"))


def describe_nothing(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(text[text.index("regions:") :])


def break_it_off(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8") + "  - [\n")


@pytest.mark.parametrize(
    ("spoil_it", "number"),
    [
        (misspell_a_key, 2),
        (misspell_what_it_needs, 1),
        (leave_out_what_it_needs, 1),
        (describe_nothing, 1),
        (break_it_off, 1),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_where_nothing_was_loaded_a_load_finds_what_validate_finds(
    run: Run, tmp_path: Path, spoil_it: Callable[[Path], None], number: int
) -> None:
    file = shown(tmp_path)
    spoil_it(file)
    validated = json.loads(run("validate", file, "--json").stdout)
    assert len(validated) == number
    for dry in ([], ["--dry-run"]):
        result = run("load", file, "--json", *dry)
        said = json.loads(result.stdout)
        assert (result.exit_code, said["findings"], said["before"]) == (1, validated, [])
        assert "come first" not in result.stderr
    assert "core: data version 1" in run("load").stderr


def test_a_folder_of_which_a_file_cannot_be_read_makes_no_false_findings(
    run: Run, dataset: Path
) -> None:
    (dataset / "figures.yaml").write_text("- [")
    result = run("load", dataset)
    assert "refused, nothing was changed; 1 to mend:" in result.stderr
    assert result.stderr.splitlines()[1].startswith("  figures.yaml: ")


def test_what_brings_all_that_it_names_is_not_held_against_the_programs_data_sets(
    run: Run, tmp_path: Path
) -> None:
    """Its lists may be called as theirs are, where theirs are not."""
    copy = tmp_path / "core"
    shutil.copytree(SEEDS / "core", copy)
    described = (copy / "dataset.yaml").read_text(encoding="utf-8")
    (copy / "dataset.yaml").write_text(described.replace("id: core", "id: our-own\nlicense: x"))
    assert ": our-own: license: is not a field" in run("load", copy).stderr
    assert "our-own: refused, nothing was changed; 1 to mend:" in run("load", copy).stderr


def test_a_data_set_whose_dependencies_are_not_loaded_is_refused(run: Run, dataset: Path) -> None:
    file = dataset / "dataset.yaml"
    text = file.read_text(encoding="utf-8").replace("depends_on: [core,", "depends_on: [nowhere,")
    file.write_text(text, encoding="utf-8")
    result = run("load", dataset)
    assert result.exit_code == 1
    assert "depends_on: names 'nowhere', which is not among the datasets" in result.stderr


def test_half_a_character_is_a_finding_and_can_be_printed(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.ndjson"
    file.write_text(
        '{"dataset": {"id": "a\\ud800", "\\udfff": 1}}\n{"figures": {"id": "\\ud800"}}\n'
    )
    result = run("load", file, "--json")
    assert result.exit_code == 1
    reasons = [finding["reason"] for finding in json.loads(result.stdout)["findings"]]
    assert reasons.count("half of a surrogate pair is no text") == 2


def test_another_load_that_goes_on_is_said_after_a_while(run: Run, database: Path) -> None:
    db = open_writer(str(database), 1000)
    with write_transaction(db):
        result = run("load", QUIPU_LOCK_TIMEOUT_MS="20")
    assert result.exit_code == 1
    assert result.stderr == "Error: another load is going on; try again when it is done\n"
    assert run("load", QUIPU_LOCK_TIMEOUT_MS="20").exit_code == 0
    db.conn.close()


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root, who may read everything, is nobody for a while."""
    user = os.geteuid()
    os.seteuid(user or NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.mark.parametrize("mode", [0o000, 0o400, 0o100], ids=oct)
def test_a_folder_without_permission_is_said(run: Run, dataset: Path, mode: int) -> None:
    with TemporaryDirectory() as place:
        folder = Path(place) / "a_set"
        shutil.copytree(dataset, folder)
        assert run("load", folder, QUIPU_DATABASE=f"{place}/quipu.db").exit_code == 0
        Path(place).chmod(0o777)
        for path in Path(place).iterdir():
            path.chmod(mode if path.is_dir() else 0o666)
            os.chown(path, NOBODY if os.geteuid() == 0 else -1, -1)
        with as_nobody():
            result = run("load", folder, QUIPU_DATABASE=f"{place}/quipu.db")
        folder.chmod(0o700)
    assert result.exit_code in (1, 2)
    assert "readable" in result.stderr or "cannot be read: Permission denied" in result.stderr


# What clears a screen and hides what follows; line breaks; what writes from the right to the left.
HOSTILE = (
    "\x1b[2J\x1b[H\x1b[8m\x07\r\n\x85\x9b8m\x7f"
    "\u061c\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069"
)
ESCAPED = HOSTILE.encode("ascii", "backslashreplace").decode()
for seen in "\x1b\x07\r\n\x7f":
    ESCAPED = ESCAPED.replace(seen, ascii(seen)[1:-1])


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("command", ["load", "validate"])
def test_what_a_data_set_says_is_shown_and_not_done(run: Run, tmp_path: Path, command: str) -> None:
    """Ids of records and of data sets, names of fields and of files."""
    lines = [
        {"dataset": {**DESCRIPTION, "id": f"one{HOSTILE}"}},
        {"figures": {**figure("one"), "id": f"two{HOSTILE}", f"three{HOSTILE}": 1}},
    ]
    file = tmp_path / f"four{HOSTILE}.ndjson"
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    result = run(command, file)
    assert result.exit_code == 1
    assert not set(HOSTILE) - set("28HmJ[\n") & set(result.stderr)
    for word in ("two", "three", "four", *(["one"] if command == "load" else [])):
        assert f"{word}{ESCAPED}" in result.stderr
    head, *found = result.stderr.splitlines()
    assert head.endswith(" to mend:") or " to mend in " in head
    assert all(line.startswith("  four") for line in found)
    told = run(command, file, "--json")
    listed = json.loads(told.stdout)
    findings = listed["findings"] if command == "load" else listed
    assert f"two{HOSTILE}" in {finding["record"] for finding in findings}


def test_a_file_that_ends_a_command_is_named_on_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / f"one{HOSTILE}.txt").mkdir()
    result = run("validate", "--source-text", tmp_path)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        f"Error: --source-text: {tmp_path}/one{ESCAPED}.txt is no file that can be read"
    ]


def in_terminal(command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """The exit code of a command whose stderr is a terminal, and what it showed there."""
    terminal, theirs = pty.openpty()
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=theirs
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(terminal, 4096)
            except OSError:  # Linux says so when nobody writes any more
                break
            if not part:
                break
            shown += part
        os.close(terminal)
    return process.returncode, shown.decode()


def test_progress_is_shown_on_a_terminal_only(spawn: Spawn, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "api.cli", "load"]
    code, shown = in_terminal(command, environment)
    assert code == 0
    assert "28/28" in shown
    assert "records/s, then indexes and totals" in shown
    piped = spawn("load")
    assert (piped.returncode, piped.stdout) == (0, "")
    assert "%" not in piped.stderr
    assert "\x1b" not in piped.stderr
    assert "\r" not in piped.stderr


def test_the_bar_shows_what_a_data_set_is_called(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    file = tmp_path / "one.ndjson"
    file.write_text(json.dumps({"dataset": {**DESCRIPTION, "id": f"one{HOSTILE}"}}))
    command = [sys.executable, "-m", "api.cli", "load", str(file)]
    code, said = in_terminal(command, environment)
    assert code == 1
    assert f"one{ESCAPED}  [" in said
    assert "\x1b[2J" not in said
    assert "\u202e" not in said


def test_a_load_stands_back(environment: dict[str, str]) -> None:
    """Seen from within its process, once it is done."""
    loaded = "from api.cli import main; main(['load'], standalone_mode=False)"
    told = f"{loaded}; import os; print(os.getpriority(os.PRIO_PROCESS, 0))"
    done = subprocess.run(
        [sys.executable, "-c", told], env=environment, capture_output=True, text=True, check=True
    )
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert int(done.stdout.splitlines()[-1]) == max(own, NICENESS)


def test_what_was_broken_off_before_all_was_seeded_is_seeded_by_the_next(tmp_path: Path) -> None:
    db = open_writer(str(tmp_path / "quipu.db"), 1000)
    prepare(db)
    done = count()

    def broken_off(_: int) -> None:
        if next(done) > 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seed(db, progress=broken_off)
    assert is_empty(db)
    assert [outcome.version for outcome in seed(db)] == [1, 2, 3, 4]
    db.conn.close()


@pytest.mark.parametrize("path", [[], ["peru_regions"]], ids=["all", "one"])
def test_a_first_load_that_is_broken_off_is_begun_again(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: list[str]
) -> None:
    given = [SEEDS / name for name in path]
    with monkeypatch.context() as patch:
        done = count()

        def broken_off(*arguments: Any, **named: Any) -> Any:
            if next(done) == 1:
                raise ZeroDivisionError
            return load_dataset(*arguments, **named)

        patch.setattr(cli_load, "load_dataset", broken_off)
        with pytest.raises(ZeroDivisionError):
            cli_load.load.main(
                args=[str(one) for one in given],
                standalone_mode=False,
                obj=Settings(database=str(tmp_path / "quipu.db")),
            )
    result = run("load", *given)
    assert result.exit_code == 0
    assert "core: data version 1 " in result.stderr


@pytest.mark.parametrize("given", [[], [SEEDS / "perumin_2021"]], ids=["all", "one"])
def test_a_dry_run_where_there_is_no_database_makes_none(
    run: Run, tmp_path: Path, given: list[Path]
) -> None:
    result = run("load", *given, "--dry-run")
    assert result.exit_code == 0
    assert "perumin-2021: would become data version 4" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_in_an_empty_database_leaves_it_empty(run: Run, tmp_path: Path) -> None:
    db = open_writer(str(tmp_path / "quipu.db"), 1000)
    prepare(db)
    for given in ([], [SEEDS / "perumin_2021"]):
        result = run("load", *given, "--dry-run")
        assert result.exit_code == 0
        assert "perumin-2021: would become data version 4" in result.stderr
        assert is_empty(db)
    db.conn.close()


def test_the_name_of_a_file_that_is_no_text_can_be_printed(spawn: Spawn, dataset: Path) -> None:
    with (dataset / os.fsdecode(b"more\xff.ndjson")).open("w") as file:
        file.write('{"figures": 1}\n')
    result = spawn("load", "--json", dataset, PYTHONIOENCODING="utf-8")
    assert (result.returncode, "Traceback" in result.stderr) == (1, False)
    files = {finding["file"] for finding in json.loads(result.stdout)["findings"]}
    assert "more\udcff.ndjson" in files


def test_the_log_of_a_load_is_gone_though_a_service_has_the_database_open(
    run: Run, database: Path, tmp_path: Path
) -> None:
    log, file = database.with_name(f"{database.name}-wal"), tmp_path / "generated.ndjson"

    def load(value: int) -> int:
        records = ({"dataset": DESCRIPTION}, {"figures": figure("f", value)})
        file.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
        assert run("load", file).exit_code == 0
        return log.stat().st_size

    store = Store(str(database), 10_000)
    store.check()
    assert load(1) == 0
    with store.snapshot() as snapshot:
        before = snapshot.items(FIGURE, ["f"], None)
        # It is not waited for, and reads on.
        assert load(2) > 0
        assert snapshot.items(FIGURE, ["f"], None) == before
    assert load(3) == 0
    store.close()


def test_a_database_is_a_file_whatever_it_is_called(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is loaded is not lost: SQLite would take these for databases in memory."""
    monkeypatch.chdir(tmp_path)
    for name in (":memory:", "file:a.db", "file:b.db?mode=memory", "file::memory:"):
        assert run("--database", name, "load").exit_code == 0
        assert (tmp_path / name).stat().st_size > 0
        found = run("--database", name, "export", "figures")
        assert (found.exit_code, found.stdout.count("\n")) == (0, 11), name
    nameless = run("--database", "", "export", "figures")
    assert nameless.exit_code == 1
    assert "has no name" in nameless.stderr
