"""Questions as the store has them, and how the engine finds what they ask for."""

from api.store.engine import Database
from api.store.statement import Run, Statement
from schemas.parameters import list_parameters
from schemas.query import Query
from schemas.reading import read_query
from schemas.resource import Resource


def plan(db: Database, statement: Statement) -> list[str]:
    rows = db.conn.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement.parameters)
    return [row[3] for row in rows]


def rows_of(db: Database) -> Run:
    return lambda statement: db.conn.execute(*statement).fetchall()


def asked(resource: Resource, *pairs: tuple[str, str]) -> Query:
    query, mistakes = read_query(list_parameters(resource, ["json"]), pairs)
    assert not mistakes
    return query
