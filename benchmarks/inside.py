"""What a request costs without a server: the WSGI callable, called in this process.

    python -m benchmarks.inside [--rows N] [--only KIND,...] [--rounds N]

Prints CPU microseconds of an answer, the least and the median of the rounds, and how many functions
it calls (Python's and C's), which is the same each time. The list is also answered by hand
(`benchmarks.limits.by_hand`), in turns with Quipu, so that both meet the same noise. Nothing of it
is written into a page: it is for trying things out.
"""

import gc
import io
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any

from api.app import create_app
from api.settings import Settings
from benchmarks.arguments import at_least, one_of, parser_of, several
from benchmarks.databases import quipu_database
from benchmarks.limits import by_hand
from benchmarks.questions import BY_NAME, QUESTIONS, Sample, paths

REQUESTS = 500
Application = Callable[[dict[str, Any], Callable[..., None]], Iterable[bytes]]


def environ(path: str) -> dict[str, Any]:
    """What a server hands over for a request."""
    before, _, query = path.partition("?")
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": before,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }


def answer(application: Application, request: dict[str, Any]) -> bytes:
    """The whole body. Raises AssertionError for an error."""
    told: list[Any] = []
    parts = application(request, lambda *given: told.append(given))
    body = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    assert told[0][0].startswith("200"), body
    return body


def cpu(application: Application, asked: list[str]) -> float:
    """CPU microseconds of an answer."""
    requests = [environ(path) for path in asked]
    start = time.process_time()
    for request in requests:
        answer(application, request)
    return (time.process_time() - start) / len(requests) * 1e6


def calls(application: Application, path: str) -> int:
    """How many functions are called for an answer."""
    found = 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal found
        found += event in ("call", "c_call")

    request = environ(path)
    sys.setprofile(count)
    try:
        answer(application, request)
    finally:
        sys.setprofile(None)
    return found


def main() -> None:
    parser = parser_of("inside", __doc__)
    parser.add_argument("--rows", type=at_least(1), default=100_000)
    names = several(one_of(question.name for question in QUESTIONS if not question.whole))
    parser.add_argument("--only", type=names, default="list,counted,item,deep,program")
    parser.add_argument("--rounds", type=at_least(1), default=15)
    arguments = parser.parse_args()
    database = quipu_database(arguments.rows)
    os.environ["QUIPU_DATABASE"] = str(database)
    quipu, hand = create_app(Settings(database=str(database))), by_hand.create()
    sample = Sample(database)
    gc.collect()
    gc.freeze()  # as `api.wsgi` does
    for name in arguments.only:
        question = BY_NAME[name]
        asked = paths(question, question.path, sample, "inside", REQUESTS)
        subjects: dict[str, Application] = {"Quipu": quipu}
        if name == "list":
            subjects["by hand"] = hand
        rounds: dict[str, list[float]] = {title: [] for title in subjects}
        for _ in range(arguments.rounds):
            for title, application in subjects.items():
                rounds[title].append(cpu(application, asked))
        for title, application in subjects.items():
            least, middle = min(rounds[title]), statistics.median(rounds[title])
            number = calls(application, asked[0])
            print(f"{name:10} {title:8} {least:7.1f} {middle:7.1f} µs {number:6} calls")
    sample.close()
    quipu.extensions["quipu"].store.close()


if __name__ == "__main__":
    main()
