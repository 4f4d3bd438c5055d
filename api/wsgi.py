"""What a WSGI server calls for the application: `granian --factory api.wsgi:create`."""

import gc
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.wire.cache import Application


def create() -> "Application":
    """The application, with its settings from the environment, behind a cache of its answers."""
    # All that is made from here on stays: to look through it for garbage, again and again while it
    # grows, is a tenth of the start.
    gc.disable()
    from api.app import create_app  # noqa: PLC0415
    from api.settings import read_settings  # noqa: PLC0415
    from api.wire.cache import ResponseCache  # noqa: PLC0415

    settings = read_settings(os.environ)
    app = create_app(settings)
    # Garbage is looked for in what requests leave alone.
    gc.collect()
    gc.freeze()
    gc.enable()
    if not settings.cache_bytes:
        return app
    return ResponseCache(app, app.extensions["quipu"].store.pulse, settings.cache_bytes)
