"""Files over the real server: its spool, clients that go away, makers that must not outlive it."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.serving import PATIENCE, Server, kill, members, serving


@pytest.fixture
def started(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server of seeded data whose temporary folders are the test's own."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    with serving(database, "--port", "0") as server:
        yield server


def connected(address: str) -> HTTPConnection:
    found = urlsplit(address)
    return HTTPConnection(str(found.hostname), found.port, timeout=PATIENCE)


def soon(condition: Callable[[], bool]) -> bool:
    """Whether something comes true within the time that only what hangs needs."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_the_spool_lives_as_long_as_the_server(started: Server, tmp_path: Path) -> None:
    connection = connected(started.wait_until_it_listens())
    (spool,) = (tmp_path / "tmp").glob("quipu-spool-*")
    connection.request("GET", "/downloads/figures.csv")
    answer = connection.getresponse()
    content = answer.read()
    assert (answer.status, answer.headers["Content-Length"]) == (200, str(len(content)))
    assert [sha256(content).hexdigest() in path.name for path in spool.glob("0*")] == [True]
    connection.close()
    started.process.send_signal(signal.SIGTERM)
    assert started.ends()[0] == 0
    assert list((tmp_path / "tmp").glob("quipu-spool-*")) == []


def test_what_a_killed_server_left_goes_when_the_next_one_starts(
    started: Server, database: Path, tmp_path: Path
) -> None:
    started.wait_until_it_listens()
    (left,) = (tmp_path / "tmp").glob("quipu-spool-*")
    kill(started)
    assert left.exists()
    with serving(database, "--port", "0") as other:
        other.wait_until_it_listens()
        assert not left.exists()
        assert len(list((tmp_path / "tmp").glob("quipu-spool-*"))) == 1


def test_a_client_that_goes_away_leaves_no_file_open(started: Server, tmp_path: Path) -> None:
    address = started.wait_until_it_listens()
    spool = str(next((tmp_path / "tmp").glob("quipu-spool-*")))
    for _ in range(5):
        connection = connected(address)
        connection.request("GET", "/downloads/quipu.sqlite")
        assert connection.getresponse().read(100)
        connection.close()
    connection = connected(address)
    connection.request("HEAD", "/downloads/quipu.sqlite")
    assert int(connection.getresponse().headers["Content-Length"]) > 100_000
    connection.close()
    assert soon(lambda: not opened(started, f"{spool}/0"))


def opened(server: Server, beginning: str) -> list[str]:
    """The files that a server's processes hold open, of those whose path begins so."""
    found = []
    for process in members(server.process.pid):
        for entry in Path(f"/proc/{process}/fd").iterdir():
            with suppress(FileNotFoundError):
                found.append(str(entry.readlink()))
    return [path for path in found if path.startswith(beginning)]


def test_a_maker_ends_when_the_one_that_asked_for_it_does(database: Path, tmp_path: Path) -> None:
    # Waits for a lock that is never let go: a file that takes for ever.
    where = [str(database), str(tmp_path / "spool")]
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDING, *where], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    asker = subprocess.Popen(
        [sys.executable, "-c", ASKING, *where], stdout=subprocess.PIPE, text=True
    )
    assert asker.stdout is not None
    maker = int(asker.stdout.readline())
    assert Path(f"/proc/{maker}").exists()
    asker.kill()
    asker.communicate()
    assert soon(lambda: not running(maker))
    holder.kill()
    holder.communicate()


# Asks for a file as the service does, and says which process makes it.
ASKING = """
import json, subprocess, sys
from dataclasses import asdict
from api.settings import Settings

given = json.dumps(asdict(Settings(sys.argv[1], spool=sys.argv[2])))
command = [sys.executable, "-m", "api.bulk", given, "figures.csv", "4"]
maker = subprocess.Popen(command, stdin=subprocess.PIPE)
print(maker.pid, flush=True)
maker.wait()
"""
# Makes the same file, and never ends.
HOLDING = """
import sys, time
from pathlib import Path
from api.bulk.files import BY_FILE_NAME
from api.bulk.making import key_of
from api.bulk.spool import Spool
from api.settings import Settings
from api.store.pool import Store

def write(part):
    print("held", flush=True)
    time.sleep(600)

settings = Settings(sys.argv[1], spool=sys.argv[2])
with Store(settings.database, 1000).snapshot() as snapshot:
    release = snapshot.release(None)
key = key_of(settings, BY_FILE_NAME["figures.csv"], release, compressed=False)
Spool(Path(settings.spool), 1 << 20).make(key, write)
"""


def running(process: int) -> bool:
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return text.rpartition(")")[2].split()[0] != "Z"
