"""Who answers: Quipu, its peers, and the limits. Each with the questions that it can be asked.

Peers serve one plain table of the same figures (`benchmarks.plain`), indexed for these questions,
and send its flat rows: less than Quipu sends, so what they save is counted in their favour.
"""

import getpass
import json
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.environments import debian, node_modules_of, pinned, python_of
from benchmarks.folders import HERE

LIST = "/figures?value_gte={bound}&limit=50"
ITEM = "/figures/{id}"
# What any limit is asked: it answers everything alike.
ANY = "/body"


class Place(NamedTuple):
    """What a server is given: its port, the databases, a folder with a kept answer of Quipu's."""

    port: int
    quipu: Path
    plain: Path
    kept: Path


class Start(NamedTuple):
    """How a server is started."""

    command: list[str]
    environment: dict[str, str] = {}


class Subject(NamedTuple):
    """A server: how it is started, and how each question is asked there.

    `rows` is where in an answer the list of records is, "" if it is the answer itself. `kind` is
    'quipu', 'peer' or 'limit'; the answers of limits are compared as they are, not by ids.
    """

    name: str
    title: str
    kind: str
    start: Callable[[Place], Start]
    paths: Mapping[str, str]
    rows: str = "results"
    item: str = ""

    def ids(self, name: str, body: bytes) -> list[str]:
        """The ids of the records in an answer, in their order."""
        value: Any = json.loads(body)
        if name == "item":
            value = value[self.item] if self.item else value
            return [record["id"] for record in (value if isinstance(value, list) else [value])]
        return [record["id"] for record in (value[self.rows] if self.rows else value)]


def _quipu(place: Place) -> Start:
    command = [sys.executable, "-m", "api.cli", "--database", str(place.quipu), "serve"]
    return Start([*command, "--port", str(place.port)])


def _raw(place: Place) -> Start:
    command = [sys.executable, "-m", "benchmarks.limits.serve", "benchmarks.limits.raw:create"]
    return Start([*command, str(place.port)], {"KEPT_ANSWER": str(place.kept)})


def _by_hand(place: Place) -> Start:
    command = [sys.executable, "-m", "benchmarks.limits.serve", "benchmarks.limits.by_hand:create"]
    return Start([*command, str(place.port)], {"QUIPU_DATABASE": str(place.quipu)})


def _nginx(place: Place) -> Start:
    text = (HERE / "limits" / "nginx.conf").read_text(encoding="utf-8")
    names = {"PORT": str(place.port), "FOLDER": str(place.kept), "OWNER": getpass.getuser()}
    for name, value in names.items():
        text = text.replace(name, value)
    configuration = place.kept / "nginx.conf"
    configuration.write_text(text, encoding="utf-8")
    return Start([debian("nginx", "nginx-light"), "-c", str(configuration)])


def _datasette(place: Place) -> Start:
    # It names a database, and the addresses in it, after the file.
    file = place.kept / "plain.db"
    file.unlink(missing_ok=True)
    file.symlink_to(place.plain)
    command = [str(python_of("peers/datasette")), "-m", "datasette", "serve", str(file)]
    return Start([*command, "--port", str(place.port)])


def _fastapi(place: Place) -> Start:
    command = [str(python_of("peers/fastapi_raw")), "-m", "uvicorn", "server:app"]
    options = ["--app-dir", str(HERE / "peers" / "fastapi_raw"), "--no-access-log"]
    return Start(
        [*command, *options, "--port", str(place.port)], {"PLAIN_DATABASE": str(place.plain)}
    )


def _plain_flask(place: Place) -> Start:
    command = [str(python_of("peers/plain_flask")), "-m", "gunicorn", "server:app"]
    options = ["--chdir", str(HERE / "peers" / "plain_flask"), "--threads", "4"]
    return Start(
        [*command, *options, "--bind", f"127.0.0.1:{place.port}"],
        {"PLAIN_DATABASE": str(place.plain)},
    )


