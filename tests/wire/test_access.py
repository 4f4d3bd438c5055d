"""What every answer carries."""

import subprocess
import sys

from api.wire.access import REQUEST_ID, RequestIds, request_id

FORKED = """
import os
from api.wire.access import OURS
print(OURS.next(), flush=True)
if os.fork() == 0:
    print(OURS.next(), flush=True)
    os._exit(0)
os.wait()
print(OURS.next(), flush=True)
"""


def test_no_two_ids_of_requests_are_the_same() -> None:
    ids = [each.next() for each in (RequestIds(), RequestIds()) for _ in range(1000)]
    assert len(set(ids)) == len(ids)
    assert all(map(REQUEST_ID.fullmatch, ids))


def test_a_process_that_was_forked_begins_its_ids_anew() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKED], capture_output=True, text=True, check=True
    )
    before, forked, after = done.stdout.split()
    begins = [id_.partition("-")[0] for id_ in (before, forked, after)]
    assert begins[0] == begins[2] != begins[1]


def test_a_request_has_one_id_whoever_asks_for_it() -> None:
    environ: dict[str, str] = {}
    assert request_id(environ) == request_id(environ) != request_id({})
