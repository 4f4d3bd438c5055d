"""The addresses beside the collections: what is here, whether it runs, what can go wrong."""

from flask import Blueprint, Response, request

from api.store.engine import Unavailable
from api.views.service import (
    Service,
    constant,
    not_modified,
    release_for,
    stamp,
    tag_for,
    understand,
)
from api.wire.feeds import feed_asked, feed_links
from api.wire.formats.page import dump
from api.wire.links import link_header
from api.wire.problems import BY_CODE, PROBLEMS, Problem, ProblemType
from schemas import RESOURCES
from schemas.parameters import AS_OF
from schemas.query import Query

JSON = "application/json"
UNCACHED = {"Cache-Control": "no-store"}


def root_blueprint(service: Service) -> Blueprint:
    """`/`, `/livez`, `/readyz`, `/problems` and `/problems/{code}`."""
    blueprint = Blueprint("root", __name__)
    links = service.links

    @blueprint.get("/")
    def index() -> Response:
        query = understand(request, (AS_OF,))
        with service.store.snapshot() as snapshot:
            release = release_for(snapshot, query.as_of)
            tag = tag_for(service, "/", query, "json", release)
            unchanged = not_modified(request, tag, release)
            if unchanged:
                return unchanged
            counts = {
                resource.name: snapshot.count(resource, Query(), release.at)
                for resource in RESOURCES
            }
        document = {
            "name": "Quipu",
            "description": service.document["info"]["summary"],
            "software": service.software,
            "data": {"version": release.version, "as_of": release.released_at},
            "resources": {
                resource.name: {
                    "description": resource.help.en,
                    "count": found.number,
                    "count_is_exact": found.exact,
                    "link": links.collection(resource),
                    "pinned": links.collection(resource, [("as_of", str(release.version))]),
                }
                for resource in RESOURCES
                if (found := counts[resource.name]) is not None
            },
            "links": {
                "self": links.to("/"),
                "changes": links.to("/changes"),
                "aggregates": links.to("/aggregates"),
                "feeds": links.to("/feeds"),
                "releases": links.to("/releases"),
                "release": links.release(release.version),
                "downloads": links.to("/downloads"),
                "datapackage": links.to("/datapackage.json"),
                "catalog": links.to("/catalog.jsonld"),
                "iati": links.to("/iati.xml"),
                "api-catalog": links.to("/.well-known/api-catalog"),
                "service-desc": links.to("/openapi.json"),
                "service-doc": links.to("/apidocs/"),
                "dictionary": links.dictionary(),
                "types": links.to("/types.d.ts"),
                "problems": links.to("/problems"),
                "status": links.to("/readyz"),
            },
            # RFC 6570: what needs a word to be an address.
            "templates": {"search": f"{links.to('/search')}{{?q}}"},
        }
        response = Response(dump(document), content_type=JSON)
        response.headers["Link"] = link_header({}, feed_links(links, feed_asked(Query())).values())
        return stamp(response, tag, release)

    @blueprint.get("/livez")
    def livez() -> Response:
        understand(request, ())
        return Response(dump({"status": "ok"}), content_type=JSON, headers=UNCACHED)

    @blueprint.get("/readyz")
    def readyz() -> Response:
        understand(request, ())
        try:
            service.store.check()
        except Unavailable as error:
            raise Problem("unavailable", str(error), headers=[("Retry-After", "10")]) from error
        return Response(dump({"status": "ok"}), content_type=JSON, headers=UNCACHED)

    @blueprint.get("/problems")
    def list_problems() -> Response:
        understand(request, ())
        document = {"problems": [_explained(service, kind) for kind in PROBLEMS]}
        return constant(request, dump(document), JSON)

    @blueprint.get("/problems/<code>")
    def read_problem(code: str) -> Response:
        understand(request, ())
        if code not in BY_CODE:
            raise Problem("not-found", f"there is no kind of problem {code!r}")
        return constant(request, dump(_explained(service, BY_CODE[code])), JSON)

    return blueprint


def _explained(service: Service, kind: ProblemType) -> dict[str, object]:
    return {
        "type": service.links.problem(kind.code),
        "code": kind.code,
        "status": kind.status,
        "title": kind.title,
        "help": kind.help,
    }
