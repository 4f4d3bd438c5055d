"""Reading folders and files: what can be read is read, the rest is said."""

import json
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from api.intake.exact_json import read_ndjson
from api.intake.finding import Unreadable
from api.intake.read import Bundle, open_dataset, read_dataset
from api.intake.records import KINDS
from schemas import RESOURCES

DESCRIPTION = "id: a-set\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "a_set"
    folder.mkdir()
    (folder / "dataset.yaml").write_text(DESCRIPTION)
    return folder


def lines(tmp_path: Path, *texts: str | bytes) -> list[Any]:
    """What the lines of an NDJSON file are read as."""
    file = tmp_path / "lines.ndjson"
    file.write_bytes(b"\n".join(t if isinstance(t, bytes) else t.encode() for t in texts))
    return [value for _, value in read_ndjson(file)]


def reasons(bundle: Bundle) -> list[str]:
    return [str(finding) for finding in bundle.findings]


def test_every_resource_has_a_kind_of_file() -> None:
    assert set(KINDS.values()) == {resource.name for resource in RESOURCES}


def test_json_stays_exact(tmp_path: Path) -> None:
    (found,) = lines(tmp_path, '{"a": 0.1, "b": 12345678901.2345, "c": 1e2, "d": 5, "e": true}')
    assert [type(value) for value in found.values()] == [Decimal, Decimal, Decimal, int, bool]
    assert [str(value) for value in found.values()] == [
        "0.1",
        "12345678901.2345",
        "1E+2",
        "5",
        "True",
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"a": 1, "a": 2}', "the key 'a' stands twice"),
        ('{"a": {"b": 1, "b": 1}}', "the key 'b' stands twice"),
        ('{"a": NaN}', "NaN is no JSON number"),
        ('{"a": Infinity}', "Infinity is no JSON number"),
        ('{"a": -Infinity}', "-Infinity is no JSON number"),
        ('{"a": 01}', "delimiter"),
        ('{"a": 1', "delimiter"),
        ("{'a': 1}", "property name"),
        ("nothing", "Expecting value"),
        ('{"a": 1} {"b": 2}', "Extra data"),
        ('{"a": "\t"}', "control character"),
        (b'{"a": "\xff"}', "is not UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "is not UTF-8; it may be UTF-16: save it as UTF-8"),
        ('{"a": 1}'.encode("utf-16-le"), "column 2; it may be UTF-16: save it as UTF-8"),
        ('{"a": 1, "b": "x', "Invalid control character at: column 17"),
        (b'\xef\xbb\xbf{"a": 1}', "BOM"),
        ('{"a": "\\ud800"}', "half of a surrogate pair"),
        ('{"\\udfff": 1}', "half of a surrogate pair"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ('{"a": 1e' + "9" * 30 + "}", "too large to read"),
    ],
    ids=lambda part: repr(part)[:30],
)
def test_a_line_that_is_no_json_is_said_and_the_next_is_read(
    tmp_path: Path, line: str | bytes, reason: str
) -> None:
    first, broken, last = lines(tmp_path, '{"a": 1}', line, '{"b": 2}')
    assert (first, last) == ({"a": 1}, {"b": 2})
    assert isinstance(broken, Unreadable)
    assert reason in str(broken)
    assert "line" not in str(broken)


def test_blank_lines_are_skipped_and_lines_keep_their_numbers(tmp_path: Path) -> None:
    file = tmp_path / "lines.ndjson"
    file.write_bytes(b'\n{"a": 1}\r\n   \n{"b": 2}')
    assert list(read_ndjson(file)) == [(2, {"a": 1}), (4, {"b": 2})]


@pytest.mark.parametrize("read", [read_dataset, open_dataset])
@pytest.mark.parametrize("blank", ["", "\n"])
def test_a_byte_order_mark_at_the_beginning_of_a_file_is_none_of_its_text(
    folder: Path, tmp_path: Path, read: Callable[[Path], Bundle], blank: str
) -> None:
    (folder / "figures.ndjson").write_text(blank + '{"id": "f"}\n', encoding="utf-8-sig")
    (folder / "programs.yaml").write_text(blank + "- {id: p}\n", encoding="utf-8-sig")
    (folder / "regions.ndjson").write_text("", encoding="utf-8-sig")
    (folder / "dataset.yaml").unlink()
    (folder / "dataset.ndjson").write_text('{"id": "a-set"}', encoding="utf-8-sig")
    whole = tmp_path / "all.ndjson"
    described = '{"dataset": {"id": "a-set"}}\n{"figures": {"id": "f"}}\n{"programs": {"id": "p"}}'
    whole.write_text(blank + described, encoding="utf-8-sig")
    for path in (folder, whole):
        bundle = read(path)
        assert (bundle.dataset, bundle.findings, bundle.number) == ("a-set", [], 3)
        for resource, id_ in (("figures", "f"), ("programs", "p")):
            assert [one.name for one in bundle.read(resource)] == [id_]


