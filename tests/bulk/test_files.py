"""Files: what there are, that they are the same whenever they are made, and the package of all."""

import gzip
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from api.bulk import making
from api.bulk.files import BY_FILE_NAME, FILES, ZIP
from api.cli.database import seed
from api.settings import Settings
from api.store.engine import open_writer
from api.store.load import prepare
from api.wire.formats import FILE_FORMATS
from schemas import RESOURCES
from schemas.table import table
from tests.bulk.conftest import Make
from tests.contract.conformance import CheckedClient
from tests.contract.test_time import change, load

Again = Callable[[str], bytes]


def test_there_is_a_file_of_each_resource_in_each_format_that_fits() -> None:
    names = {file.name for file in FILES}
    assert len(names) == len(FILES)
    for resource in RESOURCES:
        for format_ in FILE_FORMATS:
            assert (f"{resource.name}.{format_.name}" in names) == format_.fits(resource)
    assert {"quipu.zip", "quipu.sqlite", "csv-metadata.json"} <= names


@pytest.fixture
def again(tmp_path: Path) -> Again:
    """Makes a file of the seeded data, loaded anew at the same moment, in another spool."""
    made: list[Path] = []

    def again(name: str) -> bytes:
        folder = tmp_path / f"again{len(made)}"
        folder.mkdir()
        made.append(folder)
        settings = Settings(database=str(folder / "quipu.db"), spool=str(folder / "spool"))
        db = open_writer(settings.database, 1000)
        prepare(db)
        seed(db, clock=lambda: datetime(2030, 1, 1, 0, 0, 1, tzinfo=UTC))
        db.conn.close()
        return making.make(settings, BY_FILE_NAME[name], 4, compressed=False).path.read_bytes()

    return again


@pytest.mark.parametrize("name", ["quipu.zip", "quipu.sqlite", "figures.parquet", "figures.csv"])
def test_the_same_data_make_the_same_bytes(again: Again, name: str) -> None:
    assert again(name) == again(name)


def test_a_compressed_file_is_the_plain_one(make: Make) -> None:
    for file in FILES:
        if file.coded:
            plain = make(file.name).path.read_bytes()
            assert gzip.decompress(make(file.name, compressed=True).path.read_bytes()) == plain


@pytest.mark.parametrize("year", [1, 1950, 1975, 2107, 2150, 9998])
def test_files_are_made_whatever_the_clock_said_when_data_were_loaded(
    tmp_path: Path, year: int
) -> None:
    """What knows fewer years has the nearest moment that it knows."""
    settings = Settings(database=str(tmp_path / "quipu.db"), spool=str(tmp_path / "spool"))
    db = open_writer(settings.database, 1000)
    prepare(db)
    seed(db, clock=lambda: datetime(year, 1, 1, 0, 0, 1, tzinfo=UTC))
    db.conn.close()
    plain = making.make(settings, BY_FILE_NAME["figures.csv"], 4, compressed=False)
    coded = making.make(settings, BY_FILE_NAME["figures.csv"], 4, compressed=True)
    assert gzip.decompress(coded.path.read_bytes()) == plain.path.read_bytes()
    with ZipFile(
        making.make(settings, BY_FILE_NAME["quipu.zip"], 4, compressed=False).path
    ) as package:
        assert package.testzip() is None
        assert {entry.date_time[0] for entry in package.infolist()} == {min(max(year, 1980), 2107)}


def test_as_of_an_older_version_every_file_is_what_it_was(
    make: Make, settings: Settings, database: Path, dataset: Path, tmp_path: Path
) -> None:
    before = {file.name: make(file.name).path.read_bytes() for file in FILES}
    change(dataset, "status: achieved", "status: in_progress")
    change(dataset, "acronym: PAC", "acronym: PACX", "programs.yaml")
    assert load(database, dataset) == 5
    # Made anew from the history, not found where it was kept.
    other = replace(settings, spool=str(tmp_path / "other"))
    for file in FILES:
        old = making.make(other, file, 4, compressed=False)
        assert old.path.read_bytes() == before[file.name], file.name
    new = making.make(other, ZIP, 5, compressed=False)
    assert new.path.read_bytes() != before[ZIP.name]


@pytest.fixture
def package(make: Make) -> ZipFile:
    return ZipFile(io.BytesIO(make("quipu.zip").path.read_bytes()))


