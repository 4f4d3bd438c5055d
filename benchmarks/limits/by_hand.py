"""The same work without Flask: for one kind of question, the same SQL and the same bytes.

Nothing is looked at but the bound: no parameter is checked, no format chosen, no tag compared. What
is left is what these rows cost under this server. The envelope is taken from an answer of the
service itself, so it is always the present one.
"""

import os
import threading
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from api.app import create_app
from api.scheduling.lead import Lead
from api.settings import read_settings
from api.store.engine import open_reader
from api.store.query import page_statement
from api.wire.cursor import STATE, Cursor, question, write_cursor
from api.wire.formats import list_formats
from api.wire.served import Served
from benchmarks.questions import BY_NAME
from schemas import FIGURE
from schemas.fields import scaled
from schemas.parameters import list_parameters
from schemas.query import Query
from schemas.reading import read_query

# A bound that no other part of an answer holds.
SHOWN = "1.2345"
RELEASE = "SELECT version, hash FROM releases ORDER BY version DESC LIMIT 1"


def create() -> Served:
    settings = read_settings(os.environ)
    template, path = BY_NAME["list"].path, urlsplit(BY_NAME["list"].path).path
    query = _understood(template.format(bound=SHOWN))
    statement = page_statement(FIGURE, query, None, None, query.per_page + 1)
    (bound_name,) = (n for n, value in statement.parameters.items() if value == scaled(SHOWN))
    before, after, headers = _envelope(create_app(settings), template.format(bound=SHOWN))
    opening, connections = before.encode(), threading.local()

    def connection() -> Any:
        if not hasattr(connections, "one"):
            connections.one = open_reader(settings.database)
        return connections.one

    def application(environ: Any, start_response: Any) -> Iterable[bytes]:
        bound = environ["QUERY_STRING"].partition("value__gte=")[2].partition("&")[0]
        reader = connection()
        reader.execute("BEGIN")
        ((version, hash_),) = reader.execute(RELEASE).fetchall()
        parameters = {**statement.parameters, bound_name: scaled(bound)}
        rows = reader.execute(statement.sql, parameters).fetchall()[: query.per_page]
        reader.execute("ROLLBACK")
        given = tuple((n, bound if n == "value__gte" else v) for n, v in query.given)
        cursor = write_cursor(Cursor(version, hash_[:STATE], question(path, given), rows[-1][1:]))
        ending = after.replace(SHOWN, bound).replace(CURSOR, cursor)
        body = b"".join((opening, b",".join([row[0] for row in rows]), ending.encode()))
        link = headers["Link"].replace(SHOWN, bound).replace(CURSOR, cursor)
        sent = {**headers, "Link": link, "Content-Length": str(len(body))}
        start_response("200 OK", list(sent.items()))
        return [body]

    return Served(application, Lead().answered)


CURSOR = "\0"


def _understood(path: str) -> Query:
    formats = [format_.name for format_ in list_formats(FIGURE)]
    query, mistakes = read_query(list_parameters(FIGURE, formats), parse_qsl(urlsplit(path).query))
    assert not mistakes, mistakes
    return query


def _envelope(app: Any, path: str) -> tuple[str, str, dict[str, str]]:
    """What stands before and after the results of an answer, and its headers."""
    answer = app.test_client().get(path)
    assert answer.status_code == 200, answer.text
    results, pagination = '"results":[', '],"pagination":'
    before, _, rest = answer.text.partition(results)
    _, _, after = rest.rpartition(pagination)
    cursor = answer.json["pagination"]["next_cursor"]
    app.extensions["quipu"].store.close()
    headers = {name: value.replace(cursor, CURSOR) for name, value in answer.headers.items()}
    return before + results, pagination + after.replace(cursor, CURSOR), headers
