"""The application, put together in order."""

from collections.abc import Callable

from flask import Flask

from api.bulk.making import Maker
from api.settings import Settings
from api.store.pool import Store
from api.views.aggregates import aggregates_blueprint
from api.views.application import Application
from api.views.changes import changes_blueprint
from api.views.cite import cite_blueprint
from api.views.claims import claims_blueprint
from api.views.collection import collection_blueprint
from api.views.dictionary import dictionary_blueprint
from api.views.docs import documentation_blueprint, specification_blueprint
from api.views.downloads import downloads_blueprint
from api.views.errors import handle_errors
from api.views.evidence import evidence_blueprint
from api.views.feeds import feeds_blueprint
from api.views.long import LongAnswers
from api.views.releases import releases_blueprint
from api.views.root import root_blueprint
from api.views.search import search_blueprint
from api.views.service import Service
from api.views.standards import standards_blueprint
from api.wire.links import Links
from schemas import RESOURCES


def create_app(settings: Settings, *, trace: Callable[[str], None] | None = None) -> Flask:
    """The WSGI application. `trace` is called with the text of each SQL statement."""
    app = Application("api")
    store = Store(settings.database, settings.statement_timeout_ms, trace)
    links = Links(settings.public_url, settings.tag_authority)
    maker, reporter = Maker(settings), settings.iati_reporter
    long = LongAnswers(store.places)
    service = Service(store, links, maker, reporter, long)

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
    app.register_blueprint(documentation_blueprint(service))

    handle_errors(app, service.links)
    return app
