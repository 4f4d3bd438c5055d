"""The application, put together in order."""

from collections.abc import Callable, Iterable
from importlib.metadata import version
from typing import Any, NoReturn

from flask import Flask, Request, Response, request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import NotFound
from werkzeug.http import is_entity_header
from werkzeug.routing import MapAdapter, RequestRedirect

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
from api.views.service import Service, present
from api.views.standards import standards_blueprint
from api.wire.access import guard
from api.wire.encoding import encode
from api.wire.links import Links
from api.wire.problems import Problem
from schemas import RESOURCES

LONGEST_BODY = 64 * 1024
WITHOUT_BODY = (204, 304)


class Answer(Response):
    """A response whose headers are sent as they were set: no address in them is relative."""

    def get_wsgi_headers(self, _: dict[str, Any]) -> Headers:
        if self.status_code in WITHOUT_BODY:
            for name in [name for name, _ in self.headers if is_entity_header(name)]:
                self.headers.remove(name)
        elif self.is_sequence and self.content_length is None:
            self.content_length = sum(map(len, self.iter_encoded()))
        return self.headers

    def get_app_iter(self, environ: dict[str, Any]) -> Iterable[bytes]:
        """What is whole is a list, and done with: a server has less work with it than with parts
        that may still come."""
        if self.direct_passthrough or not self.is_sequence:
            return super().get_app_iter(environ)
        without_body = environ["REQUEST_METHOD"] == "HEAD" or self.status_code in WITHOUT_BODY
        parts = [] if without_body else list(self.iter_encoded())
        self.close()
        return parts


class Application(Flask):
    """Flask, where nothing is a coroutine and no address leads to another one."""

    response_class = Answer

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Where an address leads follows from its path: the Host header plays no part."""
        if request is None:
            return super().create_url_adapter(request)
        root, method = request.root_path, request.method
        return MapAdapter(self.url_map, "", root, "", request.scheme, request.path, method)

    def raise_routing_exception(self, request: Request) -> NoReturn:
        """An address is one address; and a redirect would be made of the Host header."""
        if isinstance(request.routing_exception, RequestRedirect):
            raise NotFound
        super().raise_routing_exception(request)


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
        asked = present()
        return encode(asked, guard(asked, response))

    return app
