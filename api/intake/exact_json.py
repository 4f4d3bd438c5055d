"""JSON without its surprises: a decimal is exact and never passes through a float, a key stands
once in a map, and text is text."""

import json
from codecs import BOM_UTF8
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from importlib.resources.abc import Traversable
from itertools import chain
from pathlib import Path
from typing import IO, Any

from api.intake.exact_yaml import whole
from api.intake.finding import Unreadable, encoding_hint
from schemas.cut import quoted
from schemas.repeated import repeated


def read_ndjson(file: Path | Traversable) -> Iterator[tuple[int, Any]]:
    """(line number, value) for each line that is not blank. For a line that cannot be read the
    value is an Unreadable: the lines after it are still read."""
    with file.open("rb") as lines:
        for number, line in enumerate(lines_of(lines), 1):
            if line.strip():
                yield number, read_json(line)


def lines_of(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file from its beginning, where a byte order mark is none of its text."""
    first = file.readline().removeprefix(BOM_UTF8)
    return chain([first] if first else [], file)


def read_json(line: bytes) -> Any:
    """The value of a line, or the Unreadable that says why there is none."""
    try:
        text = line.decode()
        if text.startswith("\ufeff"):
            raise ValueError("begins with a byte order mark (BOM)")
        value = _DECODER.decode(text)
        if b"\\u" in line:  # without an escape there is no half of a pair in UTF-8
            json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeDecodeError:
        return Unreadable(f"is not UTF-8{encoding_hint(line)}")
    except UnicodeEncodeError:
        return Unreadable("half of a surrogate pair is no text")
    except RecursionError:
        return Unreadable("is nested too deeply")
    except InvalidOperation:
        return Unreadable("holds a number that is too large to read")
    except json.JSONDecodeError as error:
        return Unreadable(f"{error.msg}: column {error.colno}{encoding_hint(line)}")
    except ValueError as error:
        return Unreadable(str(error))
    return value


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON number")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        twice = repeated(name for name, _ in pairs) or ""
        raise ValueError(f"the key {quoted(twice)} stands twice in one map")
    return record


_DECODER = json.JSONDecoder(
    parse_float=Decimal,
    parse_int=whole,
    parse_constant=_no_constant,
    object_pairs_hook=_distinct,
)
