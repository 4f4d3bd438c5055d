"""`/figures/{id}/cite`: a figure as a reference, pinned to its data version."""

from collections.abc import Iterable, Mapping

from flask import Blueprint

from api.views.answer import Address, Asked, answer, written
from api.views.record import record_of, records_of
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
    about = (figure["organization"], said["organization"], source["publisher"])
    organizations = _names(asked, ORGANIZATION, about)
    programs = _names(asked, PROGRAM, [figure["program"]])
    citation = Citation(
        figure=id_,
        version=asked.release.version,
        permalink=asked.links.item(FIGURE, id_, asked.pin),
        language=language,
        value=figure["display"][language],
        label=figure["label"][language],
        subject=programs.get(figure["program"]) or organizations.get(figure["organization"], ""),
        speaker=said["speaker"],
        role=(said["role"] or {}).get(language),
        organization=organizations.get(said["organization"], ""),
        stated_on=said["on"],
        stated=figure["source"]["stated"],
        title=source["title"],
        publisher=organizations.get(source["publisher"], ""),
        published_on=source["published_on"],
    )
    return citation, asked.own_links()


def _names(asked: Asked, resource: Resource, ids: Iterable[str | None]) -> dict[str | None, str]:
    """{id: name} of what is referred to, in the language asked for."""
    wanted = {id_ for id_ in ids if id_}
    records = records_of(asked.snapshot, asked.release, resource, wanted)
    return {id_: record["name"][_language(asked)] for id_, record in records.items()}


def _language(asked: Asked) -> str:
    return asked.query.lang or LANGUAGES[0]
