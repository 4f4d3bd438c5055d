"""What all commands share: exit codes, settings, and no traceback for a mistake."""

import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import ref

import pytest
from click import ClickException

from api.cli import COMMANDS
from api.intake.few import Few
from api.settings import SETTINGS, Setting
from api.store.engine import open_writer
from tests.cli.conftest import FULL, Run, Spawn, needs_full

Done = subprocess.CompletedProcess[str]
ON_A_DATABASE = [["load"], ["export", "figures"], ["serve", "--port", "0"]]


def test_help_is_data_and_no_command_is_wrong_usage(run: Run) -> None:
    for flag in ("-h", "--help"):
        assert run(flag).exit_code == 0
    assert run("--version").stdout.startswith("quipu, version ")
    assert run().exit_code == 2


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(run: Run, name: str) -> None:
    result = run(name, "--help")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(f"Usage: main {name}")
    assert run(name, "--no-such-option").exit_code == 2


def test_an_unknown_command_is_wrong_usage(spawn: Spawn) -> None:
    result = spawn("laod")
    assert (result.returncode, result.stdout) == (2, "")
    assert "No such command 'laod'; did you mean 'load'?" in result.stderr


def test_of_a_command_that_is_like_none_nothing_is_suggested(run: Run) -> None:
    result = run("xyz")
    assert result.exit_code == 2
    assert "No such command 'xyz'" in result.stderr
    assert "did you mean" not in result.stderr


@pytest.mark.parametrize("arguments", [["load", "nowhere"], ["validate", "nowhere"]])
def test_a_missing_file_is_wrong_usage(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Path 'nowhere' does not exist" in result.stderr


@pytest.mark.parametrize(
    "setting", [s for s in SETTINGS if s.read is not str], ids=lambda s: s.name
)
def test_a_setting_that_cannot_be_read_is_named(run: Run, setting: Setting) -> None:
    for text in ("a b", "a/b", "") if setting.name == "iati_reporter" else ("x", "-1", "٣"):
        result = run("doctor", **{setting.variable: text})
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"{setting.variable}={text!r} must" in result.stderr


@pytest.mark.parametrize("arguments", ON_A_DATABASE, ids=lambda arguments: arguments[0])
@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("text.db", "file is not a database"),
        ("folder.db", "folder.db: "),
        ("nowhere/quipu.db", "unable to open database file"),
    ],
)
def test_what_is_no_database_is_said(
    run: Run, tmp_path: Path, arguments: list[str], place: str, said: str
) -> None:
    (tmp_path / "text.db").write_text("This is no database. " * 100)
    (tmp_path / "folder.db").mkdir()
    result = run("--database", tmp_path / place, *arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", [["load"], ["export", "figures"], ["doctor"]])
def test_a_database_without_a_name_is_said(run: Run, arguments: list[str]) -> None:
    assert run("--database", "", *arguments).exit_code == 1


def test_a_database_that_is_not_there_is_said(run: Run) -> None:
    result = run("export", "figures")
    assert result.exit_code == 1
    assert "unable to open database file" in result.stderr


def test_a_database_of_another_layout_is_said_by_all_alike(run: Run, tmp_path: Path) -> None:
    (tmp_path / "quipu.db").touch()
    (tmp_path / "text.txt").write_text("A text.")
    texts = ["--source-text", str(tmp_path)]
    for command in (["export", "figures"], ["doctor"], ["validate", *texts]):
        result = run(*command)
        assert result.exit_code == 1
        assert "the database has another layout: run `quipu load`" in result.stderr


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


@pytest.mark.usefixtures("database")
def test_a_port_in_use_is_said_with_a_way_out(run: Run, taken_port: int) -> None:
    result = run("serve", "--port", str(taken_port))
    assert result.exit_code == 1
    assert f"cannot listen on 127.0.0.1:{taken_port}" in result.stderr
    assert "try another one with --port" in result.stderr


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("host", ["a..b", "", "999.1.1.1", "192.0.2.1", "x" * 70])
def test_a_host_that_is_none_is_said(run: Run, host: str) -> None:
    result = run("serve", "--host", host, "--port", "0")
    assert result.exit_code == 1
    assert "cannot listen on" in result.stderr
    assert "name another one with --host" in result.stderr
    assert "--port" not in result.stderr


@pytest.mark.parametrize("port", ["-1", "65536", "http", "1.0", ""])
def test_a_port_that_is_none_is_wrong_usage(run: Run, port: str) -> None:
    assert run("serve", "--port", port).exit_code == 2


@pytest.mark.usefixtures("database")
def test_the_doctor_finds_a_sound_database_sound(run: Run) -> None:
    result = run("doctor", "--json")
    assert result.exit_code == 0
    checks = {check["name"]: check["level"] for check in json.loads(result.stdout)}
    del checks["sqlite"]
    names = ("integrity", "layout", "history", "columns", "members", "summaries", "text checks")
    assert checks == dict.fromkeys(names, "ok")
    assert all(set(c) == {"name", "level", "detail"} for c in json.loads(result.stdout))
    words = run("doctor")
    assert (words.exit_code, words.stdout) == (0, "")
    assert "history: 4 releases" in words.stderr


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("UPDATE figures SET body = replace(body, '25', '26')", "history"),
        ("UPDATE figures SET body = CAST(body AS BLOB)", "history"),
        ("UPDATE releases SET counts = '{}'", "history"),
        ("UPDATE figures SET value = value + 1", "columns"),
        ("UPDATE figures SET from_version = 'x' WHERE row = 1", "history"),
        ("UPDATE figures SET to_version = x'00' WHERE row = 1", "history"),
        ("DELETE FROM figures_regions", "columns"),
        ("UPDATE figures_counts SET number = number + 1", "summaries"),
        ("UPDATE figures_by_program SET low = low + 1", "summaries"),
        ("INSERT INTO figures_claims VALUES ('der-regions', 'a', 1, 0, 'a', 4, NULL)", "summaries"),
        ("UPDATE _sqlite_migrations SET name = 'another' WHERE name LIKE 'layout-%'", "layout"),
        ("DROP TABLE seen_lines", "layout"),
        ("DROP INDEX figures_now_id", "layout"),
    ],
)
def test_the_doctor_finds_what_was_altered(
    run: Run, database: Path, statement: str, name: str
) -> None:
    db = open_writer(str(database), 1000)
    db.conn.execute(statement)
    db.conn.close()
    result = run("doctor", "--json")
    assert result.exit_code == 1
    levels = {check["name"]: check["level"] for check in json.loads(result.stdout)}
    assert levels[name] == "error"


