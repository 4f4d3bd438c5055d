"""The CSV files and what describes them: Data Package, CSV on the Web, checksums."""

import hashlib
import json
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path

from checking import Check, Problems, Spoil, celled, edited, replaced
from csvw.metadata import CSVW
from frictionless import Package, validate


def check_package(folder: Path) -> Problems:
    """frictionless on the unzipped package: descriptor, hashes, every cell, every reference."""
    return frictions(folder / "package" / "datapackage.json")


def frictions(descriptor: Path) -> Problems:
    report = validate(str(descriptor))
    assert report.tasks, "nothing was looked at"
    return [" ".join(map(str, row)) for row in report.flatten(["type", "message"])]


def check_package_on_the_web(folder: Path) -> Problems:
    """The same on the service's own descriptor, whose files are read over HTTP."""
    address = (folder / "address").read_text(encoding="utf-8")
    descriptor = json.loads((folder / "datapackage.json").read_bytes())
    for resource in descriptor["resources"]:
        resource["path"] = f"{address}/{resource['path']}"
    for licence in descriptor["licenses"]:
        if not licence["path"].startswith("http"):
            licence["path"] = f"{address}/{licence['path']}"
    report = Package.from_descriptor(descriptor).validate()
    assert report.tasks, "nothing was looked at"
    return [" ".join(map(str, row)) for row in report.flatten(["type", "message"])]


def check_csvw(folder: Path) -> Problems:
    """csvw on the group beside the package's files, and on each file's own metadata."""
    found = csvw_problems(folder / "package" / "csv-metadata.json")
    for metadata in sorted((folder / "downloads").glob("*.csv-metadata.json")):
        found += csvw_problems(metadata)
    return found


def csvw_problems(metadata: Path) -> Problems:
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        document = CSVW(str(metadata), validate=True)
        sound = document.is_valid
    return [] if sound else [f"{metadata.name}: {w.message}" for w in document.warnings] or ["?"]


def check_csvw_on_the_web(folder: Path) -> Problems:
    """csvw finds, by the address of a version's file alone, what describes its columns."""
    address = (folder / "address").read_text(encoding="utf-8")
    package, found = json.loads((folder / "datapackage.json").read_bytes()), []
    for resource in package["resources"]:
        file = f"{resource['name']}.csv"
        with warnings.catch_warnings():
            # It warns of every link that leads elsewhere.
            warnings.simplefilter("ignore")
            document = CSVW(f"{address}/downloads/{file}?as_of={package['version']}")
        titles = [column.titles.getfirst() for column in document.tables[0].tableSchema.columns]
        header = (folder / "downloads" / file).read_text("utf-8").split("\n")[0].strip()
        if titles != header.split(","):
            found.append(f"{file} is described as {titles}")
    return found


def check_sums(folder: Path) -> Problems:
    """sha256sum on the unzipped package."""
    result = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "checksums.txt"],  # noqa: S607
        cwd=folder / "package",
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stderr.splitlines() or ["?"] if result.returncode else []


def rehashed(change: Spoil, name: str) -> Spoil:
    """A fault that no hash gives away: the file's length and hash are told anew."""

    def spoil(folder: Path) -> None:
        change(folder)
        content = (folder / "package" / name).read_bytes()
        path = folder / "package" / "datapackage.json"
        descriptor = json.loads(path.read_bytes())
        for resource in descriptor["resources"]:
            if resource["path"] == name:
                resource["bytes"] = len(content)
                resource["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
        path.write_text(json.dumps(descriptor), encoding="utf-8")

    return spoil


def package_faults() -> Iterator[tuple[str, Spoil]]:
    for what, column, value in (
        ("a value that is no number", "value", "many"),
        ("a code that its list does not hold", "status", "done"),
        ("a program that there is not", "program", "no-such-program"),
        ("a day that the calendar has not", "period.end", "2021-02-30"),
        ("a label that is missing", "label.en", ""),
        ("an id that is none", "id", "No Id"),
    ):
        yield what, rehashed(celled("package/figures.csv", column, value), "figures.csv")
    yield "a file that is not the one described", celled("package/regions.csv", "capital", "Paris")
    yield (
        "a type that there is not",
        replaced("package/datapackage.json", '"type": "number"', '"type": "numb"'),
    )


CHECKS = (
    Check("Data Package (frictionless)", check_package, dict(package_faults())),
    Check(
        "Data Package on the web (frictionless)",
        check_package_on_the_web,
        {
            "a file that is not there": replaced("datapackage.json", "regions.csv", "reigons.csv"),
            "a column too many": edited(
                "datapackage.json",
                lambda d: d["resources"][0]["schema"]["fields"].append(
                    {"name": "x", "type": "any"}
                ),
            ),
        },
    ),
    Check(
        "CSV on the Web (csvw)",
        check_csvw,
        {
            "a value that is no number": celled("package/figures.csv", "value", "many"),
            "a label that is missing": celled("package/figures.csv", "label.en", ""),
            "a code that its list does not hold": celled("package/figures.csv", "status", "done"),
            "a source that there is not": celled("package/figures.csv", "source.id", "nowhere"),
            "a day that the calendar has not": celled(
                "downloads/sources.csv", "published_on", "2021-02-30"
            ),
            "a datatype that there is not": replaced(
                "downloads/regions.csv-metadata.json", '"datatype": "json"', '"datatype": "jsn"'
            ),
        },
    ),
    Check(
        "CSV on the Web by its address (csvw)",
        check_csvw_on_the_web,
        {"another column": replaced("downloads/regions.csv", "capital", "capitol")},
    ),
    Check(
        "Checksums (sha256sum)",
        check_sums,
        {"another file": replaced("package/README.md", "Quipu", "Kipu")},
    ),
)