def _fastify(place: Place) -> Start:
    modules = node_modules_of("peers/fastify")
    (node,) = modules.glob("node-linux-*/bin/node")
    return Start(
        [str(node), str(modules.parent / "server.js")],
        {"PLAIN_DATABASE": str(place.plain), "PORT": str(place.port), "NODE_ENV": "production"},
    )


def _soul(place: Place) -> Start:
    modules = node_modules_of("peers/soul", ("better-sqlite3", "bcrypt"))
    command = [debian("node", "nodejs"), str(modules / "soul-cli" / "src" / "server.js")]
    # It writes into what it serves.
    own = place.kept / "soul.db"
    shutil.copyfile(place.plain, own)
    options = ["-d", str(own), "-p", str(place.port)]
    return Start([*command, *options], {"NODE_ENV": "production"})


def _roapi(place: Place) -> Start:
    command = [str(python_of("peers/roapi").with_name("roapi"))]
    options = ["--addr-http", f"127.0.0.1:{place.port}", "--table"]
    # It would write a line for each request: no other server does.
    return Start([*command, *options, f"figures=sqlite://{place.plain}"], {"RUST_LOG": "warn"})


def subjects() -> tuple[Subject, ...]:
    """Everyone, Quipu first: what the others are compared with."""
    return (
        Subject("quipu", "**Quipu**", "quipu", _quipu, {}),
        Subject(
            "nginx",
            "nginx, that answer as a file",
            "limit",
            _nginx,
            {"again": ANY, "unchanged": ANY},
        ),
        Subject(
            "raw",
            "the same server, a constant answer",
            "limit",
            _raw,
            {"again": ANY, "unchanged": ANY},
        ),
        Subject(
            "by-hand",
            "the same SQL and bytes without Flask",
            "limit",
            _by_hand,
            {"list": "/figures?per_page=50&count=none&sort=value&value__gte={bound}"},
        ),
        Subject(
            "fastapi",
            f"FastAPI {pinned('peers/fastapi_raw', 'fastapi')}, SQL by hand, orjson",
            "peer",
            _fastapi,
            {"item": ITEM, "list": LIST},
        ),
        Subject(
            "fastify",
            f"fastify {_npm('peers/fastify', 'fastify')}, better-sqlite3",
            "peer",
            _fastify,
            {"item": ITEM, "list": LIST},
        ),
        Subject(
            "plain-flask",
            "Flask, SQLAlchemy, marshmallow, jsonify under gunicorn",
            "peer",
            _plain_flask,
            {"item": ITEM, "counted": LIST, "exact": LIST},
        ),
        Subject(
            "datasette",
            f"Datasette {pinned('peers/datasette', 'datasette')}",
            "peer",
            _datasette,
            {
                "item": "/plain/figures/{id}.json?_shape=objects",
                "list": DATASETTE + "&_nocount=1&_nofacet=1&_nosuggest=1",
                "counted": DATASETTE,
                "exact": DATASETTE,
            },
            rows="rows",
            item="rows",
        ),
        Subject(
            "roapi",
            f"roapi {pinned('peers/roapi', 'roapi')}",
            "peer",
            _roapi,
            {
                "item": "/api/tables/figures?filter%5Bid%5D=%27{id}%27&limit=1",
                "list": "/api/tables/figures?filter%5Bvalue%5Dgte={bound}&sort=value,id&limit=50",
            },
            rows="",
        ),
        Subject(
            "soul",
            f"soul-cli {_npm('peers/soul', 'soul-cli')}",
            "peer",
            _soul,
            {
                "item": "/api/tables/figures/rows/{id}",
                "counted": SOUL,
                "exact": SOUL,
            },
            rows="data",
            item="data",
        ),
    )


SOUL = "/api/tables/figures/rows?_limit=50&_ordering=value&_filters=value__gte:{bound}"
DATASETTE = "/plain/figures.json?value__gte={bound}&_sort=value&_size=50&_shape=objects"


def _npm(folder: str, package: str) -> str:
    manifest = json.loads((HERE / folder / "package.json").read_text(encoding="utf-8"))
    version: str = manifest["dependencies"][package]
    return version
