"""One answer of a server, kept in a folder: for the limits that serve it as it is."""

import http.client
import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

SECONDS = 60


class Answer(NamedTuple):
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, wanted: str) -> str:
        """A header's value; empty if there is none."""
        return next((value for name, value in self.headers if name.lower() == wanted), "")


def ask(port: int, path: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Ask a server on this machine. Raises OSError, HTTPException."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, tuple(response.getheaders()), response.read())
    finally:
        connection.close()


def keep_answer(answer: Answer, folder: Path) -> None:
    """Write the body as a file of its own, the headers (but those of the connection) beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    own = [pair for pair in answer.headers if pair[0].lower() not in OF_THE_SERVER]
    (folder / "body").write_bytes(answer.body)
    (folder / "headers.json").write_text(json.dumps(own), encoding="utf-8")


OF_THE_SERVER = ("connection", "date", "server", "transfer-encoding", "keep-alive")


def read_answer(folder: Path) -> Answer:
    headers = json.loads((folder / "headers.json").read_text(encoding="utf-8"))
    return Answer(200, tuple(map(tuple, headers)), (folder / "body").read_bytes())
