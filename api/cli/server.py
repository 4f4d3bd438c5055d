"""Running the server, so that it says when it listens and ends when it is told to.

Granian's workers are forked. Until a worker has its own signal handlers, it would have those of
its parent, which end nothing: a signal in its first moments would be lost, and the parent would
wait for it for ever. So signals are held back around the fork, and reset in the child. Nor is its
own handler enough: the main thread runs it, and would wait for ever if the signal came just before
it begins to wait. So a thread of its own waits for the signal.
"""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
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
    forked = []

    def hold_signals() -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)

    def release_signals() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        forked.append(True)
        if len(forked) == workers:
            threading.Thread(target=_when_ready, args=(host, port, announce), daemon=True).start()

    def reset_signals() -> None:
        # A Ctrl-C goes to all processes: the parent hears it, and ends the worker by SIGTERM.
        # A worker that hears both may hang, so SIGINT stays held back.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])

    os.register_at_fork(
        before=hold_signals, after_in_parent=release_signals, after_in_child=reset_signals
    )
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
        _wait_for_the_end()
        answer, answered = wrap(served.answer, *options), served.answered

        def call(protocol: Any, scope: Any) -> None:
            answer(protocol, scope)
            answered()

        return call

    return wrapped


def _wait_for_the_end() -> None:
    """Let a thread wait for SIGTERM, which no other thread of this worker hears from now on."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    threading.Thread(target=_end_when_told, daemon=True).start()


def _end_when_told() -> None:
    signal.sigwait([signal.SIGTERM])
    # Granian's handler, which it sets right after its `wrap` has been called.
    while not callable(handler := signal.getsignal(signal.SIGTERM)):
        time.sleep(SECONDS_BETWEEN_LOOKS)
    handler(signal.SIGTERM, None)


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
