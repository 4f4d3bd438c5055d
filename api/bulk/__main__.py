"""Makes one file, in a process of its own: `python -m api.bulk SETTINGS NAME VERSION [gzip]`.

A file of all the data takes a second or a minute of a processor. In a process of its own that
disturbs no other request, its memory goes when it is done, and whatever goes wrong with it goes
wrong with it alone. It ends with the one that asked for it: its standard input is that one's word.
"""

import json
import os
import signal
import sys
import threading
from traceback import print_exc

from api.bulk.files import MADE
from api.bulk.making import MISSING, NO_DATA, NO_ROOM, UNFORESEEN, make
from api.scheduling.processor import stand_back
from api.settings import Settings
from api.store.engine import Full, Unavailable


def main(settings: Settings, name: str, version: int, *, compressed: bool) -> int:
    """The exit code."""
    file = MADE[name]
    if not file.is_possible:
        return MISSING
    try:
        make(settings, file, version, compressed=compressed)
    except (Full, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return NO_ROOM
    except Unavailable as error:
        print(error, file=sys.stderr)  # noqa: T201
        return NO_DATA
    except Exception:
        print_exc()
        return UNFORESEEN
    return 0


def _end_with_the_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    # A server's threads hold back the signals that one of them waits for.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    stand_back()
    given, name_, version_, *more = sys.argv[1:]
    code = main(Settings(**json.loads(given)), name_, int(version_), compressed=bool(more))
    sys.stderr.flush()
    # The thread that waits for the parent's word would not let go of standard input.
    os._exit(code)
