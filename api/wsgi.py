"""What a WSGI server calls for the application: `granian --factory api.wsgi:create`."""

import gc
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from api.wire.served import Served

if TYPE_CHECKING:
    from api.scheduling.turns import Turns
    from api.wire.cache import Application, Start


# Objects that are made, and not given up, until garbage is looked for among them. A page makes
# hundreds that go by themselves; what has to be searched for is eight small ones of a request that
# looks for its address, and a hundred of a problem.
NEW_OBJECTS = 20_000


def create() -> Served:
    """The application, with its settings from the environment, behind a cache of its answers."""
    # All that is made from here on stays: to look through it for garbage, again and again while it
    # grows, is a tenth of the start.
    gc.disable()
    from api.app import create_app  # noqa: PLC0415
    from api.settings import read_settings  # noqa: PLC0415
    from api.wire.cache import ResponseCache  # noqa: PLC0415

    settings = read_settings(os.environ)
    app = create_app(settings)
    # Garbage is looked for in what requests leave alone. Of what is there by now three objects in a
    # hundred are garbage, 0.3 MB: to look for them would be a fifteenth of the start.
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
    gc.enable()
    store = app.extensions["quipu"].store
    answer = in_turn(app, store.turns)
    answered = store.turns.lead.answered
    if not settings.cache_bytes:
        return Served(answer, answered)
    # What is at hand waits for nobody.
    cache = ResponseCache(answer, store.pulse, settings.cache_bytes)
    return Served(cache, answered, cache.at_hand, cache.ask)


def in_turn(application: "Application", turns: "Turns") -> "Application":
    """The application, answering one request after the other; a stream goes on without a turn."""

    def answer(environ: dict[str, Any], start_response: "Start") -> Iterable[bytes]:
        with turns:
            return application(environ, start_response)

    return answer
