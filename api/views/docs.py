"""The specification and its page. All that flasgger and swagger-ui need is in this module.

flasgger serves the page and knows the document; the page itself is ours (flasgger's asks another
host for fonts and runs inline scripts), and its program is swagger-ui as `flask-swagger-ui` ships
it (flasgger's own copy is too old for OpenAPI 3.1). Nothing on it leaves this host.
"""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from flasgger import Swagger
from flasgger.base import APIDocsView
from flask import Blueprint, Flask, Response, request

from api.spec import to_yaml
from api.views.service import Service, understand
from api.wire.formats.page import dump

PAGE = "/apidocs/"
PAGE_ENDPOINT = "flasgger.apidocs"
# What `make types` wrote of the document, for TypeScript.
TYPES = "types.d.ts"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
# The page reads the document from `/openapi.json`; flasgger is to find no routes of its own.
FLASGGER = {"openapi": "3.1.0", "title": "Quipu", "headers": [], "specs": []}


def specification_blueprint(service: Service) -> Blueprint:
    """`/openapi.json`, `/openapi.yaml`, `/types.d.ts`: what the running service was built with."""
    blueprint = Blueprint("specification", __name__)

    @cache
    def written(write: Callable[[dict[str, Any]], str]) -> str:
        # On the first request, not before: the start of the server does not wait for it.
        return write(service.document)

    @blueprint.get("/openapi.json")
    def openapi_json() -> Response:
        understand(request, ())
        return Response(written(dump), content_type="application/json")

    @blueprint.get("/openapi.yaml")
    def openapi_yaml() -> Response:
        understand(request, ())
        return Response(written(to_yaml), content_type="application/yaml")

    @blueprint.get("/types.d.ts")
    def types() -> Response:
        understand(request, ())
        declared = (files("api.spec") / TYPES).read_text(encoding="utf-8")
        return Response(declared, content_type="text/plain; charset=utf-8")

    return blueprint


def serve_documentation(app: Flask) -> None:
    """`/apidocs/`, by flasgger."""
    Documentation(app, merge=True, config=FLASGGER)

    @app.after_request
    def allow_page(response: Response) -> Response:
        if request.endpoint == PAGE_ENDPOINT and response.mimetype == "text/html":
            response.headers["Content-Security-Policy"] = PAGE_POLICY
        return response


class Documentation(Swagger):  # type: ignore[misc]
    """flasgger's page and nothing else of it.

    Its own registration adds routes outside of the page's prefix and serves its old swagger-ui;
    this one serves the page, and swagger-ui from the package that keeps it up to date.
    """

    def register_views(self, app: Flask) -> None:
        blueprint = Blueprint(
            "flasgger",
            __name__,
            static_folder=str(files("flask_swagger_ui") / "dist"),
            static_url_path=f"{PAGE}assets",
        )
        view = APIDocsView.as_view("apidocs", view_args={"config": self.config})
        # Without the slash too: people leave it out.
        blueprint.add_url_rule(PAGE, "apidocs", view_func=view, strict_slashes=False)
        app.register_blueprint(blueprint)
