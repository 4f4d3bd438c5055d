"""What a WSGI server calls for the application: `granian --factory api.wsgi:create`."""

import os

from flask import Flask

from api.app import create_app
from api.settings import read_settings


def create() -> Flask:
    """The application, with its settings from the environment."""
    return create_app(read_settings(os.environ))
