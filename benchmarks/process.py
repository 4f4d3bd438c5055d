"""Running a server in a process group of its own, and looking at what its processes use.

It stays in the session of who runs it: Linux shares the processors between sessions
(`sched_autogroup_enabled`), and priorities count within one only.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from benchmarks.answer import ask

TICKS = os.sysconf("SC_CLK_TCK")
SECONDS_TO_START = 300
SECONDS_TO_END = 15
SECONDS_TO_SETTLE = 30
SECONDS_OF_REST = 0.1
SECONDS_BETWEEN_LOOKS = 0.002
# One core for the server, one for who asks: where there are two.
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORE = CORES[0], CORES[-1]


class DidNotStart(Exception):
    """A server ended, or answered nothing in time; says what it said."""


@dataclass(frozen=True)
class Running:
    """A server that answers: its process group, its port, and the seconds to the first answer."""

    group: int
    port: int
    start: float

    def cpu(self) -> float:
        """Seconds of CPU that its processes have used, those that have ended included."""
        return sum(map(_cpu, processes(self.group)))

    def memory(self) -> tuple[float, float]:
        """MB that are its own (anonymous and shared memory), and all that is resident.

        The second counts pages of mapped files too: they are the system's cache, and can be
        taken back at any time.
        """
        found = [memory_of(one) for one in processes(self.group)]
        return sum(own for own, _ in found), sum(resident for _, resident in found)

    def settle(self) -> None:
        """Wait until it does nothing any more: what clients have left unfinished is over."""
        late = time.monotonic() + SECONDS_TO_SETTLE
        used = -1.0
        while used != (used := self.cpu()) and time.monotonic() < late:
            time.sleep(SECONDS_OF_REST)


@contextmanager
def running(
    command: Sequence[str],
    port: int,
    ready: str,
    log: Path,
    environment: Mapping[str, str],
    *,
    pinned: bool = True,
) -> Iterator[Running]:
    """A server that runs for the length of the block. Raises DidNotStart.

    It has started when it answers `ready`, a path, with 200.
    """
    run = _on_core(SERVER_CORE, command) if pinned else list(command)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as out:
        begun = time.perf_counter()
        process = subprocess.Popen(
            run,
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **environment},
            process_group=0,
        )
        try:
            _wait_until_ready(process, port, ready, log)
            yield Running(process.pid, port, time.perf_counter() - begun)
        finally:
            _end(process)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def on_client_core(command: Sequence[str]) -> list[str]:
    """The command, to be run on the core that no server is on."""
    return _on_core(CLIENT_CORE, command)


def _on_core(core: int, command: Sequence[str]) -> list[str]:
    if len(CORES) == 1:
        return list(command)
    if shutil.which("taskset") is None:
        raise SystemExit("taskset is not installed (util-linux): it keeps a process on one core")
    return ["taskset", "-c", str(core), *command]


def processes(group: int) -> list[Path]:
    """The processes of a group that still run, as folders of /proc."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        fields = _stat(folder)
        if fields and int(fields[2]) == group and fields[0] != "Z":
            found.append(folder)
    return found


def _stat(process: Path) -> list[str]:
    """The fields of a process's status after its name: state, parent, group, session, ..."""
    try:
        text = (process / "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()


def _cpu(process: Path) -> float:
    fields = _stat(process)
    # User and system time, its own and that of children that it has waited for.
    return sum(map(int, fields[11:15])) / TICKS if fields else 0.0


def memory_of(process: Path) -> tuple[float, float]:
    """MB of a process (its folder in /proc): its own, and all that is resident."""
    try:
        lines = (process / "status").read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0, 0.0
    sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines if line.endswith(" kB")}
    own = sizes.get("RssAnon", 0) + sizes.get("RssShmem", 0)
    return own / 1024, sizes.get("VmRSS", 0) / 1024


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, ready: str, log: Path) -> None:
    late = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < late:
        if process.poll() is not None:
            break
        try:
            if ask(port, ready).status == 200:
                return
        except (OSError, HTTPException):
            pass
        time.sleep(SECONDS_BETWEEN_LOOKS)
    said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise DidNotStart(f"{' '.join(map(str, process.args))}: {said}")  # type: ignore[arg-type]


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end, then make it; no process of the group is left."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(SECONDS_TO_END)
    # One that is killed is there for a moment more.
    late = time.monotonic() + SECONDS_TO_END
    while processes(process.pid) and time.monotonic() < late:
        # All of them at once: one that is left for a moment may have started another.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        time.sleep(SECONDS_BETWEEN_LOOKS)
    process.wait()
