"""`quipu serve` as a process of its own, its address read off what it prints."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

# Far longer than anything takes: only what hangs gets there.
PATIENCE = 60


class Server:
    """A running `quipu serve`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[str] = []

    def wait_until_it_listens(self) -> str:
        for line in self._lines():
            found = re.search(r"listens on (http://\S+)", line)
            if found:
                return found[1]
        raise AssertionError(f"it ended: {self.said}")

    def _lines(self) -> Iterator[str]:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line)
            yield line

    def ends(self) -> tuple[int, str]:
        """(exit code, the rest of what it said); no process of it is left."""
        self.process.wait(PATIENCE)
        assert members(self.process.pid) == []
        return self.process.returncode, "".join(self._lines())


def members(group: int) -> list[int]:
    """The processes of a process group that still run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text(encoding="utf-8", errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        state, _, of_group = text.rpartition(")")[2].split()[:3]
        if int(of_group) == group and state != "Z":
            found.append(int(stat.parent.name))
    return found


@contextmanager
def serving(
    database: Path,
    *arguments: str,
    stderr: int | IO[str] = subprocess.PIPE,
    program: Sequence[str] = ("-m", "api.cli"),
) -> Iterator[Server]:
    """A server of a database, in a process group of its own, of which nothing is left after."""
    command = [sys.executable, *program, "--database", str(database), "serve", *arguments]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=stderr, text=True, start_new_session=True
    )
    server = Server(process)
    try:
        yield server
    finally:
        kill(server)


def kill(server: Server) -> None:
    """Ends what is left of a server, whatever it does."""
    # Who is in the middle of ending may be gone before it is told.
    with suppress(ProcessLookupError):
        os.killpg(server.process.pid, signal.SIGKILL)
    server.process.communicate()
