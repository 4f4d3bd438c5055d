"""The benchmark of sums asks for what stands in a database, and leaves the database as it was."""

import sqlite3
from pathlib import Path

from api.app import create_app
from api.settings import Settings
from api.store.engine import open_writer
from benchmarks.databases import copy_of
from benchmarks.sums import QUESTIONS, followed, questions


def test_every_question_finds_something(database: Path) -> None:
    app = create_app(Settings(database=str(database)))
    client = app.test_client()
    asked = list(questions(database))
    assert len(asked) == len(set(asked)) == len(QUESTIONS)
    for question in asked:
        answer = client.get(question)
        assert answer.status_code == 200, question
        assert answer.mimetype == "text/csv" or answer.get_json()["results"], question
    app.extensions["quipu"].store.close()


def test_what_small_loads_take_is_measured_and_undone(database: Path, tmp_path: Path) -> None:
    copy = copy_of(database, tmp_path / "copy.db")
    db = open_writer(str(copy), 1000)
    changed, seconds = followed(db, 10)
    db.conn.close()
    assert changed == 10
    assert seconds > 0
    rows = "SELECT row, to_version FROM figures ORDER BY row"
    with sqlite3.connect(copy) as after, sqlite3.connect(database) as before:
        assert after.execute(rows).fetchall() == before.execute(rows).fetchall()
    after.close()
    before.close()
