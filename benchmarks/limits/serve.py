"""Serves a WSGI factory exactly as `quipu serve` does, on one port.

python -m benchmarks.limits.serve TARGET PORT
"""

import sys

from api.cli.server import serve


def main() -> None:
    target, port = sys.argv[1:]
    serve(target, "127.0.0.1", int(port), 1)


if __name__ == "__main__":
    main()
