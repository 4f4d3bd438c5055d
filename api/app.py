"""The application, put together in order."""

from collections.abc import Callable
from importlib.metadata import version

from flask import Flask, Response, request

from api.settings import Settings
from api.spec import build
from api.store.read import Store
from api.views.aggregates import aggregates_blueprint
from api.views.changes import changes_blueprint
from api.views.collection import collection_blueprint
from api.views.docs import serve_documentation, specification_blueprint
from api.views.errors import handle_errors
from api.views.root import root_blueprint
from api.views.service import Service
from api.wire.access import guard
from api.wire.links import Links
from api.wire.problems import Problem
from schemas import RESOURCES

LONGEST_BODY = 64 * 1024


def create_app(settings: Settings, *, trace: Callable[[str], None] | None = None) -> Flask:
    """The WSGI application. `trace` is called with the text of each SQL statement."""
    app = Flask("api")
    # '//figures' is another address than '/figures', not a reason to redirect.
    app.url_map.merge_slashes = False

    software = version("quipu-api")
    store = Store(settings.database, settings.statement_timeout_ms, trace)
    service = Service(store, Links(settings.public_url), software, build(software))

    app.extensions["quipu"] = service

    app.register_blueprint(root_blueprint(service))
    app.register_blueprint(specification_blueprint(service))
    app.register_blueprint(changes_blueprint(service))
    app.register_blueprint(aggregates_blueprint(service))
    for resource in RESOURCES:
        app.register_blueprint(collection_blueprint(resource, service))
    serve_documentation(app)

    handle_errors(app, service.links)

    @app.before_request
    def measured() -> None:
        # Flask would look at it only where a body is read, and none is.
        if (request.content_length or 0) > LONGEST_BODY:
            raise Problem("payload-too-large", f"the body is longer than {LONGEST_BODY} bytes")

    @app.after_request
    def guarded(response: Response) -> Response:
        return guard(request, response)

    return app
