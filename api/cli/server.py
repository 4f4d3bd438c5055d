"""Running the server, so that it says when it listens and ends when it is told to.

Python runs the handlers of signals in the main thread, wherever that is: a moment before it begins
to wait for what a handler sets, or in the middle of the handler of another signal. So the handlers
of Granian may never be heard, or wait for themselves for ever. Here signals are held back from
everyone, and a thread waits for them, which calls these handlers: one in the parent, and one in
each worker.

Workers are forked. Until a worker has its own handlers it would have those of its parent, which end
nothing: so SIGTERM's is reset in the child. Of SIGINT a worker never hears. The parent tells a
worker to end by a signal that nobody else sends: of two of one kind that come while a worker is
busy only the first is told of, and that may be somebody else's.
"""

import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.connection import wait
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import mp

from api.scheduling.threads import hear_of_the_parents_end, send_together, share_memory
from api.wire.cache import AtHand
from api.wire.served import Served

# They take turns. More of them than places for what takes long (`api.scheduling.places`); many more
# make whoever is last in a line wait longer (decision 44).
BLOCKING_THREADS = 10
# What is still being sent when the server is told to end has this long.
SECONDS_TO_END = 10
SECONDS_BETWEEN_LOOKS = 0.02
ENDING = (signal.SIGINT, signal.SIGTERM)
# What the parent sends to a worker in place of SIGTERM.
TO_A_WORKER = signal.SIGUSR1
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


def serve(
    target: str, host: str, port: int, workers: int, announce: Callable[[], None] | None = None
) -> None:
    """Serve what `target` makes, a `Served`, until a signal comes. Once in a process; `announce` is
    called once, when `/livez` is answered.

    Raises SystemExit when a worker cannot start, or dies.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, (*ENDING, TO_A_WORKER))
    forked = []

    def when_forked() -> None:
        forked.append(True)
        if len(forked) == workers:
            _in_a_thread(_end_when_told, partial(signal.sigwait, ENDING))
            if announce:
                _in_a_thread(_when_ready, host, port, announce)

    def reset_handler() -> None:
        # A Ctrl-C goes to all processes: the parent hears it, and tells the worker.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    # Workers are forked, whatever is usual: they have what is set up here from their parent.
    multiprocessing.set_start_method("fork", force=True)
    os.register_at_fork(after_in_parent=when_forked, after_in_child=reset_handler)
    share_memory()
    send_together()
    mp._wsgi_call_wrap = _saying_when(mp._wsgi_call_wrap)  # type: ignore[attr-defined]
    mp.WorkerProcess.is_alive = _has_not_ended  # type: ignore[assignment, method-assign]
    mp.WorkerProcess.terminate = _tell_to_end  # type: ignore[method-assign]
    Granian(
        target,
        host,
        port,
        interface=Interfaces.WSGI,
        # Not HTTP/2: whoever reads nothing there may have any number of answers made and held, 19
        # MB a connection. Browsers speak it only with TLS, and proxies to whoever is behind them
        # HTTP/1.
        http=HTTPModes.http1,
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
    """Granian's `wrap`, which makes what its threads call of an application: so that what is at
    hand is sent before an `environ` is made, and the application is told when an answer has been
    handed over. Granian has no hook for either.

    A worker calls it once, in its main thread and before it sets its handlers: so that it is where
    another thread begins to wait for the worker's end."""
    parent = os.getpid()

    def wrapped(served: Served, *options: Any) -> Callable[..., Any]:
        # A parent that is killed tells nobody: its workers would hold the port.
        hear_of_the_parents_end(TO_A_WORKER)
        if os.getppid() != parent:
            os.kill(os.getpid(), TO_A_WORKER)
        _in_a_thread(_end_when_told, partial(_told_by, parent))
        answer, answered = wrap(served.answer, *options), served.answered
        if served.at_hand:
            answer = _unless_at_hand(served.at_hand, answer)

        def call(protocol: Any, scope: Any) -> None:
            answer(protocol, scope)
            answered()

        return call

    return wrapped


def _unless_at_hand(at_hand: AtHand, answer: Callable[..., Any]) -> Callable[..., Any]:
    def call(protocol: Any, scope: Any) -> None:
        found = at_hand(scope)
        if found is None:
            answer(protocol, scope)
        else:
            protocol.response_bytes(*found)

    return call


def _in_a_thread(function: Callable[..., None], *arguments: Any) -> None:
    threading.Thread(target=function, args=arguments, daemon=True).start()


def _end_when_told(told: Callable[[], int]) -> None:
    """Wait for a signal, which `told` returns, and do what Granian's handler does."""
    number = told()
    # A worker sets its handler right after its `wrap` has been called.
    while not callable(handler := signal.getsignal(number)):
        time.sleep(SECONDS_BETWEEN_LOOKS)
    handler(number, None)


def _told_by(parent: int) -> int:
    """Wait for the parent's signal. Whoever else tells a worker tells the server, which ends all
    workers then: one that ends before the server has heard of it would have died of itself.
    """
    while signal.sigwait([signal.SIGTERM, TO_A_WORKER]) != TO_A_WORKER:
        if os.getppid() != parent:
            break
        with suppress(ProcessLookupError):
            os.kill(parent, signal.SIGTERM)
    return signal.SIGTERM


def _tell_to_end(worker: mp.WorkerProcess) -> None:
    """In place of Granian's `terminate`, which sends what anybody may send."""
    worker.interrupt_by_parent = True
    if worker.inner.exitcode is None:
        with suppress(ProcessLookupError):
            os.kill(worker.inner.pid, TO_A_WORKER)


def _has_not_ended(worker: mp.WorkerProcess) -> bool:
    """Granian waits for the end of a worker in two threads, of which one is told of it late: it
    would say that it kills a worker that has ended."""
    return not wait([worker.inner.sentinel], timeout=0)


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
