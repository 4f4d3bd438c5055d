"""`quipu export`"""

import csv
import io
import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from api.cli.export import WHOLE
from api.store.engine import open_reader
from schemas import FIGURE, RESOURCES
from tests.cli.conftest import FULL, Run, needs_full


def bodies(database: Path, resource: str) -> list[str]:
    reader = open_reader(str(database))
    rows = reader.execute(f"SELECT body FROM {resource} ORDER BY id").fetchall()
    reader.close()
    return [body for (body,) in rows]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_every_record_is_written_as_it_is_stored(
    run: Run, database: Path, resource: object
) -> None:
    name = resource.name  # type: ignore[attr-defined]
    result = run("export", name)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == bodies(database, name)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("format_name", WHOLE)
def test_every_whole_format_can_be_written(run: Run, format_name: str, tmp_path: Path) -> None:
    target = tmp_path / "out"
    result = run("export", "regions", "--format", format_name, "-o", target)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert result.stdout == ""
    assert (
        target.read_text(encoding="utf-8")
        == run("export", "regions", "--format", format_name).stdout
    )


@pytest.mark.usefixtures("database")
def test_csv_has_a_row_for_each_record(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("export", "figures", "--format", "csv").stdout)))
    assert len(rows) == 11


@pytest.mark.parametrize("dataset", ["core", "iso-4217", "peru-regions", "perumin-2021"])
def test_a_data_set_that_was_written_is_read_as_the_same(
    run: Run, database: Path, tmp_path: Path, dataset: str
) -> None:
    file = tmp_path / "exported.ndjson"
    assert run("export", "--dataset", dataset, "-o", file).exit_code == 0
    result = run("load", file, "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["version"] is None
    assert database.exists()


def test_all_data_sets_together_make_the_same_database_elsewhere(
    run: Run, database: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.db"
    for dataset in ("core", "iso-4217", "peru-regions", "perumin-2021"):
        file = tmp_path / f"{dataset}.ndjson"
        run("export", "--dataset", dataset, "-o", file)
        assert run("--database", other, "load", file).exit_code == 0

    def content(path: Path) -> list[dict[str, object]]:
        records = [json.loads(body) for body in bodies(path, "figures")]
        return [{k: v for k, v in record.items() if k != "updated_at"} for record in records]

    assert content(other) == content(database)


@pytest.mark.usefixtures("database")
def test_the_data_as_they_were_can_be_written(run: Run, dataset: Path) -> None:
    before = run("export", "figures").stdout
    questions = [("figures", "--format", "csv"), ("--dataset", "perumin-2021"), ("programs",)]
    written = {question: run("export", *question).stdout for question in questions}
    file = dataset / "figures.yaml"
    text = file.read_text(encoding="utf-8").replace("status: target", "status: planned")
    file.write_text(text, encoding="utf-8")
    assert run("load", dataset).exit_code == 0
    assert run("export", "figures").stdout != before
    assert run("export", "figures", "--as-of", "4").stdout == before
    assert run("export", "figures", "--as-of", "3").stdout == ""
    for question, stdout in written.items():
        assert run("export", *question, "--as-of", "4").stdout == stdout
    assert run("export", "--dataset", "perumin-2021", "--as-of", "3").exit_code == 1


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "name either a RESOURCE or a --dataset"),
        (["figures", "--dataset", "core"], 2, "name either"),
        (["figurs"], 2, "is not one of 'programs', 'regions', 'figures'"),
        (["figurs"], 2, "'datasets'; did you mean 'figures'?"),
        (["figures", "--format", "xml"], 2, "is not one of"),
        (["figures", "--format", "cvs"], 2, "; did you mean 'csv'?"),
        (["figures", "--format", "geojson"], 2, "figures cannot be written as geojson"),
        (["figures", "--as-of", "yesterday"], 2, "--as-of must be a data version"),
        (["figures", "--as-of", "1999-01-01"], 1, "no data at that version or moment"),
        (["--dataset", "nothing"], 1, "there is no data set 'nothing'\n"),
        (["--dataset", "peru-region"], 1, "'peru-region'; did you mean 'peru-regions'?"),
        (
            ["--dataset", "perumin-2021", "--as-of", "3"],
            1,
            "there is no data set 'perumin-2021' in data version 3\n",
        ),
        (["--dataset", "\udcff"], 1, "there is no data set"),
        (["figures", "-o", "/nowhere/out"], 1, "/nowhere/out: No such file or directory"),
        (["figures", "-o", "/"], 2, "is a directory"),
    ],
)
def test_what_cannot_be_written_is_said(
    run: Run, arguments: list[str], code: int, said: str
) -> None:
    result = run("export", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr


@pytest.mark.usefixtures("database")
def test_a_file_is_replaced_whole_or_not_at_all(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out" / "data.ndjson"
    target.parent.mkdir()
    target.write_text("what was there before")
    assert run("export", "figures", "--format", "geojson", "-o", target).exit_code == 2
    assert run("export", "--dataset", "nothing", "-o", target).exit_code == 1
    assert target.read_text() == "what was there before"
    assert list(target.parent.iterdir()) == [target]


def into_full(
    arguments: list[str], environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """A run of Python whose stdout is a disk that is full."""
    with FULL.open("w") as out:
        return subprocess.run(
            [sys.executable, *arguments],
            env=environment,
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )


@needs_full
@pytest.mark.usefixtures("database")
def test_a_full_disk_is_said(environment: dict[str, str]) -> None:
    for arguments in (["export", "figures"], ["load", "--json"], ["openapi", "-"]):
        done = into_full(["-m", "api.cli", *arguments], environment)
        assert done.returncode == 1
        assert "Error: stdout: No space left on device" in done.stderr
        assert "Traceback" not in done.stderr


@needs_full
@pytest.mark.usefixtures("database")
def test_what_a_full_disk_did_not_take_is_not_tried_again_at_the_end(
    environment: dict[str, str],
) -> None:
    """Python writes out what is left when it ends, and has an exit code of its own for that."""
    exporting = """
import sys
from api.cli import main
try:
    main(["export", "figures"])
finally:
    sys.stdout.buffer.write(b"more")
    sys.stdout.flush()
"""
    done = into_full(["-c", exporting], environment)
    assert done.returncode == 1
    assert done.stderr == "Error: stdout: No space left on device\n"


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("arguments", [["export", "figures"], ["openapi", "-"], ["load", "--json"]])
def test_a_reader_that_has_seen_enough_is_no_error(
    environment: dict[str, str], arguments: list[str]
) -> None:
    ours, theirs = os.pipe()
    os.close(ours)  # nobody reads, from the first byte on
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments],
        env=environment,
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(theirs)
    assert "Error" not in done.stderr
    assert "Traceback" not in done.stderr
    assert FIGURE.name not in done.stderr


@pytest.mark.usefixtures("database")
def test_what_is_no_file_is_written_into_and_not_replaced(run: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reading = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reading.start()
    assert run("export", "figures", "-o", pipe).exit_code == 0
    reading.join(10)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert [content.count(b"\n") for content in got] == [11]


@pytest.mark.usefixtures("database")
def test_a_data_set_is_written_as_it_is_loaded_and_not_otherwise(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "data.csv"
    result = run("export", "--dataset", "perumin-2021", "--format", "csv", "-o", target)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "a data set cannot be written as csv, only as ndjson" in result.stderr
    assert not target.exists()
    said = run("export", "--dataset", "perumin-2021", "--format", "ndjson")
    assert (said.exit_code, said.stdout) == (0, run("export", "--dataset", "perumin-2021").stdout)


@pytest.mark.usefixtures("database")
def test_a_data_set_begins_with_what_describes_it(run: Run) -> None:
    first, *_ = run("export", "--dataset", "perumin-2021").stdout.splitlines()
    assert list(json.loads(first)) == ["dataset"]
