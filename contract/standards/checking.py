"""What a check is, and what makes the faults that a validator must notice."""

import csv
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

HERE = Path(__file__).parent
NODE_TOOLS = HERE.parent / "node_modules" / ".bin"
Problems = list[str]
Spoil = Callable[[Path], None]


class Check(NamedTuple):
    """A validator, and what it must notice. `needs` is what it cannot run without."""

    name: str
    run: Callable[[Path], Problems]
    faults: dict[str, Spoil]
    needs: str = ""

    def can_run(self) -> bool:
        if not self.needs or (NODE_TOOLS / "tsc").exists():
            return True
        assert self.needs not in os.environ.get("REQUIRED_TOOLS", "").split(), self.needs
        return False


def said_by(tool: str, *arguments: str) -> Problems:
    """What a tool of Node says when it is not content."""
    result = subprocess.run(  # noqa: S603
        [NODE_TOOLS / tool, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": f"{NODE_TOOLS}:{os.environ['PATH']}"},
    )
    return (result.stdout + result.stderr).splitlines() or ["?"] if result.returncode else []


def replaced(path: str, before: str, after: str) -> Spoil:
    """Spoils a file by a change of its text."""

    def spoil(folder: Path) -> None:
        file = folder / path
        text = file.read_bytes().decode()
        assert before in text, f"{before!r} is not in {path}"
        file.write_bytes(text.replace(before, after, 1).encode())

    return spoil


def celled(file: str, column: str, value: str) -> Spoil:
    """Spoils the first record's cell of a CSV file."""

    def spoil(folder: Path) -> None:
        path = folder / file
        with path.open(encoding="utf-8", newline="") as source:
            header, *rows = csv.reader(source)
        rows[0][header.index(column)] = value
        with path.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target).writerows([header, *rows])

    return spoil


def edited(path: str, change: Callable[[Any], Any]) -> Spoil:
    """Spoils a JSON document."""

    def spoil(folder: Path) -> None:
        document = json.loads((folder / path).read_bytes())
        change(document)
        (folder / path).write_text(json.dumps(document), encoding="utf-8")

    return spoil


def overwritten(path: str, change: Callable[[bytes], bytes]) -> Spoil:
    """Spoils the bytes of a file."""

    def spoil(folder: Path) -> None:
        (folder / path).write_bytes(change((folder / path).read_bytes()))

    return spoil


def without(path: str, element: str) -> Spoil:
    """Spoils an XML document by taking the first such element out."""

    def spoil(folder: Path) -> None:
        document = etree.parse(str(folder / path))
        found = next(document.iter(element))
        found.getparent().remove(found)
        document.write(str(folder / path))

    return spoil
