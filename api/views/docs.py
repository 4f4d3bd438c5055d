"""The specification and its page. All that flasgger and swagger-ui need is in this module.

flasgger serves the page and knows the document; the page itself is ours (flasgger's asks another
host for fonts and runs inline scripts), and its program is swagger-ui as `flask-swagger-ui` ships
it (flasgger's own copy is too old for OpenAPI 3.1). Nothing on it leaves this service.
"""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue

from api.views.asking import asks_nothing
from api.views.service import Service
from api.views.tagging import constant
from api.wire.answer import Answer
from schemas.compact import dump

PAGE = "/apidocs/"
# What `make types` wrote of the document, for TypeScript.
TYPES = "types.d.ts"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'{}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
# The page reads the document from `openapi.json`; flasgger is to find no routes of its own.
FLASGGER = {"openapi": "3.1.0", "title": "Quipu", "headers": [], "specs": []}


def specification_blueprint(service: Service) -> Blueprint:
    """`/openapi.json`, `/openapi.yaml`, `/types.d.ts`: what the running service was built with."""
    blueprint = Blueprint("specification", __name__)

    @cache
    def written(write: Callable[[dict[str, Any]], str]) -> str:
        return write(service.document)

    @cache
    def declared_types() -> str:
        return (files("api.spec") / TYPES).read_text(encoding="utf-8")

    @blueprint.get("/openapi.json")
    def openapi_json() -> Answer:
        asks_nothing()
        return constant(written(dump), "application/json")

    @blueprint.get("/openapi.yaml")
    def openapi_yaml() -> Answer:
        asks_nothing()
        from api.spec import to_yaml  # noqa: PLC0415 - as late as the document itself

        return constant(written(to_yaml), "application/yaml")

    @blueprint.get("/types.d.ts")
    def types() -> Answer:
        asks_nothing()
        return constant(declared_types(), "text/plain; charset=utf-8")

    return blueprint


def documentation_blueprint(service: Service) -> Blueprint:
    """`/apidocs/`, by flasgger, and swagger-ui's files for it."""
    # It asks what the document says, which may be another host than the page's own.
    policy = PAGE_POLICY.format(f" {service.links.origin}".rstrip())
    blueprint = Blueprint(
        "flasgger",
        __name__,
        static_folder=_swagger_ui(),
        static_url_path=f"{PAGE}assets",
    )

    # Without the slash too: people leave it out.
    @blueprint.get(PAGE, endpoint="apidocs", strict_slashes=False)
    def read_page() -> Response:
        response = current_app.make_response(_page()())
        if response.mimetype == "text/html":
            response.headers["Content-Security-Policy"] = policy
        return response

    return blueprint


def _swagger_ui() -> str:
    """The folder of its files. The package is found and not imported: it would look up its version,
    which a start need not wait for."""
    found = find_spec("flask_swagger_ui")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("flask_swagger_ui")
    return str(Path(found.origin).with_name("dist"))


@cache
def _page() -> Callable[[], ResponseReturnValue]:
    """flasgger's page, and nothing else of it: its own registration would add routes outside of the
    page's prefix. Made when it is first asked for: what flasgger imports (jsonschema above all)
    is a tenth of the start of the server."""
    from flasgger import Swagger  # noqa: PLC0415
    from flasgger.base import APIDocsView  # noqa: PLC0415

    config = Swagger(config=FLASGGER, merge=True).config
    view: Callable[[], ResponseReturnValue] = APIDocsView.as_view(
        "apidocs", view_args={"config": config}
    )
    return view
