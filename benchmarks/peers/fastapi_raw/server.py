"""FastAPI at its barest: SQL by hand, rows as dicts, orjson. No model, no count.

Everything runs on the event loop: that costs less than handing each query to a thread.
"""

import os
import sqlite3

import orjson
from fastapi import FastAPI, Response

app = FastAPI(openapi_url=None)
connection = sqlite3.connect(
    f"file:{os.environ['PLAIN_DATABASE']}?mode=ro", uri=True, check_same_thread=False
)
connection.execute(f"PRAGMA mmap_size={1 << 30}")
NAMES = [column[1] for column in connection.execute("PRAGMA table_info(figures)")]
connection.row_factory = lambda cursor, row: dict(zip(NAMES, row, strict=True))


@app.get("/figures")
async def read_figures(value_gte: float, limit: int = 50) -> Response:
    rows = connection.execute(
        "SELECT * FROM figures WHERE value >= ? ORDER BY value, id LIMIT ?", (value_gte, limit)
    ).fetchall()
    return Response(orjson.dumps({"results": rows}), media_type="application/json")


@app.get("/figures/{id_}")
async def read_figure(id_: str) -> Response:
    row = connection.execute("SELECT * FROM figures WHERE id = ?", (id_,)).fetchone()
    if row is None:
        return Response(status_code=404)
    return Response(orjson.dumps(row), media_type="application/json")
