"""Clients of the mixed load that look at what they get: an answer is of one state of the data."""

import http.client
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from itertools import groupby, zip_longest
from pathlib import Path
from threading import Event
from typing import Any, ClassVar, NamedTuple

SECONDS = 120
CHUNK = 1 << 18
# A walk begins anew after so many pages, and rests so long between two: it is one reader, no load.
PAGES, REST = 40, 0.01


class Client:
    """One that asks again and again until it is over, and tells what it met."""

    title: ClassVar[str]

    def __init__(self, port: int) -> None:
        self.port = port
        self.waited: list[float] = []
        self.wrong: list[str] = []
        self.errors: Counter[str] = Counter()
        self.seconds = 0.0

    def work(self, over: Event) -> None:
        begun = time.perf_counter()
        while not over.is_set():
            try:
                self.once(over)
            except (OSError, http.client.HTTPException) as error:
                self.errors[f"{type(error).__name__}: {error}"] += 1
        self.seconds = time.perf_counter() - begun

    def once(self, over: Event) -> None:
        """One thing that such a client does."""
        raise NotImplementedError

    def get(self, path: str) -> tuple[http.client.HTTPResponse, bytes]:
        """An answer, read to its end. One that is no 200 counts as an error."""
        begun = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            body = b"".join(self.read(response))
        finally:
            connection.close()
        self.waited.append(time.perf_counter() - begun)
        if response.status != 200:
            code = json.loads(body)["code"] if body else ""
            self.errors[f"{response.status} {code} of {path.partition('?')[0]}"] += 1
        return response, body

    def read(self, response: http.client.HTTPResponse) -> Iterator[bytes]:
        """What of a body is kept."""
        yield response.read()

    def told(self) -> dict[str, Any]:
        waited = sorted(self.waited) or [0.0]
        return {
            "title": self.title,
            "requests": len(self.waited),
            "microseconds": self.seconds * 1e6,
            "p50": waited[len(waited) // 2] * 1e6,
            "p99": waited[min(int(len(waited) * 0.99), len(waited) - 1)] * 1e6,
            "slowest": waited[-1] * 1e6,
            "errors": dict(self.errors),
            "wrong": self.wrong,
        }


class Slow(Client):
    """Asks what costs most."""

    title = "one client, the slowest aggregates"

    def __init__(self, port: int, paths: list[str]) -> None:
        super().__init__(port)
        self._paths = iter(paths * 100)

    def once(self, over: Event) -> None:
        self.get(next(self._paths))


class Exports(Client):
    """Reads all figures, and counts whether they are as many as that version has."""

    title = "one client, exports of all figures"

    def __init__(self, port: int, database: Path, path: str) -> None:
        super().__init__(port)
        self._database = database
        self._path = path
        self._lines = 0
        self._end = b""

    def once(self, over: Event) -> None:
        response, _ = self.get(self._path)
        if response.status != 200:
            return
        version = int(response.headers["Quipu-Data-Version"])
        expected = figures_of(self._database, version)
        if self._lines != expected or self._end != b"\n":
            self.wrong.append(f"{self._lines} lines of version {version}, which has {expected}")

    def read(self, response: http.client.HTTPResponse) -> Iterator[bytes]:
        self._lines, self._end = 0, b""
        while chunk := response.read(CHUNK):
            self._lines += chunk.count(b"\n")
            self._end = chunk[-1:]
        yield b""


class Page(NamedTuple):
    """A page as it was read: of which walk, version and order, and {id: digest of the record}."""

    walk: int
    version: int
    order: str
    records: dict[str, str]


class Walks(Client):
    """Follows cursors from the beginning of a list; one record of each page is read as an item."""

    title = "one client, walks by cursors and items, checked"

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.pages: list[Page] = []
        self._walk = 0

    def once(self, over: Event) -> None:
        self._walk += 1
        order = ORDERS[self._walk % len(ORDERS)]
        path: str | None = f"/figures?per_page=100&count=none&sort={order}"
        for _ in range(PAGES):
            response, body = self.get(str(path))
            if response.status != 200:
                return
            page = json.loads(body)
            version = page["meta"]["version"]
            records = {record["id"]: digest(record) for record in page["results"]}
            self.pages.append(Page(self._walk, version, order, records))
            self._item(page["results"][0], version)
            path = page["links"]["next"]
            if path is None or over.wait(REST):
                return

    def _item(self, record: Mapping[str, Any], version: int) -> None:
        """A record of a page is the same as an item of that version."""
        response, body = self.get(f"/figures/{record['id']}?as_of={version}")
        if response.status == 200:
            item = json.loads(body)
            item.pop("links")
            if item != record:
                self.wrong.append(f"{record['id']} is another as an item of version {version}")

    def check(self, database: Path) -> None:
        """Hold every walk against the history, which keeps what each version was."""
        history = History(database)
        for walk, read in groupby(self.pages, key=lambda page: page.walk):
            self.wrong += [f"walk {walk}: {wrong}" for wrong in history.wrong_in(list(read))]
        history.close()


class History:
    """What each version of a database holds, read from its rows."""

    def __init__(self, database: Path) -> None:
        self._connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
        self._known: dict[tuple[int, str, int], list[tuple[str, str]]] = {}

    def close(self) -> None:
        self._connection.close()

    def wrong_in(self, walk: list[Page]) -> Iterator[str]:
        """What of a walk, from the beginning of a list, is not one state of the data."""
        versions = {page.version for page in walk}
        if len(versions) > 1:
            yield f"its pages are of the versions {sorted(versions)}"
            return
        read = [found for page in walk for found in page.records.items()]
        expected = self._first(walk[0].version, walk[0].order, len(read))
        for place, (found, wanted) in enumerate(zip_longest(read, expected)):
            if found != wanted:
                yield f"version {walk[0].version}, record {place + 1}: {found} is not {wanted}"
                return

    def _first(self, version: int, order: str, number: int) -> list[tuple[str, str]]:
        """(id, digest) of so many records of a version, in an order."""
        key = (version, order, number)
        if key not in self._known:
            rows = self._connection.execute(
                "SELECT id, body FROM figures WHERE from_version <= :v "
                f"AND (to_version IS NULL OR to_version > :v) ORDER BY {ORDER_BY[order]} LIMIT :n",
                {"v": version, "n": number},
            )
            self._known[key] = [(id_, digest(json.loads(body))) for id_, body in rows]
        return self._known[key]


ORDER_BY = {"id": "id", "-updated_at": "updated_at DESC, id DESC"}
ORDERS = tuple(ORDER_BY)


def digest(record: Mapping[str, Any]) -> str:
    """Of a record's content, however it is written."""
    return sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()[:16]


@cache
def figures_of(database: Path, version: int) -> int:
    """How many figures a version has."""
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
    (number,) = connection.execute(
        "SELECT COUNT(*) FROM figures WHERE from_version <= :v "
        "AND (to_version IS NULL OR to_version > :v)",
        {"v": version},
    ).fetchone()
    connection.close()
    return int(number)
