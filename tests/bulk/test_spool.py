"""The spool: whole files or none, one maker at a time, within its limit, whatever dies when."""

import errno
import fcntl
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from api.bulk.spool import Key, Part, Spool
from api.store.engine import Full

KEY = Key(4, "0123456789abcdef", "figures.csv")


def writes(data: bytes) -> Callable[[Part], None]:
    def write(part: Part) -> None:
        part.write(data)

    return write


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", 1000)


def names(spool: Spool) -> list[str]:
    return sorted(path.name for path in spool.folder.iterdir())


def test_a_file_that_was_made_is_found_with_its_length_and_hash(spool: Spool) -> None:
    assert spool.find(KEY) is None
    made = spool.make(KEY, writes(b"abc"))
    assert spool.find(KEY) == made
    assert made.path.read_bytes() == b"abc"
    assert made.size == 3
    assert made.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert made.digest == "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:"
    assert len(names(spool)) == 1


def test_a_file_is_made_once(spool: Spool) -> None:
    spool.make(KEY, writes(b"first"))
    assert spool.make(KEY, writes(b"second")).path.read_bytes() == b"first"


def test_the_folder_is_private(spool: Spool) -> None:
    spool.make(KEY, writes(b""))
    assert spool.folder.stat().st_mode & 0o777 == 0o700


def test_a_maker_that_writes_to_the_path_itself_is_hashed_all_the_same(spool: Spool) -> None:
    through = spool.make(KEY, writes(b"abc"))
    beside = spool.make(KEY._replace(name="b"), lambda part: part.path.write_bytes(b"abc") and None)
    assert beside.sha256 == through.sha256


def test_two_at_once_make_one(spool: Spool) -> None:
    begun, go_on = threading.Event(), threading.Event()
    made: list[bytes] = []

    def slowly(part: Part) -> None:
        begun.set()
        go_on.wait(30)
        part.write(b"slow")
        made.append(b"slow")

    def quickly(part: Part) -> None:
        made.append(b"quick")
        part.write(b"quick")

    threads = [threading.Thread(target=spool.make, args=(KEY, slowly))]
    threads[0].start()
    begun.wait(30)
    assert spool.find(KEY) is None
    threads.append(threading.Thread(target=spool.make, args=(KEY, quickly)))
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert made == [b"slow"]
    assert len(names(spool)) == 1


@pytest.mark.parametrize("failure", [RuntimeError, Full, OSError])
def test_a_maker_that_fails_leaves_nothing(spool: Spool, failure: type[Exception]) -> None:
    def fail(part: Part) -> None:
        part.write(b"half")
        raise failure

    with pytest.raises(failure):
        spool.make(KEY, fail)
    assert names(spool) == []
    assert spool.make(KEY, writes(b"whole")).size == 5


def test_a_full_disk_is_told_as_such(spool: Spool) -> None:
    def fail(_: Part) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(Full):
        spool.make(KEY, fail)
    assert names(spool) == []


def test_on_a_disk_smaller_than_the_limit_older_versions_give_way(spool: Spool) -> None:
    old = spool.make(KEY._replace(version=3), writes(b"old"))
    beside = spool.make(KEY._replace(name="b"), writes(b"of this version"))

    def write(part: Part) -> None:
        if old.path.exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        part.write(b"new")

    assert spool.make(KEY, write).path.read_bytes() == b"new"
    assert beside.path.exists()


# Begins a file, and dies as if its power were cut.
DYING = """
import os, signal, sys
from pathlib import Path
from api.bulk.spool import Key, Spool

def write(part):
    part.write(b"half of it")
    part.flush()
    os.kill(os.getpid(), signal.SIGKILL)

Spool(Path(sys.argv[1]), 1000).make(Key(int(sys.argv[2]), "0123456789abcdef", sys.argv[3]), write)
"""


def die_while_making(spool: Spool, key: Key) -> None:
    command = [sys.executable, "-c", DYING, str(spool.folder), str(key.version), key.name]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL


def test_what_a_dead_process_left_is_never_found_and_is_removed(spool: Spool) -> None:
    die_while_making(spool, KEY._replace(version=3))
    assert len(names(spool)) == 2  # a part and its lock
    die_while_making(spool, KEY)
    assert len(names(spool)) == 2
    assert spool.find(KEY) is None
    assert spool.make(KEY, writes(b"whole")).path.read_bytes() == b"whole"
    assert len(names(spool)) == 1