def test_the_package_has_every_csv_file_as_it_is_alone(make: Make, package: ZipFile) -> None:
    for resource in RESOURCES:
        name = f"{resource.name}.csv"
        assert package.read(name) == make(name).path.read_bytes()
    assert package.testzip() is None


def test_the_checksums_are_those_of_all_other_files(package: ZipFile) -> None:
    lines = package.read("checksums.txt").decode().splitlines()
    told = {name: digest for digest, name in (line.split("  ") for line in lines)}
    others = {name for name in package.namelist() if name != "checksums.txt"}
    assert told == {name: hashlib.sha256(package.read(name)).hexdigest() for name in others}


def test_the_entries_of_the_package_are_as_old_as_the_data(
    package: ZipFile, client: CheckedClient
) -> None:
    released = client.get("/").get_json()["data"]["as_of"]
    moment = datetime.fromisoformat(released)
    for entry in package.infolist():
        year, month, day, hour, minute, second = entry.date_time
        assert (year, month, day, hour, minute) == moment.timetuple()[:5]
        assert second == moment.second // 2 * 2
        assert entry.external_attr >> 16 == 0o100644


def test_the_package_describes_each_column_of_each_file(package: ZipFile) -> None:
    descriptor = json.loads(package.read("datapackage.json"))
    assert [resource["name"] for resource in descriptor["resources"]] == [r.name for r in RESOURCES]
    for described in descriptor["resources"]:
        content = package.read(described["path"])
        assert described["bytes"] == len(content)
        assert described["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        header = content.decode().split("\r\n")[0].split(",")
        assert [field["name"] for field in described["schema"]["fields"]] == header
        assert all(field["description"] for field in described["schema"]["fields"])


def test_what_a_description_says_names_another_record_is_what_the_declaration_says(
    package: ZipFile,
) -> None:
    descriptor = json.loads(package.read("datapackage.json"))
    for described, resource in zip(descriptor["resources"], RESOURCES, strict=True):
        told = {
            (key["fields"][0], key["reference"]["resource"] or resource.name)
            for key in described["schema"]["foreignKeys"]
        }
        declared = {(c.path, c.target) for c in table(resource) if c.target and c.kind != "list"}
        assert told == declared


IN_BOTH_LANGUAGES = {
    "README.md": ("data version 4", "How to cite", "versión 4", "Cómo citar", "`figures.csv`"),
    "LICENSE.md": ("Terms", "Condiciones", "`core`", "CC0 1.0", "`perumin-2021`"),
}


@pytest.mark.parametrize("name", IN_BOTH_LANGUAGES)
def test_people_are_told_in_both_languages(package: ZipFile, name: str) -> None:
    text = package.read(name).decode()
    assert "{" not in text
    assert [word for word in IN_BOTH_LANGUAGES[name] if word not in text] == []


def test_people_are_told_what_each_file_holds_in_both_languages(package: ZipFile) -> None:
    english, spanish = package.read("README.md").decode().split("\n# Quipu, versión")
    for half, line in (
        (english, "- `programs.csv`: public programmes and initiatives."),
        (spanish, "- `programs.csv`: programas e iniciativas públicas."),
    ):
        assert line in half.splitlines()
        listed = [one.split("`")[1] for one in half.splitlines() if ".csv`: " in one]
        assert listed == [f"{resource.name}.csv" for resource in RESOURCES]


def test_another_public_address_makes_another_package(settings: Settings, make: Make) -> None:
    plain = make("quipu.zip")
    elsewhere = replace(settings, public_url="https://data.example.org")
    held = making.make(elsewhere, ZIP, 4, compressed=False)
    assert held.path != plain.path
    with ZipFile(held.path) as package:
        assert (
            "https://data.example.org/downloads/quipu.zip?as_of=4"
            in package.read("README.md").decode()
        )
        assert (
            json.loads(package.read("datapackage.json"))["homepage"] == "https://data.example.org/"
        )


@pytest.mark.usefixtures("database")
def test_another_version_of_the_program_makes_its_files_anew(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = BY_FILE_NAME["figures.csv"]
    made = making.make(settings, file, 4, compressed=False)
    monkeypatch.setattr(making, "VERSION", "another")
    assert making.make(settings, file, 4, compressed=False).path != made.path
