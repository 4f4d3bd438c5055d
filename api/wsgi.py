"""What a WSGI server calls for the application: `granian --factory api.wsgi:create`."""

import gc
import os

from api.app import create_app
from api.settings import read_settings
from api.wire.cache import Application, ResponseCache


def create() -> Application:
    """The application, with its settings from the environment, behind a cache of its answers."""
    settings = read_settings(os.environ)
    app = create_app(settings)
    # What is here now stays: garbage is looked for in what requests leave alone.
    gc.collect()
    gc.freeze()
    if not settings.cache_bytes:
        return app
    return ResponseCache(app, app.extensions["quipu"].store.pulse, settings.cache_bytes)
