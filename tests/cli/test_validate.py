"""`quipu validate`, with and without the texts that the figures were read from."""

import json
import os
import shutil
import tracemalloc
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from api.cli.validate import check_texts
from api.intake import few
from api.intake.read import open_dataset
from api.store.checks import text_checks
from api.store.engine import open_reader, open_writer, write_transaction
from tests.cli.conftest import Run
from tests.cli.test_load import as_nobody
from tests.store.generated import figure

TEXT = (
    "The council of Example spoke of 1,874 plans, 12.6 million soles and 7 valleys; "
    "«ñ» and 🦙 are one code point each, before 25 others.\n"
)
STATED = {"plans": "1,874", "soles": "12.6 million soles", "valleys": "7", "others": "25"}
VALUES = {"plans": "1874", "soles": "12600000", "valleys": "7", "others": "25"}
BOTH = "{en: a text, es: un texto}"
FIGURE = """
- id: {id}
  organization: somebody
  metric: plans
  label: {both}
  measure: count
  unit: plans
  value: {value}
  qualifier: exact
  status: achieved
  source: {{id: a-source, start: {start}, end: {end}, stated: "{stated}"}}
  attribution: {{organization: somebody, on: 2021-04-28}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data set with a source of our own making, and its text beside it."""
    folder = tmp_path / "a_set"
    folder.mkdir()
    (folder / "dataset.yaml").write_text(
        f"id: a-set\ntitle: {BOTH}\ndescription: {BOTH}\ndepends_on: [core]\nlicence: none\n"
    )
    (folder / "organizations.yaml").write_text(
        f"- {{id: somebody, name: {BOTH}, kind: ministry, roles: [publisher]}}\n"
    )
    (folder / "sources.yaml").write_text(
        "- id: a-source\n  title: A text\n  publisher: somebody\n  published_on: 2021-04-28\n"
        "  language: en\n  possibly_translated: false\n"
        f"  sha256: {sha256(TEXT.encode()).hexdigest()}\n  length: {len(TEXT)}\n"
    )
    records = ""
    for name, stated in STATED.items():
        start = TEXT.index(f" {stated} ") + 1
        records += FIGURE.format(
            id=name,
            both=BOTH,
            value=VALUES[name],
            start=start,
            end=start + len(stated),
            stated=stated,
        )
    (folder / "figures.yaml").write_text(records)
    return folder


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "texts" / "a-source.txt"
    path.parent.mkdir()
    path.write_bytes(TEXT.encode())
    return path


def edit(file: Path, before: str, after: str) -> None:
    content = file.read_text(encoding="utf-8")
    assert before in content
    file.write_text(content.replace(before, after, 1), encoding="utf-8")