def test_a_folder_is_read_file_by_file(folder: Path) -> None:
    (folder / "figures.yaml").write_text("- {id: one}\n- {value: 2}\n")
    (folder / "figures.2021.ndjson").write_text('{"id": "three"}\n\n{"value": 4}\n5\n')
    (folder / "programs.yml").write_text("- {id: p}\n")
    (folder / "README.md").write_text("Not data.")
    (folder / "__init__.py").write_text("")
    (folder / ".hidden").write_text("")
    bundle = read_dataset(folder)
    assert bundle.findings == []
    assert bundle.dataset == "a-set"
    assert [(r.resource, r.file, r.name) for r in bundle.records] == [
        ("datasets", "dataset.yaml", "a-set"),
        ("figures", "figures.2021.ndjson", "three"),
        ("figures", "figures.2021.ndjson", "line 3"),
        ("figures", "figures.2021.ndjson", "line 4"),
        ("figures", "figures.yaml", "one"),
        ("figures", "figures.yaml", "record 2"),
        ("programs", "programs.yml", "p"),
    ]


@pytest.mark.parametrize(
    "name",
    ["figure.yaml", "figures.json", "figures.csv", "figures", "datasets.yaml", "figures.yaml.bak"],
)
def test_a_file_that_is_none_of_records_is_named(folder: Path, name: str) -> None:
    (folder / name).write_text("[]")
    (finding,) = read_dataset(folder).findings
    assert finding.file == name
    assert "is not a file of records" in finding.reason


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("figurs.yaml", "; did you mean 'figures'?"),
        ("figures.csv", "codelists"),
        ("ab.csv", "codelists"),
    ],
)
def test_what_a_file_of_records_was_to_be_called_is_asked(
    folder: Path, name: str, hint: str
) -> None:
    (folder / name).write_text("[]")
    (finding,) = read_dataset(folder).findings
    assert finding.reason.endswith(hint)


def test_a_folder_where_a_file_should_be_is_named(folder: Path) -> None:
    (folder / "figures.yaml").mkdir()
    found = reasons(read_dataset(folder))
    assert found == ["figures.yaml: is a folder; expected a file of records"]


def test_a_link_to_nowhere_is_named(folder: Path) -> None:
    (folder / "figures.yaml").symlink_to(folder / "gone.yaml")
    found = reasons(read_dataset(folder))
    assert found == ["figures.yaml: is a link to what is not there"]


@pytest.mark.parametrize("name", ["pipe.yaml", "pipe.ndjson"])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, folder: Path, name: str) -> None:
    for pipe in (tmp_path / name, folder / name.replace("pipe", "figures")):
        os.mkfifo(pipe)
        for read in (read_dataset, open_dataset):
            found = reasons(read(pipe if pipe.parent == tmp_path else folder))
            assert found == [f"{pipe.name}: is no regular file"]


@pytest.mark.parametrize("text", ["id: [\n", "a: \x00", "\xff"])
def test_of_a_description_that_cannot_be_read_it_is_said_why_and_nothing_else(
    folder: Path, tmp_path: Path, text: str
) -> None:
    (tmp_path / "one.yaml").write_text(text, encoding="latin-1")
    (folder / "dataset.yaml").write_text(text, encoding="latin-1")
    for path in (tmp_path / "one.yaml", folder):
        (finding,) = read_dataset(path).findings
        assert "is not described" not in finding.reason


@pytest.mark.parametrize("suffix", ["yaml", "ndjson"])
def test_a_number_of_very_many_digits_is_read_for_its_field_to_refuse(
    folder: Path, suffix: str
) -> None:
    digits = "1" * 5000
    text = {"yaml": f"- {{id: a, value: {digits}}}", "ndjson": f'{{"id": "a", "value": {digits}}}'}
    (folder / f"figures.{suffix}").write_text(text[suffix])
    bundle = read_dataset(folder)
    assert bundle.findings == []
    assert bundle.records[1].data["value"] == Decimal(digits)


