"""The examples of a page: each a `sh` block with curl, and the block after it, the answer."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
SHOWN = "localhost:8000"
PAIR = re.compile(r"```sh\n(?P<command>curl [^\n]*)\n```\n```\n(?P<answer>.*?)```", re.DOTALL)


class Example(NamedTuple):
    """A command and what it prints."""

    command: str
    answer: str


def examples(text: str) -> Iterator[Example]:
    """Every command of a page that is followed by its answer."""
    for found in PAIR.finditer(text):
        yield Example(found["command"], found["answer"])


def curl_commands(text: str) -> list[str]:
    """Every line of a page that runs curl."""
    return re.findall(r"^curl [^\n]*$", text, re.MULTILINE)