def test_the_data_sets_of_the_program_are_in_order(run: Run) -> None:
    result = run("validate", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == []
    assert "records checked: nothing to mend" in result.stderr


def test_checking_makes_no_database(run: Run, tmp_path: Path) -> None:
    assert run("validate").exit_code == 0
    assert list(tmp_path.iterdir()) == []


def test_findings_end_with_1_and_are_json_on_stdout(run: Run, folder: Path) -> None:
    edit(folder / "figures.yaml", "value: 7", "value: 8")
    result = run("validate", folder, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == [
        {
            "file": "figures.yaml",
            "record": "valleys",
            "field": "value",
            "reason": "is not what '7' says, 7",
        }
    ]
    assert "1 to mend in 7 records:" in result.stderr


def test_figures_are_read_again_in_their_text(run: Run, folder: Path, text: Path) -> None:
    for given in (text, text.parent):
        result = run("validate", folder, "--source-text", given)
        assert result.exit_code == 0, result.stderr
        assert "7 records checked and the figures against their texts: nothing to mend" in (
            result.stderr
        )


def move(name: str, by: int) -> Callable[[Path, Path], None]:
    """Moves a figure's place in the text."""

    def tamper(folder: Path, text: Path) -> None:
        start = TEXT.index(f" {STATED[name]} ") + 1
        end = start + len(STATED[name])
        edit(
            folder / "figures.yaml",
            f"start: {start}, end: {end}",
            f"start: {start + by}, end: {end + by}",
        )
        assert text.exists()

    return tamper


def cut_off(folder: Path, text: Path) -> None:
    """Takes '874' out of '1,874', as value and as digits."""
    start = TEXT.index("1,874")
    file = folder / "figures.yaml"
    edit(
        file,
        f'start: {start}, end: {start + 5}, stated: "1,874"',
        f'start: {start + 2}, end: {start + 5}, stated: "874"',
    )
    edit(file, "value: 1874", "value: 874")
    assert text.exists()


def cut_short(folder: Path, text: Path) -> None:
    """Takes '12' out of '12.6 million soles', as value and as digits."""
    start = TEXT.index("12.6")
    file = folder / "figures.yaml"
    edit(
        file, f'end: {start + 18}, stated: "12.6 million soles"', f'end: {start + 2}, stated: "12"'
    )
    edit(file, "value: 12600000", "value: 12")
    assert text.exists()


def other_digit(folder: Path, text: Path) -> None:
    file = folder / "figures.yaml"
    edit(file, 'stated: "1,874"', 'stated: "1,875"')
    edit(file, "value: 1874", "value: 1875")
    assert text.exists()


def other_text(folder: Path, text: Path) -> None:
    edit(text, "1,874", "1,875")
    assert folder.exists()


def longer_text(folder: Path, text: Path) -> None:
    text.write_bytes(text.read_bytes() + b" ")
    assert folder.exists()


def other_hash(folder: Path, text: Path) -> None:
    digest = sha256(text.read_bytes()).hexdigest()
    edit(folder / "sources.yaml", digest, digest[::-1])


def other_length(folder: Path, text: Path) -> None:
    edit(folder / "sources.yaml", f"length: {len(TEXT)}", f"length: {len(TEXT) + 1}")
    assert text.exists()


def no_utf8(folder: Path, text: Path) -> None:
    text.write_bytes(text.read_bytes() + b"\xff")
    assert folder.exists()


def second_text(folder: Path, text: Path) -> None:
    text.with_name("another.txt").write_text("of no source")
    assert folder.exists()


TAMPERED = [
    (move("plans", 1), {("plans", "source.start")}),
    (move("plans", -1), {("plans", "source.start")}),
    (move("others", 3), {("others", "source.start")}),
    (cut_off, {("plans", "source.start")}),
    (cut_short, {("soles", "source.end")}),
    (other_digit, {("plans", "source.start")}),
    (other_text, {("a-source", "sha256"), ("plans", "source.start")}),
    (longer_text, {("a-source", "sha256"), ("a-source", "length")}),
    (other_hash, {("a-source", "sha256")}),
    (other_length, {("a-source", "length")}),
    (no_utf8, {("a-source", "sha256")}),
    (second_text, {("", "")}),
]
NAMES = [getattr(tamper, "__name__", "") for tamper, _ in TAMPERED]


@pytest.mark.parametrize(("tamper", "found"), TAMPERED, ids=NAMES)
def test_what_is_not_in_the_text_is_found(
    run: Run,
    folder: Path,
    text: Path,
    tamper: Callable[[Path, Path], None],
    found: set[tuple[str, str]],
) -> None:
    tamper(folder, text)
    result = run("validate", folder, "--source-text", text.parent, "--json")
    assert result.exit_code == 1
    assert {(f["record"], f["field"]) for f in json.loads(result.stdout)} == found


def test_a_figure_whose_source_is_not_checked_is_said(
    run: Run, folder: Path, text: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other_set"
    shutil.copytree(folder, other)
    (other / "sources.yaml").unlink()
    (other / "organizations.yaml").unlink()
    edit(other / "dataset.yaml", "id: a-set", "id: other-set")
    edit(other / "dataset.yaml", "[core]", "[core, a-set]")
    records = (other / "figures.yaml").read_text().replace("- id: ", "- id: other-")
    (other / "figures.yaml").write_text(records)
    both = run("validate", folder, other, "--source-text", text)
    assert both.exit_code == 0, both.stderr
    alone = run("validate", other, "--source-text", text)
    assert alone.exit_code == 1
    assert "is of none of the data sets checked" in alone.stderr


def with_many(folder: Path, number: int, stated: str) -> None:
    """Adds so many figures, stated where '7' stands in the text."""
    start = TEXT.index(" 7 ") + 1
    place = {"id": "a-source", "start": start, "end": start + len(stated), "stated": stated}
    said = {
        "organization": "somebody",
        "source": place,
        "attribution": {"organization": "somebody", "on": "2021-04-28"},
    }
    lines = (json.dumps(figure(f"many-{n}", int(stated), **said)) for n in range(number))
    (folder / "figures.many.ndjson").write_text("\n".join(lines))


def test_of_very_many_figures_that_do_not_stand_there_some_are_listed_and_the_others_counted(
    run: Run, folder: Path, text: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(few, "LISTED", 5)
    with_many(folder, 30, "8")
    result = run("validate", folder, "--source-text", text, "--json")
    assert result.exit_code == 1
    assert len(json.loads(result.stdout)) == 5
    assert "30 to mend in 37 records:" in result.stderr
    assert result.stderr.endswith("  ... and 25 more\n")


def test_holding_figures_against_a_text_holds_none_of_them(folder: Path, text: Path) -> None:
    peaks = []
    for number in (1000, 5000):
        with_many(folder, number, "7")
        bundle = open_dataset(folder)
        tracemalloc.start()
        assert list(check_texts([bundle], {text.name: text.read_bytes()})) == []
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]


def test_a_folder_without_texts_is_wrong_usage(run: Run, folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    result = run("validate", folder, "--source-text", empty)
    assert result.exit_code == 2
    assert "the folder holds no .txt file" in result.stderr


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where the database of these commands is, or would be."""
    return tmp_path / "quipu.db"


def checks(database: Path) -> list[tuple[str, int, list[str]]]:
    """(source, figures, those that were missed) of each check that was written down."""
    connection = open_reader(str(database))
    found = [(c.source, c.figures, json.loads(c.missed)) for c in text_checks(connection)]
    connection.close()
    return found


def loaded(run: Run, folder: Path) -> None:
    assert run("load").exit_code == 0
    assert run("load", folder).exit_code == 0


def test_it_is_noted_in_the_database_that_a_text_was_seen(
    run: Run, folder: Path, text: Path, database: Path
) -> None:
    loaded(run, folder)
    for number in (1, 2):
        result = run("validate", folder, "--source-text", text)
        assert result.exit_code == 0, result.stderr
        assert "noted that 4 of 4 figures stand in a-source" in result.stderr
        assert checks(database) == [("a-source", 4, [])] * number
    assert run("validate", folder).exit_code == 0
    assert len(checks(database)) == 2
    assert run("doctor").exit_code == 0


def test_what_the_database_holds_is_noted_not_what_the_files_say(
    run: Run, folder: Path, text: Path, database: Path
) -> None:
    start = TEXT.index(" 7 ") + 1
    there = f"start: {start}, end: {start + 1}"
    edit(folder / "figures.yaml", there, f"start: {start + 1}, end: {start + 2}")
    loaded(run, folder)
    edit(folder / "figures.yaml", f"start: {start + 1}, end: {start + 2}", there)
    result = run("validate", folder, "--source-text", text, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == []
    assert checks(database) == [("a-source", 4, ["valleys"])]


def test_findings_do_not_keep_it_from_being_noted(
    run: Run, folder: Path, text: Path, database: Path
) -> None:
    loaded(run, folder)
    edit(folder / "figures.yaml", "value: 7", "value: 8")
    assert run("validate", folder, "--source-text", text).exit_code == 1
    assert checks(database) == [("a-source", 4, [])]


def test_a_text_that_no_stored_source_has_is_not_noted(
    run: Run, folder: Path, text: Path, database: Path
) -> None:
    assert run("load").exit_code == 0
    result = run("validate", folder, "--source-text", text)
    assert result.exit_code == 0
    assert "noted" not in result.stderr
    assert checks(database) == []


def test_no_database_is_made_to_note_something_in(
    run: Run, folder: Path, text: Path, database: Path
) -> None:
    assert run("validate", folder, "--source-text", text).exit_code == 0
    assert not database.exists()


@pytest.mark.parametrize("content", [b"", b"this is no database" * 100])
def test_a_file_that_is_no_database_of_this_layout_is_left_alone(
    run: Run, folder: Path, text: Path, database: Path, content: bytes
) -> None:
    database.write_bytes(content)
    result = run("validate", folder, "--source-text", text)
    assert result.exit_code == 0
    assert "not noted there" in result.stderr
    assert "nothing to mend" in result.stderr
    assert database.read_bytes() == content
    assert [path.name for path in database.parent.glob("quipu.db*")] == ["quipu.db"]


def test_a_database_that_is_being_loaded_is_not_waited_for_longer_than_said(
    run: Run, folder: Path, text: Path, database: Path
) -> None:
    loaded(run, folder)
    other = open_writer(str(database), 1000)
    with write_transaction(other):
        result = run("validate", folder, "--source-text", text, QUIPU_LOCK_TIMEOUT_MS="1")
    other.conn.close()
    assert result.exit_code == 0
    assert "not noted there; another load is going on" in result.stderr
    assert checks(database) == []


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_a_database_that_may_not_be_written_is_told(
    run: Run, folder: Path, text: Path, database: Path, journal: str
) -> None:
    loaded(run, folder)
    db = open_writer(str(database), 1000)
    db.conn.execute(f"PRAGMA journal_mode={journal}")
    db.conn.close()
    with TemporaryDirectory() as place:
        for path in (folder, text, database):
            copy = shutil.copytree if path.is_dir() else shutil.copy
            copy(path, Path(place) / path.name)
        for path in (Path(place), *Path(place).rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        there = Path(place) / database.name
        with as_nobody():
            question = (
                "validate",
                f"{place}/{folder.name}",
                "--source-text",
                f"{place}/{text.name}",
            )
            result = run(*question, QUIPU_DATABASE=str(there))
        Path(place).chmod(0o755)
        assert result.exit_code == 0, result.stderr
        assert "not noted there" in result.stderr
        assert checks(there) == []


def test_doctor_finds_a_check_that_was_altered(
    run: Run, folder: Path, text: Path, database: Path
) -> None:
    loaded(run, folder)
    assert run("validate", folder, "--source-text", text).exit_code == 0
    db = open_writer(str(database), 1000)
    db.conn.execute("UPDATE text_checks SET figures = 5")
    db.conn.close()
    result = run("doctor", "--json")
    assert result.exit_code == 1
    wrong = [check for check in json.loads(result.stdout) if check["level"] == "error"]
    assert [check["name"] for check in wrong] == ["text checks"]


@pytest.fixture
def sources() -> Path:
    """The folder of the sources' texts, which are no part of the repository."""
    place = os.environ.get("QUIPU_SOURCE_TEXTS")
    if not place:
        pytest.skip("QUIPU_SOURCE_TEXTS names no folder with the sources' texts")
    return Path(place)


def test_every_figure_stands_in_the_article_where_it_says(run: Run, sources: Path) -> None:
    result = run("validate", "--source-text", *sources.glob("*.txt"))
    assert result.exit_code == 0, result.stderr
    assert "and the figures against their texts" in result.stderr


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("figures.yaml", "start: 1444, end: 1451", "start: 1445, end: 1452"),
        ("figures.yaml", "value: 9723\n", "value: 9724\n"),
        ("sources.yaml", "sha256: b", "sha256: a"),
        ("sources.yaml", "length: 3507", "length: 3508"),
    ],
)
def test_a_tampered_data_set_does_not_agree_with_the_article(
    run: Run, sources: Path, dataset: Path, file: str, before: str, after: str
) -> None:
    edit(dataset / file, before, after)
    assert run("validate", dataset, "--source-text", sources).exit_code == 1


@pytest.mark.parametrize("body", ["{", "[]", "{}", "1"])
def test_doctor_finds_a_source_that_no_longer_says_what_its_text_was(
    run: Run, folder: Path, text: Path, database: Path, body: str
) -> None:
    loaded(run, folder)
    assert run("validate", folder, "--source-text", text).exit_code == 0
    db = open_writer(str(database), 1000)
    db.conn.execute("UPDATE sources SET body = ? WHERE id = 'a-source'", (body,))
    db.conn.close()
    result = run("doctor", "--json")
    assert result.exit_code == 1
    levels = {check["name"]: check["level"] for check in json.loads(result.stdout)}
    assert levels["text checks"] == "error"


@pytest.mark.parametrize("kind", ["folder", "link", "pipe"])
def test_what_is_no_text_among_the_texts_is_named(
    run: Run, folder: Path, tmp_path: Path, kind: str
) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    odd = texts / "odd.txt"
    if kind == "folder":
        odd.mkdir()
    elif kind == "link":
        odd.symlink_to("nowhere")
    else:
        os.mkfifo(odd)
    result = run("validate", folder, "--source-text", texts)
    assert result.exit_code == 1
    assert f"{odd} is no file that can be read" in result.stderr
