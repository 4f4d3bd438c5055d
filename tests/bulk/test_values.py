"""Whatever a file is written as, what is read from it is what the records say."""

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from api.store.copy import list_table
from schemas import RESOURCES, Resource
from schemas.table import Column, elements, table
from tests.bulk.conftest import Make

pytestmark = pytest.mark.usefixtures("hard")
EACH = pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)


def records(make: Make, resource: Resource) -> list[dict[str, Any]]:
    """What the records say, amounts exact."""
    text = make(f"{resource.name}.ndjson").path.read_text(encoding="utf-8")
    # A line may have what Python takes for another line's end.
    return [json.loads(line, parse_float=Decimal) for line in text.split("\n") if line]


@EACH
def test_ndjson_has_every_record_of_the_collection(
    make: Make, client: Any, resource: Resource
) -> None:
    streamed = client.get(f"/{resource.name}?format=ndjson").get_data()
    assert make(f"{resource.name}.ndjson").path.read_bytes() == streamed
    assert records(make, resource)


@EACH
def test_csv_read_by_its_description_is_the_records(make: Make, resource: Resource) -> None:
    text = make(f"{resource.name}.csv").path.read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    for row, record in zip(rows, records(make, resource), strict=True):
        assert list(row) == [column.path for column in table(resource)]
        for column in table(resource):
            assert read_cell(column, row[column.path]) == known(column, record), column.path


def read_cell(column: Column, text: str) -> Any:
    """A cell as the documentation says that it is read."""
    if text == "":
        return [] if column.kind in ("list", "array") else None
    match column.kind:
        case "list":
            return text.split("|")
        case "array" | "tuple":
            return json.loads(text, parse_float=Decimal)
        case "amount" | "number":
            return Decimal(text)
        case "whole":
            return int(text)
        case "flag":
            return {"true": True, "false": False}[text]
        case _:
            return text[1:] if re.match(r"'+[=+\-@\t\r]", text) else text


def known(column: Column, record: dict[str, Any]) -> Any:
    value = column.reader(record)
    return [] if value is None and column.kind in ("list", "array") else value


@EACH
def test_no_cell_of_a_csv_begins_a_formula(make: Make, resource: Resource) -> None:
    text = make(f"{resource.name}.csv").path.read_text(encoding="utf-8")
    for row in csv.reader(io.StringIO(text, newline="")):
        for column, cell in zip(table(resource), row, strict=True):
            is_number = column.kind in ("amount", "whole", "number")
            assert is_number or not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@EACH
def test_parquet_has_the_same_values_typed(make: Make, resource: Resource) -> None:
    rows = parquet.read_table(make(f"{resource.name}.parquet").path).to_pylist()
    for row, record in zip(rows, records(make, resource), strict=True):
        assert list(row) == [column.path for column in table(resource)]
        for column in table(resource):
            assert typed(row[column.path]) == expected(column, record), column.path


def typed(value: Any) -> Any:
    """A value of Parquet as JSON would have it; a decimal stays one."""
    if isinstance(value, dict):
        return {name: typed(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [typed(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def expected(column: Column, record: dict[str, Any]) -> Any:
    value = column.reader(record)
    return [float(axis) for axis in value] if column.kind == "tuple" and value else value


def test_amounts_in_parquet_are_decimals_and_add_up(make: Make) -> None:
    figures = parquet.read_table(make("figures.parquet").path)
    assert str(figures.schema.field("value").type) == "decimal128(19, 4)"
    assert str(figures.schema.field("attribution.on").type) == "date32[day]"
    assert str(figures.schema.field("regions").type) == "list<element: string>"
    (resource,) = (resource for resource in RESOURCES if resource.name == "figures")
    total = sum(Decimal(record["value"]) for record in records(make, resource))
    assert sum(figures.column("value").to_pylist()) == total


@pytest.fixture
def copy(make: Make) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"{make('quipu.sqlite').path.as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


@EACH
def test_the_sqlite_file_has_the_same_values(
    make: Make, copy: sqlite3.Connection, resource: Resource
) -> None:
    rows = copy.execute(f"SELECT * FROM {resource.name} ORDER BY id").fetchall()
    for row, record in zip(rows, records(make, resource), strict=True):
        for column in table(resource):
            if column.is_list:
                assert listed(copy, resource, column, record["id"]) == (known(column, record))
            else:
                value = row[column.name]
                if isinstance(value, float):
                    value = Decimal(str(value))
                if column.kind == "tuple" and value is not None:
                    value = json.loads(value, parse_float=Decimal)
                if column.kind == "flag" and value is not None:
                    value = bool(value)
                assert value == column.reader(record), column.path


def listed(copy: sqlite3.Connection, resource: Resource, column: Column, id_: str) -> list[Any]:
    """A list as its own table has it."""
    name = list_table(resource, column)
    rows = copy.execute(
        f"SELECT * FROM {name} WHERE {resource.singular} = ? ORDER BY position", (id_,)
    ).fetchall()
    assert [row["position"] for row in rows] == list(range(1, len(rows) + 1))
    if column.kind == "list":
        return [row["value"] for row in rows]
    inner = elements(column)
    return [nested({one.path: row[one.name] for one in inner}) for row in rows]


def nested(flat: dict[str, Any]) -> dict[str, Any]:
    """{"name.en": ...} as {"name": {"en": ...}}; a map of nothing but nulls is null."""
    found: dict[str, Any] = {}
    for path, value in flat.items():
        name, _, inner = path.partition(".")
        if inner:
            found.setdefault(name, {})[inner] = value
        else:
            found[name] = value
    return {
        name: None if isinstance(value, dict) and not any(value.values()) else value
        for name, value in found.items()
    }


def test_what_names_another_record_in_the_sqlite_file_finds_it(copy: sqlite3.Connection) -> None:
    assert copy.execute("PRAGMA foreign_key_check").fetchall() == []
    assert copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    keys = {row["table"] for row in copy.execute("PRAGMA foreign_key_list(figures)")}
    assert keys == {"programs", "organizations", "sources", "figures", "datasets"}
    ((target,),) = {
        (row["table"],)
        for row in copy.execute("PRAGMA foreign_key_list(figures_regions)")
        if row["from"] == "value"
    }
    assert target == "regions"


def test_the_sqlite_file_says_what_it_is(copy: sqlite3.Connection) -> None:
    about = copy.execute("SELECT * FROM about").fetchone()
    assert (about["name"], about["version"]) == ("Quipu", 5)
    assert "CC0 1.0" in about["terms"]
    releases = copy.execute("SELECT version, dataset FROM releases").fetchall()
    assert [row["version"] for row in releases] == [1, 2, 3, 4, 5]
    assert copy.execute("PRAGMA user_version").fetchone()[0] == 5


def test_a_code_that_no_list_holds_is_refused_by_the_sqlite_file(
    make: Make, tmp_path: Path
) -> None:
    other = tmp_path / "other.sqlite"
    other.write_bytes(make("quipu.sqlite").path.read_bytes())
    connection = sqlite3.connect(other)
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        connection.execute("UPDATE figures SET status = 'done'")
    connection.close()


def test_geojson_is_the_features_of_the_collection(make: Make, client: Any) -> None:
    assert make("regions.geojson").path.read_bytes() == client.get("/regions?format=geojson").data
