"""Serves a WSGI factory exactly as `quipu serve` does, on one port.

python -m benchmarks.limits.serve TARGET PORT
"""

import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from api.cli.server import BLOCKING_THREADS


def main() -> None:
    target, port = sys.argv[1:]
    Granian(
        target,
        "127.0.0.1",
        int(port),
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=BLOCKING_THREADS,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main()
