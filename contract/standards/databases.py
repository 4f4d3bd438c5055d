"""What reads the data as tables: DuckDB the CSV and Parquet files, Datasette the SQLite file."""

import asyncio
import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from checking import Check, Problems, celled, replaced
from datasette.app import Datasette
from fetch import lines


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


def other_rows(folder: Path) -> None:
    """Puts the rows of another file in the place of some."""
    downloads = folder / "downloads"
    shutil.copy(downloads / "regions.parquet", downloads / "sources.parquet")


CHECKS = (
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
)
