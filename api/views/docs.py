"""The specification and its page. All that flasgger and swagger-ui need is in this module.

flasgger serves the page and knows the document; the page itself is ours (flasgger's asks another
host for fonts and runs inline scripts), and its program is swagger-ui as `flask-swagger-ui` ships
it (flasgger's own copy is too old for OpenAPI 3.1). Nothing on it leaves this host.
"""

from importlib.resources import files
from typing import Any

from flasgger import Swagger
from flask import Blueprint, Flask, Response, request, send_from_directory

from api.spec import to_yaml
from api.views.service import Service, understand
from api.wire.formats.page import dump
from api.wire.problems import Problem

PAGE = "/apidocs/"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
ASSETS = ("swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png")


def specification_blueprint(service: Service) -> Blueprint:
    """`/openapi.json` and `/openapi.yaml`: the document that the running service was built with."""
    blueprint = Blueprint("specification", __name__)
    as_json, as_yaml = dump(service.document), to_yaml(service.document)

    @blueprint.get("/openapi.json")
    def openapi_json() -> Response:
        understand(request, ())
        return Response(as_json, content_type="application/json")

    @blueprint.get("/openapi.yaml")
    def openapi_yaml() -> Response:
        understand(request, ())
        return Response(as_yaml, content_type="application/yaml")

    return blueprint


def serve_documentation(app: Flask, service: Service) -> None:
    """`/apidocs/`, by flasgger."""
    app.register_blueprint(_assets())
    Swagger(app, template=service.document, merge=True, config=_flasgger_config())

    @app.after_request
    def allow_page(response: Response) -> Response:
        if request.path.startswith(PAGE) and response.mimetype == "text/html":
            response.headers["Content-Security-Policy"] = PAGE_POLICY
        return response


def _flasgger_config() -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "title": "Quipu",
        "headers": [],
        "specs": [
            {
                "endpoint": "flasgger_document",
                "route": f"{PAGE}document.json",
                # The document is complete: flasgger is to find no routes of its own.
                "rule_filter": lambda rule: False,
                "model_filter": lambda tag: False,
            }
        ],
        "static_url_path": f"{PAGE}flasgger",
        "specs_route": PAGE,
    }


def _assets() -> Blueprint:
    blueprint = Blueprint("swagger_ui", __name__, url_prefix=f"{PAGE}assets")
    folder = str(files("flask_swagger_ui") / "dist")

    @blueprint.get("/<name>")
    def asset(name: str) -> Response:
        if name not in ASSETS:
            raise Problem("not-found", f"there is no {name!r} here")
        return send_from_directory(folder, name, max_age=3600)

    return blueprint


