"""What of Flask a request needs (decision 28), and what leaves it."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any, NoReturn

from flask import Flask, Request, Response
from flask.sessions import NullSession, SessionInterface
from werkzeug.exceptions import NotFound
from werkzeug.routing import MapAdapter, RequestRedirect, Rule

from api.views.asking import present
from api.views.routing import Known
from api.wire.access import guard
from api.wire.answer import Answer, Environ
from api.wire.caching import forget_unreadable, not_wanted, unless_any
from api.wire.encoding import encode
from api.wire.problems import Problem

LONGEST_BODY = 64 * 1024
# Says of a request that it was not known where it leads.
SEARCHED_FOR = "quipu.searched_for"


class NoSessions(SessionInterface):
    """Nobody is known from one request to the next: there is one session, and it holds nothing."""

    nobody = NullSession()

    def open_session(self, app: Flask, request: Request) -> NullSession:
        return self.nobody


class Bodyless(Request):
    """A request of which no body is read, so that it holds no files to be closed."""

    def close(self) -> None:
        return


class Route(Rule):
    """Where an address leads. What makes an address of a rule is compiled when the first one is
    made: only Flask's own pages do that, and to compile it for all is a twentieth of a start."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = cache(partial(super()._compile_builder, append_unknown))

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            return compiled()(rule, **values)

        return build


class Application(Flask):
    """Flask, where nothing is a coroutine, no address leads to another one, and views give an
    `Answer`. What Flask answers by itself becomes one."""

    request_class = Bodyless
    url_rule_class = Route
    session_interface = NoSessions()

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._known = Known(self.url_map)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Where an address leads follows from its path: the Host header plays no part. None where
        that is known: it is written into the request."""
        if request is None:
            return None
        method, path = request.method, request.path
        found = self._known.find(method, path)
        if found:
            request.url_rule, request.view_args = found
            return None
        request.environ[SEARCHED_FOR] = True
        return MapAdapter(self.url_map, "", request.root_path, "", request.scheme, path, method)

    def raise_routing_exception(self, request: Request) -> NoReturn:
        """An address is one address; and a redirect would be made of the Host header."""
        if isinstance(request.routing_exception, RequestRedirect):
            raise NotFound
        super().raise_routing_exception(request)

    def full_dispatch_request(self) -> Any:
        """As Flask does it, but for signals, which nobody listens to, and functions to be called
        before a view, of which there are none."""
        request = present()
        try:
            told = self._told(request)
        except Exception as error:
            told = self.handle_user_exception(error)
        return self._finished(request.environ, self.make_response(told))

    def _told(self, request: Request) -> Any:
        # Flask would look at it only where a body is read, and none is.
        if "CONTENT_LENGTH" in request.environ and (request.content_length or 0) > LONGEST_BODY:
            raise Problem("payload-too-large", f"the body is longer than {LONGEST_BODY} bytes")
        if SEARCHED_FOR in request.environ:
            # Files of a folder are Flask's own, and Flask reads these dates itself.
            forget_unreadable(request.environ)
        rule = request.url_rule
        if rule is None or request.method == "OPTIONS":
            return self.dispatch_request()
        view: Callable[..., Any] = self.view_functions[rule.endpoint]
        told = view(**(request.view_args or {}))
        # Flask's own pages are not remembered: their links are made by what looks for addresses.
        if SEARCHED_FOR in request.environ and isinstance(told, Answer):
            self._known.note(request.method, request.path, rule)
        return told

    def do_teardown_request(self, *_: Any, **__: Any) -> None:
        """Nothing was registered to be called: what a request used it gives back itself."""

    def do_teardown_appcontext(self, *_: Any, **__: Any) -> None:
        """The same."""

    def make_response(self, rv: Any) -> Any:
        return rv if isinstance(rv, Answer) else super().make_response(rv)

    def process_response(self, response: Any) -> Any:
        """Of an error that nobody foresaw Flask asks for it by itself."""
        return self._finished(present().environ, response)

    def _finished(self, environ: Environ, response: Any) -> Answer:
        """Every response passes here, whoever made it. Functions registered to be called after a
        request are called for what is Flask's own."""
        if not isinstance(response, Answer):
            response = self._of_flask(response, environ)
        if "HTTP_IF_NONE_MATCH" in environ:
            response = unless_any(environ, response)
        return encode(environ, guard(environ, response))

    def _of_flask(self, response: Response, environ: Environ) -> Answer:
        """What Flask made, as an answer. Of a file that is not wanted it would send all the
        same."""
        if response.status_code != 412:
            return _taken_over(super().process_response(response), environ)
        response.close()
        answer: Answer = self.make_response(self.handle_user_exception(not_wanted()))
        return answer


def _taken_over(response: Response, environ: Environ) -> Answer:
    """What Flask made, as an answer: a page, a file, a list of methods."""
    if response.is_sequence and response.status_code not in (204, 304):
        headers = [header for header in response.headers if header[0] != "Content-Length"]
        body = response.get_data()
        if not body:  # of nothing there is no type
            headers = [header for header in headers if header[0] != "Content-Type"]
        return Answer(body, headers, response.status_code)
    parts, _, headers = response.get_wsgi_response(environ)
    return Answer(iter(parts), headers, response.status_code, response.close)
