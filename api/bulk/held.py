"""A file that was made: where it is, and how it is read."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

READ_AT_ONCE = 1 << 17


class Held(NamedTuple):
    """A whole file: where it is, how long, and its SHA-256 in hexadecimal."""

    path: Path
    size: int
    sha256: str

    @property
    def digest(self) -> str:
        """As RFC 9530 writes it."""
        return f"sha-256=:{b64encode(bytes.fromhex(self.sha256)).decode()}:"


def read_parts(content: IO[bytes], length: int, rest: Callable[[], None]) -> Iterator[bytes]:
    """So many bytes of an open file, from where it stands, with a `rest` between one part and the
    next; closed afterwards. Raises OSError."""
    with content:
        while length:
            data = content.read(min(READ_AT_ONCE, length))
            if not data:
                raise OSError("the file is shorter than it was")
            length -= len(data)
            yield data
            if length:
                rest()
