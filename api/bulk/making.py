"""Making files: what they are called in the spool, and the order to make one."""

import errno
import json
import signal
import subprocess
import sys
import threading
from dataclasses import asdict, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from api.bulk.files import GZIP, Contents, File, write_gzip
from api.bulk.held import Held
from api.bulk.spool import Key, Part, Spool
from api.settings import Settings
from api.software import VERSION
from api.store.engine import Unavailable
from api.store.pool import Store
from api.store.results import Release
from api.temporary import TemporaryFolder
from api.wire.links import Links
from api.wire.standards import Edition

# How a process that makes a file ends, beside 0.
UNFORESEEN, NO_ROOM, NO_DATA, MISSING = 1, 3, 4, 5
# Requests that wait for a file at a time, of a server's ten threads: the others go on answering.
WAITING = 2
# How often a file is made for one who asks for it, where others take its room before it is sent.
TIMES = 3
# What is wrong where too many files are open, or there is too little memory or too many processes.
FOR_NOW = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN)
# What a process says that ends for want of memory: its own, or that of what it imports.
OF_MEMORY = (
    "MemoryError",
    "annot allocate memory",
    "failed to map segment",
    "can't start new thread",
)


class Busy(Exception):
    """As many requests as may do so wait for files already."""


class Failed(Exception):
    """The process that was to make a file ended without it."""


class Exhausted(Exception):
    """The file cannot be made for now: there is too little memory, or too many files are open."""


class NoRoom(Exception):
    """The file cannot be written: the disk is full, or it is larger than all files may be."""


def key_of(settings: Settings, file: File, release: Release, *, compressed: bool) -> Key:
    """What a file is called: other data, software or addresses make another file."""
    parts = [VERSION, settings.public_url, release.hash]
    identity = sha256(json.dumps(parts).encode()).hexdigest()[:16]
    return Key(release.version, identity, file.name + GZIP * compressed)


def make(settings: Settings, file: File, version: int, *, compressed: bool) -> Held:
    """Make a file in the spool of the settings, here and now. Raises Full, Unavailable, OSError."""
    spool = Spool(Path(settings.spool), settings.spool_mb << 20)
    store = Store(settings.database, settings.statement_timeout_ms)
    try:
        with store.snapshot() as snapshot:
            release = snapshot.release(version)
            if release is None:
                raise Unavailable(f"there is no data version {version}")
            edition = Edition(
                release.version,
                release.released_at,
                VERSION,
                Links(settings.public_url, settings.tag_authority),
            )
            contents = Contents(snapshot, release, edition)

            def write(part: Part) -> None:
                if not compressed:
                    file.write(contents, part)
                    return
                plain = key_of(settings, file, release, compressed=False)
                held = spool.make(plain, lambda part: file.write(contents, part))
                with held.path.open("rb") as source:
                    write_gzip(source, release, part)

            return spool.make(key_of(settings, file, release, compressed=compressed), write)
    finally:
        store.close()


class Maker:
    """Has files made, each by a process of its own, and finds those that were."""

    def __init__(self, settings: Settings) -> None:
        self._given = settings
        self._waiting = threading.BoundedSemaphore(WAITING)
        self._lock = threading.Lock()
        self._temporary: TemporaryFolder | None = None

    def find(self, file: File, release: Release, *, compressed: bool = False) -> Held | None:
        """The file, if it is at hand."""
        if not self._given.spool and self._temporary is None:
            return None
        key = key_of(self._settings, file, release, compressed=compressed)
        return self._spool.find(key)

    def names(self, release: Release, files: tuple[File, ...]) -> dict[str, Held]:
        """{name: file} of those that are at hand."""
        if not self._given.spool and self._temporary is None:
            return {}
        held = dict(self._spool.held())
        keys = {f.name: key_of(self._settings, f, release, compressed=False).stem for f in files}
        return {name: held[stem] for name, stem in keys.items() if stem in held}

    def make(self, file: File, release: Release, *, compressed: bool = False) -> Held:
        """The file, made if it is not at hand. Raises Busy, NoRoom, Exhausted, Unavailable,
        Failed."""
        for _ in range(TIMES):
            found = self.find(file, release, compressed=compressed)
            if found:
                return found
            if not self._waiting.acquire(blocking=False):
                raise Busy
            try:
                self._run(file, release, compressed=compressed)
            finally:
                self._waiting.release()
        found = self.find(file, release, compressed=compressed)
        if found is None:
            # Each time another file that was made meanwhile took its room.
            raise Busy
        return found

    def _run(self, file: File, release: Release, *, compressed: bool) -> None:
        settings = json.dumps(asdict(self._settings))
        command = [sys.executable, "-m", "api.bulk", settings, file.name, str(release.version)]
        with subprocess.Popen(  # noqa: S603 - every word of the command is ours
            command + ["gzip"] * compressed, stdin=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert process.stdin is not None and process.stderr is not None  # noqa: S101, PT018
            # Its input stays open until it ends: it takes the end of it for ours.
            said = process.stderr.read().decode(errors="replace").strip()
            code = process.wait()
        if code == NO_ROOM:
            raise NoRoom(said)
        if code == NO_DATA:
            raise Unavailable(said)
        # The system kills what takes too much.
        if code == -signal.SIGKILL or (code and any(words in said for words in OF_MEMORY)):
            raise Exhausted(f"{file.name} was not made ({code}): {said}")
        if code:
            raise Failed(f"{file.name} was not made ({code}): {said}")

    @cached_property
    def _spool(self) -> Spool:
        return Spool(Path(self._settings.spool), self._settings.spool_mb << 20)

    @property
    def _settings(self) -> Settings:
        """The settings, with a folder of our own where they name none."""
        if self._given.spool:
            return self._given
        with self._lock:
            if self._temporary is None:
                try:
                    self._temporary = TemporaryFolder("spool")
                except OSError as error:
                    raise NoRoom(str(error)) from error
        return replace(self._given, spool=str(self._temporary.path))