def test_a_data_set_is_described_once(folder: Path) -> None:
    (folder / "dataset.2.yaml").write_text(DESCRIPTION)
    assert reasons(read_dataset(folder)) == [
        "dataset.yaml: the data set is described more than once"
    ]
    (folder / "dataset.yaml").unlink()
    (folder / "dataset.2.yaml").unlink()
    assert reasons(read_dataset(folder)) == ["dataset.yaml: the data set is not described"]


def test_every_file_is_read_though_one_cannot_be(folder: Path) -> None:
    (folder / "figures.yaml").write_text("- [1\n")
    (folder / "programs.yaml").write_bytes(b"\xff")
    (folder / "regions.yaml").write_text("a: 1\n")
    (folder / "sources.yaml").write_text("- {id: s}\n")
    bundle = read_dataset(folder)
    assert [f.file for f in bundle.findings] == ["figures.yaml", "programs.yaml", "regions.yaml"]
    assert "must hold a list of regions" in bundle.findings[2].reason
    assert [r.name for r in bundle.records] == ["a-set", "s"]


def test_one_yaml_file_holds_a_whole_data_set(tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    file.write_text("dataset: {id: a-set}\nfigures:\n  - {id: one}\nprograms: []\n")
    bundle = read_dataset(file)
    assert (bundle.dataset, bundle.findings) == ("a-set", [])
    assert [(r.resource, r.name) for r in bundle.records] == [
        ("datasets", "a-set"),
        ("figures", "one"),
    ]


def test_one_ndjson_file_holds_a_whole_data_set(tmp_path: Path) -> None:
    file = tmp_path / "all.ndjson"
    records = [{"dataset": {"id": "a-set"}}, {"figures": {"id": "one"}}, {"figures": {"value": 2}}]
    file.write_text("\n".join(map(json.dumps, records)))
    bundle = read_dataset(file)
    assert (bundle.dataset, bundle.findings) == ("a-set", [])
    assert [r.name for r in bundle.records] == ["a-set", "one", "line 3"]


def test_in_one_yaml_file_every_mistake_is_said(tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    file.write_text("dataset: {id: a-set}\nfigurs: []\nprograms: {id: p}\nregions: [{id: PE}]\n")
    bundle = read_dataset(file)
    assert [(f.record, f.reason.split(":")[0]) for f in bundle.findings] == [
        ("figurs", "'figurs' is none of"),
        ("programs", "must hold a list of programs"),
    ]
    assert bundle.findings[0].reason.endswith("; did you mean 'figures'?")
    assert [r.name for r in bundle.records] == ["a-set", "PE"]


def test_in_one_ndjson_file_every_mistake_is_said(tmp_path: Path) -> None:
    file = tmp_path / "all.ndjson"
    file.write_text(
        '{"dataset": {"id": "a-set"}}\n{"figurs": {}}\n[]\n{"a": 1, "b": 2}\n{"x\n'
        '{"figures": {"id": "one"}}\n'
    )
    bundle = read_dataset(file)
    assert [finding.record for finding in bundle.findings] == [f"line {n}" for n in (2, 3, 4, 5)]
    assert [r.name for r in bundle.records] == ["a-set", "one"]


@pytest.mark.parametrize("text", ["", "[]", "text", "1"])
def test_a_yaml_file_that_is_no_map_is_said(tmp_path: Path, text: str) -> None:
    file = tmp_path / "all.yaml"
    file.write_text(text)
    assert "must be a map" in reasons(read_dataset(file))[0]


def test_a_file_of_another_kind_is_said(tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    file.write_text("id\n")
    assert "is no folder and no file of: .yaml, .yml, .ndjson" in reasons(read_dataset(file))[0]


@pytest.mark.parametrize("described", ["", "[]", "a", "id: 5", "id: null", "id: {a: 1}"])
def test_a_description_without_an_id_names_no_data_set(folder: Path, described: str) -> None:
    (folder / "dataset.yaml").write_text(described)
    bundle = read_dataset(folder)
    assert bundle.dataset is None
    assert [r.name for r in bundle.records] == ["dataset"]
