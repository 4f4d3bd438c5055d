"""`/figures/{id}/cite`: a figure as a reference, pinned to its data version."""

from collections.abc import Mapping

from flask import Blueprint

from api.views.answer import Address, Asked, answer, written
from api.views.record import record_of
from api.views.service import Service
from api.wire.answer import Answer
from api.wire.citations import STYLES
from schemas import FIGURE, ORGANIZATION, PROGRAM, SOURCE
from schemas.citation import Citation, citation_parameters
from schemas.codes import LANGUAGES
from schemas.resource import Resource

ADDRESS = Address(
    citation_parameters([style.name for style in STYLES]),
    STYLES,
    choosing="style",
    deprecated=FIGURE.deprecated,
)


def cite_blueprint(service: Service) -> Blueprint:
    """`/figures/{id}/cite`."""
    blueprint = Blueprint("cite", __name__)

    @blueprint.get("/figures/<id_>/cite")
    def cite_figure(id_: str) -> Answer:
        path = f"/figures/{id_}/cite"
        return answer(service, path, ADDRESS, written(lambda asked: _citation(asked, id_)))

    return blueprint


def _citation(asked: Asked, id_: str) -> tuple[Citation, Mapping[str, str | None]]:
    _, figure = record_of(asked, FIGURE, id_)
    said, language = figure["attribution"], _language(asked)
    _, source = record_of(asked, SOURCE, figure["source"]["id"])
    citation = Citation(
        figure=id_,
        version=asked.release.version,
        permalink=asked.links.item(FIGURE, id_, asked.pin),
        language=language,
        value=figure["display"][language],
        label=figure["label"][language],
        subject=_name(asked, PROGRAM, figure["program"])
        or _name(asked, ORGANIZATION, figure["organization"]),
        speaker=said["speaker"],
        role=(said["role"] or {}).get(language),
        organization=_name(asked, ORGANIZATION, said["organization"]),
        stated_on=said["on"],
        stated=figure["source"]["stated"],
        title=source["title"],
        publisher=_name(asked, ORGANIZATION, source["publisher"]),
        published_on=source["published_on"],
    )
    return citation, asked.own_links()


def _name(asked: Asked, resource: Resource, id_: str | None) -> str:
    """The name of what is referred to, in the language asked for; nothing for nothing."""
    if not id_:
        return ""
    _, record = record_of(asked, resource, id_)
    name: str = record["name"][_language(asked)]
    return name


def _language(asked: Asked) -> str:
    return asked.query.lang or LANGUAGES[0]
