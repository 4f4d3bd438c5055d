"""Fetches what there is to check from a running service."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen
from zipfile import ZipFile

DOCUMENTS = ("datapackage.json", "catalog.jsonld", "iati.xml")


def fetch(address: str, folder: Path) -> None:
    """Everything, below a folder: downloads/, package/ (the zip), items/, prov/, documents."""
    (folder / "downloads").mkdir(parents=True)
    (folder / "address").write_text(address, encoding="utf-8")
    for name in DOCUMENTS:
        (folder / name).write_bytes(read(f"{address}/{name}"))
    for file in json.loads(read(f"{address}/downloads"))["files"]:
        assert file["available"], file["name"]
        content = read(f"{address}{file['links']['latest']}")
        (folder / "downloads" / file["name"]).write_bytes(content)
    with ZipFile(folder / "downloads" / "quipu.zip") as package:
        package.extractall(folder / "package")
    for kind in ("items", "prov"):
        (folder / kind).mkdir()
    for resource in json.loads(read(f"{address}/"))["resources"]:
        for record in lines(read(f"{address}/{resource}?format=ndjson")):
            item = f"{address}/{resource}/{quote(record['id'])}"
            name = f"{resource}-{record['id']}.json"
            (folder / "items" / name).write_bytes(read(f"{item}?format=jsonld"))
            if resource == "figures":
                (folder / "prov" / name).write_bytes(read(f"{item}?format=prov"))


def read(address: str) -> bytes:
    with urlopen(address) as answer:  # noqa: S310 - an address of our own
        content: bytes = answer.read()
        return content


def lines(content: bytes) -> list[dict[str, Any]]:
    """The records of NDJSON."""
    return [json.loads(line) for line in content.split(b"\n") if line]
