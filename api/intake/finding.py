"""What is wrong with a data set, said so that it can be mended."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from schemas.cut import cut


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


# A reason may quote what is wrong, whole.
LONGEST_REASON = 1_000
# What marshmallow says by itself, in the words of the house.
SAID_BY_MARSHMALLOW = {
    "Missing data for required field.": "is missing",
    "Field may not be null.": "must not be null",
    "Not a valid list.": "must be a list",
}


def encoding_hint(content: bytes) -> str:
    """The end of a sentence about what cannot be read: what it probably is instead of UTF-8."""
    is_utf16 = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or b"\0" in content
    return "; it may be UTF-16: save it as UTF-8" if is_utf16 else ""


def flatten(messages: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """marshmallow's nested messages as (field path, reason)."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            step = "" if name == "_schema" else cut(str(name))
            yield from flatten(inner, f"{path}.{step}".strip("."))
    elif isinstance(messages, list):
        for message in messages:
            yield from flatten(message, path)
    else:
        reason = SAID_BY_MARSHMALLOW.get(str(messages), str(messages))
        yield path, cut(reason, LONGEST_REASON)
