"""The same figures in the plain shape that peers serve: one table, one column a value.

It is given the indexes that the questions need, so that no peer is slow for want of one.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

# Column, its type, and the path of its value in a record. A list is JSON text.
COLUMNS = (
    ("id", "TEXT PRIMARY KEY", "id"),
    ("program", "TEXT", "program"),
    ("organization", "TEXT", "organization"),
    ("metric", "TEXT", "metric"),
    ("label_en", "TEXT", "label.en"),
    ("label_es", "TEXT", "label.es"),
    ("measure", "TEXT", "measure"),
    ("unit", "TEXT", "unit"),
    ("value", "REAL", "value"),
    ("qualifier", "TEXT", "qualifier"),
    ("lower", "REAL", "lower"),
    ("upper", "REAL", "upper"),
    ("lower_inclusive", "INTEGER", "lower_inclusive"),
    ("upper_inclusive", "INTEGER", "upper_inclusive"),
    ("display_en", "TEXT", "display.en"),
    ("display_es", "TEXT", "display.es"),
    ("status", "TEXT", "status"),
    ("period_start", "TEXT", "period.start"),
    ("period_end", "TEXT", "period.end"),
    ("period_duration", "TEXT", "period.duration"),
    ("scope", "TEXT", "scope"),
    ("regions", "TEXT", "regions"),
    ("allocation", "TEXT", "allocation"),
    ("source", "TEXT", "source.id"),
    ("source_start", "INTEGER", "source.start"),
    ("source_end", "INTEGER", "source.end"),
    ("stated", "TEXT", "source.stated"),
    ("speaker_organization", "TEXT", "attribution.organization"),
    ("stated_on", "TEXT", "attribution.on"),
    ("rank", "TEXT", "rank"),
    ("same_claim_as", "TEXT", "same_claim_as"),
    ("notes_en", "TEXT", "notes.en"),
    ("notes_es", "TEXT", "notes.es"),
    ("dataset", "TEXT", "dataset"),
    ("version", "INTEGER", "version"),
    ("updated_at", "TEXT", "updated_at"),
)
INDEX = "CREATE INDEX figures_value ON figures (value, id)"


def write_plain(source: Path, target: Path) -> None:
    """Write the current figures of a Quipu database into a new SQLite file."""
    database = sqlite3.connect(target)
    columns = ", ".join(f"{name} {type_}" for name, type_, _ in COLUMNS)
    database.execute(f"CREATE TABLE figures ({columns})")
    marks = ", ".join("?" * len(COLUMNS))
    database.executemany(f"INSERT INTO figures VALUES ({marks})", _rows(source))
    database.execute(INDEX)
    database.execute("ANALYZE")
    database.commit()
    database.close()


def _rows(source: Path) -> Iterator[tuple[Any, ...]]:
    connection = sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)
    for (body,) in connection.execute(
        "SELECT body FROM figures WHERE to_version IS NULL ORDER BY row"
    ):
        record = json.loads(body)
        yield tuple(_cell(record, path) for _, _, path in COLUMNS)
    connection.close()


def _cell(record: Mapping[str, Any], path: str) -> Any:
    value: Any = record
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
