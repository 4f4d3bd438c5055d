"""Where files are kept that were made once: for a data version, in one folder, within a limit.

A file has its name only when it is whole: it is written beside it, flushed to the disk, and renamed
to a name that tells its length and hash. One process makes a file at a time, under a lock that its
death releases; what a dead one left is known by that, and removed. The files of the oldest
versions go first when room is needed.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from errno import ENOSPC
from hashlib import sha256
from pathlib import Path
from typing import IO, NamedTuple

from api.bulk.held import Held
from api.lock import if_free, locked
from api.store.engine import Full

LOCK, PART = ".lock", ".part"
ROOM = f".room{LOCK}"
AT_ONCE = 1 << 20


class Key(NamedTuple):
    """What a file is: of which data version, of which software and history, and its name."""

    version: int
    identity: str
    name: str

    @property
    def stem(self) -> str:
        # Sorted by their names, the oldest versions come first.
        return f"{self.version:010d}-{self.identity}-{self.name}"


class Part:
    """A file in the making. Raises Full when it grows past its limit."""

    def __init__(self, path: Path, file: IO[bytes], limit: int) -> None:
        self.path, self.limit = path, limit
        self._file, self._hash, self._written = file, sha256(), 0

    def write(self, data: bytes) -> int:
        self._written += len(data)
        if self._written > self.limit:
            raise Full(f"it is larger than {self.limit} bytes")
        self._hash.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    def finished(self) -> tuple[int, str]:
        """(length, SHA-256) of all of it, safe on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        size = os.fstat(self._file.fileno()).st_size
        if size > self.limit:
            raise Full(f"it is larger than {self.limit} bytes")
        # A maker that writes to the path itself passes nothing through here.
        return size, self._hash.hexdigest() if size == self._written else _hash_of(self.path)


class Spool:
    """A folder of whole files."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder, self.limit = folder, limit

    def find(self, key: Key) -> Held | None:
        """The file, if it is there and whole."""
        return next((held for name, held in self.held() if name == key.stem), None)

    def held(self) -> Iterator[tuple[str, Held]]:
        """(stem, file) of every whole file. One that is not what its name says is removed,
        where it can be."""
        for path in self._paths():
            stem, _, told = path.name.rpartition(".")
            size, _, digest = told.partition("-")
            if path.name.startswith(".") or not size.isdecimal() or len(digest) != 64:
                continue
            found = _size(path)
            if found == int(size):
                yield stem, Held(path, found, digest)
            elif found is not None:
                with suppress(OSError):  # who only reads may have no right to
                    path.unlink()

    def make(self, key: Key, write: Callable[[Part], None]) -> Held:
        """The file, made now unless another process made it meanwhile. Raises Full, OSError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(self.folder / f".{key.stem}{LOCK}"):
            while True:
                try:
                    return self.find(key) or self._made(key, write)
                except OSError as error:
                    if error.errno != ENOSPC:
                        raise
                    # The disk has less room than the limit allows: what is older gives way.
                    if not self._remove_older(key.version):
                        raise Full(str(error)) from error

    def _made(self, key: Key, write: Callable[[Part], None]) -> Held:
        self._remove_leftovers()
        path = self.folder / f".{key.stem}{PART}"
        try:
            with path.open("wb") as file:
                part = Part(path, file, self.limit)
                write(part)
                size, digest = part.finished()
            whole = self.folder / f"{key.stem}.{size}-{digest}"
            # One at a time: two that found the same room would both take it.
            with locked(self.folder / ROOM):
                self._make_room(size)
                path.replace(whole)
        finally:
            path.unlink(missing_ok=True)
        return Held(whole, size, digest)

    def _make_room(self, size: int) -> None:
        """Remove the oldest versions' files until one more of this size fits."""
        held = sorted(self.held(), key=lambda found: found[0])
        total = sum(found.size for _, found in held)
        for _, found in held:
            if total + size <= self.limit:
                break
            found.path.unlink(missing_ok=True)
            total -= found.size

    def _remove_older(self, version: int) -> bool:
        """Remove the files of older versions; whether there were any."""
        older = [held for stem, held in self.held() if int(stem.split("-")[0]) < version]
        for held in older:
            held.path.unlink(missing_ok=True)
        return bool(older)

    def _remove_leftovers(self) -> None:
        """What processes left that died while they made something: nobody holds its lock."""
        for path in self._paths():
            if path.suffix == LOCK:
                with if_free(path) as free:
                    if free:
                        path.with_suffix(PART).unlink(missing_ok=True)
                        path.unlink(missing_ok=True)

    def _paths(self) -> list[Path]:
        try:
            return list(self.folder.iterdir())
        except OSError:  # there is none yet, or what is there is no folder of ours
            return []


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:  # it was removed since, or is none that can be read
        return None


def _hash_of(path: Path) -> str:
    found = sha256()
    with path.open("rb") as file:
        while data := file.read(AT_ONCE):
            found.update(data)
    return found.hexdigest()