def test_what_a_living_process_is_making_is_left_alone(spool: Spool) -> None:
    spool.folder.mkdir()
    other = spool.folder / f".{KEY._replace(version=3).stem}"
    other.with_name(f"{other.name}.part").write_bytes(b"half")
    with other.with_name(f"{other.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        spool.make(KEY, writes(b"whole"))
        assert other.with_name(f"{other.name}.part").exists()


@pytest.mark.parametrize("content", [b"", b"ab", b"abcd"])
def test_a_file_of_another_length_than_its_name_says_is_not_served(
    spool: Spool, content: bytes
) -> None:
    spool.make(KEY, writes(b"abc")).path.write_bytes(content)
    assert spool.find(KEY) is None
    assert spool.make(KEY, writes(b"abc")).path.read_bytes() == b"abc"


@pytest.mark.parametrize("is_link", [False, True], ids=["folder", "link"])
def test_what_can_be_neither_read_nor_removed_is_passed_over(spool: Spool, is_link: bool) -> None:
    made = spool.make(KEY, writes(b"abc"))
    damaged = spool.folder / f"{KEY._replace(version=3).stem}.3-{'0' * 64}"
    if is_link:
        damaged.symlink_to(damaged.name)
    else:
        damaged.mkdir()
    assert list(spool.held()) == [(KEY.stem, made)]


def test_the_oldest_versions_go_first(spool: Spool) -> None:
    for version in (9, 10, 2):
        spool.make(Key(version, "0" * 16, "a"), writes(b"x" * 300))
    made = spool.make(Key(11, "0" * 16, "a"), writes(b"x" * 350))
    assert [held.path for _, held in sorted(spool.held())][-1] == made.path
    assert [int(stem[:10]) for stem, _ in sorted(spool.held())] == [9, 10, 11]
    assert sum(held.size for _, held in spool.held()) <= spool.limit


def test_two_that_are_made_at_once_do_not_take_the_same_room(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_room, both = Spool._make_room, threading.Barrier(2)

    def slowly(spool: Spool, size: int) -> None:
        make_room(spool, size)
        with suppress(threading.BrokenBarrierError):
            # Whoever is alone waits in vain.
            both.wait(0.2)

    monkeypatch.setattr(Spool, "_make_room", slowly)
    makers = [
        threading.Thread(target=spool.make, args=(KEY._replace(version=n), writes(b"x" * 600)))
        for n in (1, 2)
    ]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert sum(held.size for _, held in spool.held()) == 600


def test_one_file_larger_than_the_limit_is_refused_and_leaves_the_others(spool: Spool) -> None:
    kept = spool.make(KEY, writes(b"x" * 600))
    for write in (writes(b"x" * 1001), lambda part: part.path.write_bytes(b"x" * 1001) and None):
        with pytest.raises(Full):
            spool.make(KEY._replace(version=5), write)
    assert spool.find(KEY) == kept


def test_a_file_is_given_up_as_soon_as_it_passes_the_limit(spool: Spool) -> None:
    written = []

    def write(part: Part) -> None:
        for _ in range(10):
            written.append(part.write(b"x" * 600))

    with pytest.raises(Full):
        spool.make(KEY, write)
    assert written == [600]


def test_a_file_that_is_being_sent_is_sent_though_it_is_removed(spool: Spool) -> None:
    made = spool.make(KEY, writes(b"x" * 900))
    with made.path.open("rb") as content:
        spool.make(KEY._replace(version=5), writes(b"y" * 900))
        assert not made.path.exists()
        assert content.read() == b"x" * 900


@pytest.mark.parametrize("name", ["a.²-{}", "a.-{}", "a", ".hidden", "a.1-short", "a.x-{}"])
def test_a_file_of_somebody_elses_is_passed_over_and_stays(spool: Spool, name: str) -> None:
    made = spool.make(KEY, writes(b"abc"))
    stranger = spool.folder / name.format("0" * 64)
    stranger.write_bytes(b"theirs")
    assert spool.find(KEY) == made
    assert stranger.exists()


def test_what_fits_exactly_drives_nothing_out(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", 1000)
    for version, size in ((1, 400), (2, 600)):
        spool.make(Key(version, "a" * 16, "file"), writes(b"x" * size))
    assert len(list(spool.held())) == 2
