"""The application, put together in order."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from flask import Flask, Response, request

from api.bulk.making import Maker
from api.settings import Settings
from api.spec import build
from api.store.pool import Store
from api.views.aggregates import aggregates_blueprint
from api.views.changes import changes_blueprint
from api.views.cite import cite_blueprint
from api.views.claims import claims_blueprint
from api.views.collection import collection_blueprint
from api.views.dictionary import dictionary_blueprint
from api.views.docs import serve_documentation, specification_blueprint
from api.views.downloads import downloads_blueprint
from api.views.errors import handle_errors
from api.views.evidence import evidence_blueprint
from api.views.feeds import feeds_blueprint
from api.views.releases import releases_blueprint
from api.views.root import root_blueprint
from api.views.search import search_blueprint
from api.views.service import Service
from api.views.standards import standards_blueprint
from api.wire.access import guard
from api.wire.encoding import encode
from api.wire.links import Links
from api.wire.problems import Problem
from schemas import RESOURCES

LONGEST_BODY = 64 * 1024


class Application(Flask):
    """Flask, without asking of each function whether it is a coroutine: none is."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Settings, *, trace: Callable[[str], None] | None = None) -> Flask:
    """The WSGI application. `trace` is called with the text of each SQL statement."""
    app = Application("api")
    software = version("quipu-api")
    store = Store(settings.database, settings.statement_timeout_ms, trace)
    links = Links(settings.public_url, settings.tag_authority)
    maker, reporter = Maker(settings), settings.iati_reporter
    service = Service(store, links, software, build(software), maker, reporter)

    app.extensions["quipu"] = service

    app.register_blueprint(root_blueprint(service))
    app.register_blueprint(specification_blueprint(service))
    app.register_blueprint(dictionary_blueprint(service))
    app.register_blueprint(changes_blueprint(service))
    app.register_blueprint(feeds_blueprint(service))
    app.register_blueprint(releases_blueprint(service))
    app.register_blueprint(search_blueprint(service))
    app.register_blueprint(claims_blueprint(service))
    app.register_blueprint(evidence_blueprint(service))
    app.register_blueprint(cite_blueprint(service))
    app.register_blueprint(downloads_blueprint(service))
    app.register_blueprint(standards_blueprint(service))
    app.register_blueprint(aggregates_blueprint(service))
    for resource in RESOURCES:
        app.register_blueprint(collection_blueprint(resource, service))
    serve_documentation(app)

    handle_errors(app, service.links)

    @app.before_request
    def measured() -> None:
        # Flask would look at it only where a body is read, and none is.
        if "CONTENT_LENGTH" in request.environ and (request.content_length or 0) > LONGEST_BODY:
            raise Problem("payload-too-large", f"the body is longer than {LONGEST_BODY} bytes")

    @app.after_request
    def guarded(response: Response) -> Response:
        return encode(request, guard(request, response))

    return app
