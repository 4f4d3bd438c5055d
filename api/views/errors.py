"""The one place where an exception becomes a response."""

from flask import Flask, request
from werkzeug.exceptions import HTTPException

from api.scheduling.places import NoFreePlace
from api.store.engine import Unavailable
from api.store.reader import Timeout
from api.wire.access import request_id
from api.wire.answer import Answer
from api.wire.links import Links
from api.wire.problems import MEDIA_TYPE, Problem, too_slow, unavailable
from schemas.compact import dump
from schemas.nearest import nearest

# What an error of Flask's says beside its page.
KEPT = ("Allow", "Content-Range")
BY_STATUS = {
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "payload-too-large",
    414: "uri-too-long",
    416: "range-not-satisfiable",
    500: "internal-error",
    503: "unavailable",
}


def handle_errors(app: Flask, links: Links) -> None:
    """Register the handlers: whatever goes wrong is answered as problem details. Paths are the
    client's word: they are logged on one line."""

    def respond(problem: Problem) -> Answer:
        body = dump(problem.body(links.problem(problem.kind.code), request_id(request.environ)))
        headers = [("Content-Type", MEDIA_TYPE), ("Cache-Control", "no-store"), *problem.headers]
        return Answer(body.encode(), headers, problem.kind.status)

    @app.errorhandler(Problem)
    def on_problem(problem: Problem) -> Answer:
        return respond(problem)

    @app.errorhandler(Unavailable)
    def on_unavailable(error: Unavailable) -> Answer:
        app.logger.error("%s %r: %s", request_id(request.environ), request.path, error)
        return respond(unavailable("the data cannot be read at the moment"))

    @app.errorhandler(NoFreePlace)
    def on_no_place(_: NoFreePlace) -> Answer:
        detail = "as many answers that take long are being given as can be at once; try again"
        return respond(unavailable(detail, seconds=5))

    @app.errorhandler(Timeout)
    def on_timeout(_: Timeout) -> Answer:
        return respond(too_slow("the answer took longer than it may; narrow the question"))

    @app.errorhandler(HTTPException)
    def on_http_exception(error: HTTPException) -> Answer:
        status = error.code or 500
        code = BY_STATUS.get(status, "malformed-request" if status < 500 else "internal-error")
        detail = error.description or ""
        if status == 404:
            detail = f"nothing is at {request.path!r}{_hint(app, request.path)}"
        elif status == 405:
            detail = f"{request.method} is not allowed here"
        kept = [(name, value) for name, value in error.get_headers() if name in KEPT]
        return respond(Problem(code, detail, headers=kept))

    @app.errorhandler(Exception)
    def on_exception(error: Exception) -> Answer:
        app.logger.error("%s %r", request_id(request.environ), request.path, exc_info=error)
        return respond(Problem("internal-error", "an unforeseen error; nothing was changed"))


def _hint(app: Flask, path: str) -> str:
    """The nearest address that there is."""
    known = [rule.rule for rule in app.url_map.iter_rules() if "<" not in rule.rule]
    _, hint = nearest(path, known)
    return hint
