"""Serves a WSGI factory exactly as `quipu serve` does, on one port.

python -m benchmarks.limits.serve TARGET PORT
"""

import sys

from api.cli.server import granian_of


def main() -> None:
    target, port = sys.argv[1:]
    granian_of(target, "127.0.0.1", int(port), 1).serve()


if __name__ == "__main__":
    main()
