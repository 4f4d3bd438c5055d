"""Running the server, so that it says when it listens and ends when it is told to.

Python runs the handlers of signals in the main thread, wherever that is: a moment before it begins
to wait for what a handler sets, or in the middle of the handler of another signal. So the handlers
of Granian may never be heard, or wait for themselves for ever. Here signals are held back from
everyone, and a thread waits for them, which calls these handlers: one in the parent, and one in
each worker.

Workers are forked. Until a worker has its own handlers, it would have those of its parent, which
end nothing: so they are reset in the child.
"""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Collection
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import mp

from api.cli.threads import send_together, share_memory
from api.wire.served import Served

# They take turns. More of them than places for what takes long (`api.store.places`); many more make
# whoever is last in a line wait longer (decision 44).
BLOCKING_THREADS = 10
# What is still being sent when the server is told to end has this long.
SECONDS_TO_END = 10
SECONDS_BETWEEN_LOOKS = 0.02
ENDING = (signal.SIGINT, signal.SIGTERM)
ASKED = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def _is_news(record: logging.LogRecord) -> bool:
    """Not that there are more threads than two for each processor: they take turns."""
    return "Python threads" not in record.getMessage()


# Messages go to stderr, as those of every command do.
STDERR = {"class": "logging.StreamHandler", "formatter": "generic", "stream": "ext://sys.stderr"}
LOG = {
    "filters": {"news": {"()": lambda: _is_news}},
    "handlers": {"console": {**STDERR, "filters": ["news"]}, "access": STDERR},
}


def run(host: str, port: int, workers: int, announce: Callable[[], None]) -> None:
    """Serve until a signal comes; `announce` is called once, when requests are answered.

    Raises SystemExit when a worker cannot start, or dies.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    forked = []

    def when_forked() -> None:
        forked.append(True)
        if len(forked) == workers:
            _wait_for_the_end(ENDING)
            threading.Thread(target=_when_ready, args=(host, port, announce), daemon=True).start()

    def reset_signals() -> None:
        # A Ctrl-C goes to all processes: the parent hears it, and ends the worker by SIGTERM.
        # A worker that hears both may hang, so SIGINT stays held back.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])

    os.register_at_fork(after_in_parent=when_forked, after_in_child=reset_signals)
    serve("api.wsgi:create", host, port, workers)


def serve(target: str, host: str, port: int, workers: int) -> None:
    """Serve what `target` makes, a `Served`. Once in a process."""
    share_memory()
    send_together()
    mp._wsgi_call_wrap = _saying_when(mp._wsgi_call_wrap)  # type: ignore[attr-defined]
    Granian(
        target,
        host,
        port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=workers,
        workers_kill_timeout=SECONDS_TO_END,
        blocking_threads=BLOCKING_THREADS,
        websockets=False,
        log_enabled=True,
        log_level=LogLevels.warning,
        log_dictconfig=LOG,
    ).serve()


def _saying_when(wrap: Callable[..., Callable[..., Any]]) -> Callable[..., Callable[..., Any]]:
    """Granian's `wrap`, which makes what its threads call of an application: so that the
    application is told when an answer has been handed over. Granian has no hook for that.

    A worker calls it once, in its main thread and before it sets its handlers: so that it is where
    another thread begins to wait for the worker's end."""

    def wrapped(served: Served, *options: Any) -> Callable[..., Any]:
        _wait_for_the_end([signal.SIGTERM])
        answer, answered = wrap(served.answer, *options), served.answered

        def call(protocol: Any, scope: Any) -> None:
            answer(protocol, scope)
            answered()

        return call

    return wrapped


def _wait_for_the_end(signals: Collection[signal.Signals]) -> None:
    """Let a thread wait for these signals, which no other thread hears from now on."""
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    threading.Thread(target=_end_when_told, args=(signals,), daemon=True).start()


def _end_when_told(signals: Collection[signal.Signals]) -> None:
    told = signal.sigwait(signals)
    # Granian's handler; a worker sets it right after its `wrap` has been called.
    while not callable(handler := signal.getsignal(told)):
        time.sleep(SECONDS_BETWEEN_LOOKS)
    handler(told, None)


def _when_ready(host: str, port: int, announce: Callable[[], None]) -> None:
    """Call `announce` as soon as a request is answered."""
    while not _answers(host, port):
        time.sleep(SECONDS_BETWEEN_LOOKS)
    announce()


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1) as connection:
            connection.sendall(ASKED)
            return connection.recv(12) == b"HTTP/1.1 200"
    except OSError:
        return False