def test_the_doctor_tells_what_lacks_a_member_that_came_later(run: Run, database: Path) -> None:
    db = open_writer(str(database), 1000)
    db.conn.execute("UPDATE figures SET body = json_remove(body, '$.notes', '$.quote')")
    db.conn.close()
    checks = {check["name"]: check for check in json.loads(run("doctor", "--json").stdout)}
    assert checks["members"]["level"] == "warning"
    assert checks["members"]["detail"] == (
        "figures of the data set 'perumin-2021' lack notes: load it again"
    )


def test_the_doctor_is_never_at_a_loss(run: Run, database: Path, tmp_path: Path) -> None:
    """Whatever byte of the file is flipped: it is found, or it is of no account."""
    db = open_writer(str(database), 1000)
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.conn.close()
    sound = database.read_bytes()
    copy = tmp_path / "damaged.db"
    codes = set()
    # An odd number: not each time the same place of a page.
    for place in range(0, len(sound), len(sound) // 60 | 1):
        copy.write_bytes(sound[:place] + bytes([sound[place] ^ 0x41]) + sound[place + 1 :])
        codes.add(run("--database", copy, "doctor").exit_code)
    assert codes == {0, 1}


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[sqlite3.Connection]:
    """The connections that were opened since."""
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def connect_and_note(*arguments: Any, **named: Any) -> sqlite3.Connection:
        opened.append(connect(*arguments, **named))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", connect_and_note)
    return opened


def is_closed(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return True
    return False


@pytest.mark.parametrize("sound", [0, 100], ids=["no database", "a damaged one"])
@pytest.mark.parametrize("command", ["doctor", "validate", "export"])
def test_a_database_that_cannot_be_read_is_closed(
    run: Run,
    database: Path,
    tmp_path: Path,
    connections: list[sqlite3.Connection],
    command: str,
    sound: int,
) -> None:
    database.write_bytes(database.read_bytes()[:sound].ljust(50_000, b"\xff"))
    (tmp_path / "text.txt").write_text("a text")
    arguments = {"validate": ["--source-text", tmp_path / "text.txt"], "export": ["figures"]}
    result = run(command, *arguments.get(command, []))
    assert result.exit_code == 1
    assert connections
    assert all(map(is_closed, connections))


def test_the_doctor_makes_no_database(run: Run, tmp_path: Path) -> None:
    result = run("doctor")
    assert result.exit_code == 0
    assert "does not exist yet" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_document_is_written_and_compared(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "openapi.yaml"
    checked = run("openapi", "--check", file)
    assert checked.exit_code == 1
    assert f"{file} is not there: run `quipu openapi`" in checked.stderr
    written = run("openapi", file)
    assert (written.exit_code, written.stdout) == (0, "")
    assert run("openapi", "--check", file).exit_code == 0
    assert run("openapi", "-").stdout == file.read_text(encoding="utf-8")
    file.write_bytes(file.read_bytes() + b"\xff")
    stale = run("openapi", "--check", file)
    assert stale.exit_code == 1
    assert f"{file} is not what the program says" in stale.stderr
    result = run("openapi", tmp_path / "nowhere" / "openapi.yaml")
    assert result.exit_code == 1
    assert "No such file or directory" in result.stderr


def test_a_mistake_makes_no_traceback(spawn: Spawn, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("This is no database. " * 100)
    mistakes: list[tuple[list[str | Path], dict[str, str], int]] = [
        (["load", tmp_path / "missing"], {}, 2),
        (["load", tmp_path], {}, 1),
        (["load"], {"QUIPU_DATABASE": str(tmp_path / "text.db")}, 1),
        (["load"], {"QUIPU_LOCK_TIMEOUT_MS": "soon"}, 2),
        (["export", "figures"], {}, 1),
        (["serve", "--port", "70000"], {}, 2),
    ]
    for arguments, environment, code in mistakes:
        result = spawn(*arguments, **environment)
        assert result.returncode == code, arguments
        assert result.stdout == ""
        assert result.stderr
        assert "Traceback" not in result.stderr


OF_SOMETHING_ELSE = [
    "CREATE TABLE x(a)",
    "CREATE TABLE releases(version INTEGER PRIMARY KEY, name)",
    "CREATE VIEW x AS SELECT 1",
    "CREATE TABLE x(a); CREATE TABLE _sqlite_migrations(id)",
    "CREATE TABLE _sqlite_migrations(x)",
    "CREATE TABLE x(a); CREATE TABLE _sqlite_migrations(migration_set, name, applied_at); "
    "INSERT INTO _sqlite_migrations VALUES ('others', 'quipu', '')",
]


@pytest.mark.parametrize("tables", OF_SOMETHING_ELSE)
@pytest.mark.parametrize(
    "arguments", [["load"], ["load", "--dry-run"], ["serve", "--port", "0"]], ids=" ".join
)
def test_a_database_of_something_else_is_refused_and_left_as_it_is(
    run: Run, tmp_path: Path, tables: str, arguments: list[str]
) -> None:
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.executescript(tables)
    connection.close()
    before = path.read_bytes()
    result = run(*arguments, QUIPU_DATABASE=str(path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"Error: {path}: holds other tables (" in result.stderr
    assert "was not made by Quipu: nothing is written into it" in result.stderr
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["other.db"]


@pytest.mark.parametrize("tables", OF_SOMETHING_ELSE)
def test_whoever_reads_a_database_of_something_else_says_so(
    run: Run, tmp_path: Path, tables: str
) -> None:
    """`quipu load`, which brings another layout up, would refuse it."""
    connection = sqlite3.connect(tmp_path / "quipu.db")
    connection.executescript(tables)
    connection.close()
    (tmp_path / "text.txt").write_text("A text.")
    for arguments, code in (
        (["doctor"], 1), (["export", "figures"], 1), (["export", "--dataset", "core"], 1),
        (["validate", "--source-text", str(tmp_path)], 1),
    ):  # fmt: skip
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (code, "")
        assert "holds other tables (" in result.stderr
        assert "was not made by Quipu" in result.stderr
        assert "quipu load" not in result.stderr


@pytest.mark.parametrize("variable", ["QUIPU_LOCK_TIMEOUT_MS", "QUIPU_STATEMENT_TIMEOUT_MS"])
def test_a_time_that_the_engine_cannot_count_is_refused(run: Run, variable: str) -> None:
    assert run("doctor", **{variable: str(2**31 - 1)}).exit_code == 0
    for text in (str(2**31), "9" * 400, "9" * 5000):
        result = run("doctor", **{variable: text})
        assert result.exit_code == 2
        assert variable in result.stderr


@pytest.mark.parametrize("arguments", [["serve"], ["serve", "--fixture"], ["load", "--dry-run"]])
def test_where_no_temporary_folder_can_be_written_it_is_said(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    def fail(*_: object) -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr("api.temporary.gettempdir", fail)
    port = ["--port", "0"] if "serve" in arguments else []
    result = run(*arguments, *port)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        "Error: no temporary folder can be written: set TMPDIR "
        "(No usable temporary directory found)"
    )


@pytest.mark.parametrize("arguments", [["load"], ["serve", "--port", "0"]])
def test_a_load_that_has_no_room_says_where_it_may_be_lacking(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    def small(*given: Any) -> Any:
        db = open_writer(*given)
        db.conn.execute("PRAGMA max_page_count=20")
        return db

    monkeypatch.setattr("api.cli.database.open_writer", small)
    result = run(*arguments)
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: {tmp_path / 'quipu.db'}: database or disk is full; "
        "its folder or the temporary one (TMPDIR) may be full or not writable\n"
    )


def test_a_load_that_has_no_temporary_folder_says_where_it_may_be_lacking(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As SQLite says it, with a number of its own (SQLITE_IOERR_GETTEMPPATH)."""

    def fail(*_: Any, **__: Any) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_GETTEMPPATH
        raise error

    monkeypatch.setattr("api.cli.load.load_dataset", fail)
    result = run("load")
    assert result.exit_code == 1
    assert "disk I/O error; its folder or the temporary one (TMPDIR) may be" in result.stderr


@pytest.mark.parametrize("command", ["load", "validate"])
def test_want_of_memory_is_said(run: Run, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(f"api.cli.{command}.load_dataset", fail)
    result = run(command)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: there is not enough memory for it\n"


def test_what_took_the_memory_is_let_go_of_before_that_is_said(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[ref[Few]] = []
    gone = []

    def fail(*_: Any, **__: Any) -> None:
        large = Few()
        held.append(ref(large))
        raise MemoryError

    monkeypatch.setattr("api.cli.load.load_dataset", fail)
    monkeypatch.setattr(ClickException, "show", lambda _: gone.append(held[0]() is None))
    assert run("load").exit_code == 1
    assert gone == [True]


def with_streams(redirected: str, environment: dict[str, str], *arguments: str) -> Done:
    """A command whose streams the shell redirects: `2>&-`."""
    return subprocess.run(
        [
            "/bin/sh",
            "-c",
            f'exec "$@" {redirected}',
            "",
            sys.executable,
            "-m",
            "api.cli",
            *arguments,
        ],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("redirected", ["2>&-", pytest.param(f"2>{FULL}", marks=needs_full)])
def test_what_cannot_be_said_keeps_no_command_from_its_work(
    environment: dict[str, str], redirected: str
) -> None:
    for said in ([1, 2, 3, 4], [None] * 4):
        done = with_streams(redirected, environment, "load", "--json")
        assert done.returncode == 0
        assert [one["version"] for one in json.loads(done.stdout)] == said
    assert with_streams(redirected, environment, "doctor").returncode == 0


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    "arguments",
    [["export", "figures"], ["load", "--json"], ["doctor", "--json"], ["openapi", "-"]],
    ids=lambda arguments: arguments[0],
)
def test_where_data_are_to_go_and_stdout_is_closed_it_is_said(
    environment: dict[str, str], arguments: list[str]
) -> None:
    done = with_streams(">&-", environment, *arguments)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "Error: stdout: is closed"
    assert "Traceback" not in done.stderr
