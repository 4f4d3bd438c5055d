"""What is wrong with a data set, said so that it can be mended."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Finding(NamedTuple):
    """One thing wrong: in which file, in which record, in which field, and why."""

    file: str
    record: str
    field: str
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in self if part)


class Unreadable(Exception):
    """A file that is no YAML or JSON; says where and why."""


def flatten(messages: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """marshmallow's nested messages as (field path, reason)."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            step = "" if name == "_schema" else str(name)
            yield from flatten(inner, f"{path}.{step}".strip("."))
    elif isinstance(messages, list):
        for message in messages:
            yield from flatten(message, path)
    else:
        yield path, str(messages)
