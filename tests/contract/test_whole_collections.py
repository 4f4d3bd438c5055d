"""Whole collections: as they are read, and from the files of `/downloads` that are at hand."""

from pathlib import Path
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.bulk.files import FILES, File
from api.bulk.held import Held
from api.bulk.making import Maker
from api.settings import Settings
from api.wire.formats import FORMATS
from tests.contract.conformance import CheckedClient
from tests.contract.test_time import change, load

STREAMED = [format_.name for format_ in FORMATS if format_.whole]
# Of each file that holds what a stream does: the file, and the stream's address.
WHOLE = [
    (file, f"/{file.resource.name}?format={name}")
    for file in FILES
    for name in STREAMED
    if file.resource and file.name == f"{file.resource.name}.{name}"
]


def ids(value: object) -> str:
    return value.name if isinstance(value, File) else ""


def said(answer: TestResponse) -> dict[str, str]:
    """Its headers, but for what is another for each request."""
    return {name: value for name, value in answer.headers.items() if name != "X-Request-Id"}


def spoilt(settings: Settings, name: str) -> None:
    """Write other bytes over a file that was made, as many."""
    (path,) = Path(settings.spool).glob(f"*-{name}.*")
    path.write_bytes(b"#" * path.stat().st_size)


def test_there_are_streams_that_a_file_holds() -> None:
    assert {address.partition("=")[2] for _, address in WHOLE} >= {"ndjson", "csv"}


@pytest.mark.parametrize(("file", "address"), WHOLE, ids=ids)
def test_a_whole_collection_is_the_same_whether_or_not_its_file_is_at_hand(
    client: CheckedClient, file: File, address: str
) -> None:
    read = client.get(address)
    made = client.get(f"/downloads/{file.name}").get_data()
    kept = client.get(address)
    assert read.get_data() == kept.get_data() == made
    assert said(read) == said(kept)
    compressed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert compressed.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(("file", "address"), WHOLE, ids=ids)
def test_it_comes_from_the_file_where_that_is_at_hand(
    app: Flask, settings: Settings, file: File, address: str
) -> None:
    client = FlaskClient(app)  # the other one would hold what is spoilt against the document
    made = client.get(f"/downloads/{file.name}").get_data()
    spoilt(settings, file.name)
    assert client.get(address).get_data() == b"#" * len(made)
    assert client.get(f"{address}&as_of=4").get_data() == b"#" * len(made)


@pytest.mark.parametrize(
    "more",
    ["sort=-id", "fields=id", "per_page=100", "page=1", "q=a", "status=planned", "as_of=3"],
)
def test_what_is_not_all_of_this_version_is_never_taken_from_it(
    client: CheckedClient, settings: Settings, more: str
) -> None:
    address = f"/figures?format=ndjson&{more}"
    before = client.get(address).get_data()
    client.get("/downloads/figures.ndjson")
    spoilt(settings, "figures.ndjson")
    assert client.get(address).get_data() == before


def test_of_newer_data_none_comes_from_an_older_file(
    client: CheckedClient, database: Path, dataset: Path
) -> None:
    older = client.get("/downloads/figures.ndjson").get_data()
    change(dataset, "status: achieved", "status: in_progress")
    load(database, dataset)
    newer = client.get("/figures?format=ndjson").get_data()
    assert newer != older
    assert client.get("/figures?format=ndjson&as_of=4").get_data() == older
    assert client.get("/downloads/figures.ndjson").get_data() == newer


@pytest.mark.parametrize("place", ["gone", ""], ids=["removed", "no file"])
def test_a_file_that_cannot_be_opened_costs_no_answer(
    client: CheckedClient, tmp_path: Path, place: str
) -> None:
    read = client.get("/figures?format=ndjson").get_data()
    held = Held(tmp_path / place, len(read), "0" * 64)
    with patch.object(Maker, "find", return_value=held):
        assert client.get("/figures?format=ndjson").get_data() == read


def test_head_of_a_collection_at_hand_has_the_headers_of_get(client: CheckedClient) -> None:
    client.get("/downloads/figures.ndjson")
    head, whole = (client.open("/figures?format=ndjson", method=m) for m in ("HEAD", "GET"))
    assert said(head) == said(whole)
    assert head.get_data() == b""
