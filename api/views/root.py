"""The addresses beside the collections: what is here, whether it runs, what can go wrong."""

from flask import Blueprint

from api.software import VERSION
from api.store.engine import Unavailable
from api.views.answer import Address, Asked, Told, answer
from api.views.asking import asks_nothing
from api.views.service import Service
from api.views.tagging import constant
from api.wire.answer import Answer
from api.wire.feeds import feed_asked, feed_links
from api.wire.formats.form import as_document
from api.wire.problems import BY_CODE, PROBLEMS, Problem, ProblemType, unavailable
from api.wire.title import SUMMARY, TITLE
from schemas import RESOURCES
from schemas.compact import dump
from schemas.parameters import AS_OF
from schemas.query import Query

JSON = "application/json"
UNCACHED = (("Content-Type", JSON), ("Cache-Control", "no-store"))
ALIVE = dump({"status": "ok"}).encode()
INDEX = Address((AS_OF,), (as_document("Index"),), choosing="")


def root_blueprint(service: Service) -> Blueprint:
    """`/`, `/livez`, `/readyz`, `/problems` and `/problems/{code}`."""
    blueprint = Blueprint("root", __name__)

    @blueprint.get("/")
    def index() -> Answer:
        return answer(service, "/", INDEX, _index)

    @blueprint.get("/livez")
    def livez() -> Answer:
        asks_nothing()
        return Answer(ALIVE, UNCACHED)

    @blueprint.get("/readyz")
    def readyz() -> Answer:
        asks_nothing()
        try:
            service.store.check()
        except Unavailable as error:
            raise unavailable(str(error)) from error
        return Answer(ALIVE, UNCACHED)

    @blueprint.get("/problems")
    def list_problems() -> Answer:
        asks_nothing()
        document = {"problems": [_explained(service, kind) for kind in PROBLEMS]}
        return constant(dump(document), JSON)

    @blueprint.get("/problems/<code>")
    def read_problem(code: str) -> Answer:
        asks_nothing()
        if code not in BY_CODE:
            raise Problem("not-found", f"there is no kind of problem {code!r}")
        return constant(dump(_explained(service, BY_CODE[code])), JSON)

    return blueprint


def _explained(service: Service, kind: ProblemType) -> dict[str, object]:
    return {
        "type": service.links.problem(kind.code),
        "code": kind.code,
        "status": kind.status,
        "title": kind.title,
        "help": kind.help,
    }


def _index(asked: Asked) -> Told:
    links, release, own = asked.links, asked.release, asked.own_links()
    counts = {
        resource.name: asked.snapshot.count(resource, Query(), release.at) for resource in RESOURCES
    }
    document = {
        "name": TITLE,
        "description": SUMMARY,
        "software": VERSION,
        "data": {"version": release.version, "as_of": release.released_at},
        "resources": {
            resource.name: {
                "description": resource.help.en,
                "count": found.number,
                "count_is_exact": found.exact,
                "link": links.collection(resource),
                "pinned": links.collection(resource, [("as_of", str(release.version))]),
                # RFC 6570, as below.
                "item": f"{links.collection(resource)}/{{id}}{{?as_of}}",
            }
            for resource in RESOURCES
            if (found := counts[resource.name]) is not None
        },
        "links": {
            **own,
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
    feeds = feed_links(links, feed_asked(Query()))
    return Told(dump(document).encode(), JSON, own, feeds.values())
