"""Content codings: which one a client wants, and an answer in it.

The coding is part of an answer's tag (decision 26): `tag_for` asks for it before any row is read.
"""

import gzip
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple, Protocol

import brotli

from api.wire.answer import Answer, Environ
from api.wire.weights import weights

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# Shorter than this, a body is not worth it.
SHORTEST = 256
# Longer than this, a list of accepted codings is not read (nor remembered).
LONGEST = 200
# Of the gzip header: written by gzip, no time, no file name. The same bytes at any time.
GZIP_WINDOW = 16 + zlib.MAX_WBITS


class Compressor(Protocol):
    """Takes parts of a body and gives parts of its coded form."""

    def part(self, data: bytes) -> bytes: ...

    def rest(self) -> bytes:
        """What of the parts has not been given yet; the form is not ended by it."""

    def end(self) -> bytes: ...


class Encoding(NamedTuple):
    """A content coding: its registered name, for whole bodies and for streams."""

    name: str
    whole: Callable[[bytes], bytes]
    compressor: Callable[[], Compressor]


class _Zstd:
    def __init__(self) -> None:
        self._inner = zstd.ZstdCompressor(level=3)

    def part(self, data: bytes) -> bytes:
        return self._inner.compress(data)

    def rest(self) -> bytes:
        return self._inner.flush(zstd.ZstdCompressor.FLUSH_BLOCK)

    def end(self) -> bytes:
        return self._inner.flush(zstd.ZstdCompressor.FLUSH_FRAME)


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Compressor(mode=brotli.MODE_TEXT, quality=4)

    def part(self, data: bytes) -> bytes:
        return bytes(self._inner.process(data))

    def rest(self) -> bytes:
        return bytes(self._inner.flush())

    def end(self) -> bytes:
        return bytes(self._inner.finish())


class _Gzip:
    def __init__(self) -> None:
        self._inner = zlib.compressobj(6, zlib.DEFLATED, GZIP_WINDOW)

    def part(self, data: bytes) -> bytes:
        return self._inner.compress(data)

    def rest(self) -> bytes:
        return self._inner.flush(zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        return self._inner.flush()


ZSTD = Encoding("zstd", lambda data: zstd.compress(data, 3), _Zstd)
BROTLI = Encoding("br", lambda data: bytes(brotli.compress(data, brotli.MODE_TEXT, 5)), _Brotli)
GZIP = Encoding("gzip", lambda data: gzip.compress(data, 6, mtime=0), _Gzip)
# In the order in which they are preferred: by what they cost for what they save.
ENCODINGS = (ZSTD, BROTLI, GZIP)


def negotiated(environ: Environ, offered: tuple[Encoding, ...] = ENCODINGS) -> Encoding | None:
    """The coding that the client wants its answer in; None for no coding at all."""
    accepted: str = environ.get("HTTP_ACCEPT_ENCODING", "")
    return choose_encoding(accepted, offered) if offered and 0 < len(accepted) <= LONGEST else None


@lru_cache(maxsize=256)
def choose_encoding(accepted: str, offered: tuple[Encoding, ...] = ENCODINGS) -> Encoding | None:
    """By the client's weights, then by the order of what is offered. What cannot be read counts as
    nothing.

    A coding that is only accepted by `*` is not chosen: whoever knows it, names it.
    """
    wanted = {name.lower(): weight for name, weight in weights(accepted)}
    best = max(offered, key=lambda encoding: wanted.get(encoding.name, 0.0))
    weight = wanted.get(best.name, 0.0)
    return best if weight > 0 and weight >= wanted.get("identity", 0.0) else None


def encode(environ: Environ, answer: Answer) -> Answer:
    """The answer in the coding that the client wants, where that is worth it."""
    said = dict(answer.headers)
    if not _may_be_encoded(answer, said):
        return answer
    varies = said.get("Vary", "")
    if "Accept-Encoding" not in varies:
        answer.headers[:] = [header for header in answer.headers if header[0] != "Vary"]
        answer.headers.append(("Vary", f"{varies}, Accept-Encoding".lstrip(", ")))
    encoding = negotiated(environ)
    if encoding is None or answer.status == 304:
        return answer
    if isinstance(answer.body, bytes):
        if len(answer.body) < SHORTEST:
            return answer
        answer.body = encoding.whole(answer.body)
    else:
        answer.body = compressed(answer.body, encoding.compressor())
    answer.headers.append(("Content-Encoding", encoding.name))
    return answer


def _may_be_encoded(answer: Answer, said: Mapping[str, str]) -> bool:
    """What is not coded already, and no part of something."""
    coded = "Content-Encoding" in said or "Accept-Ranges" in said
    return not (coded or answer.status in (204, 206))


def compressed(parts: Iterable[bytes], compressor: Compressor) -> Iterator[bytes]:
    """The parts of a body, coded."""
    try:
        for part in parts:
            coded = compressor.part(part)
            if coded:
                yield coded
    except Exception:
        # All that came is sent, how it was cut off too; and no end, so that a decoder notices.
        yield compressor.rest()
        raise
    yield compressor.end()
