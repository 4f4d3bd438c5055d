"""A program with a resource more: `python -m tests.contract.new_resource FOLDER`.

The resource is declared as CONTRIBUTING says, before anything of the program is imported; a data
set with one record of it is loaded; every address that the service offers of it is asked for. What
is not answered with 200 is written, an address a line, and at the end how many were asked for.
"""

import sys
from pathlib import Path

from click.testing import CliRunner

import schemas
from schemas.about import CURATED, Bilingual, about
from schemas.fields import LanguageMap, Reference, Slug
from schemas.filter import filter_by, sort_by
from schemas.record import RecordSchema
from schemas.resource import Resource


class EventSchema(RecordSchema):
    id = Slug(required=True, metadata=about("Id", "Identificador", ("id", "id"), CURATED))
    name = LanguageMap(required=True, metadata=about("Name", "Nombre", ("name", "nombre"), CURATED))
    host = Reference(
        "organizations",
        required=True,
        metadata=about("Who holds it", "Quién lo celebra", ("host", "anfitrión"), CURATED),
    )


EVENT = Resource(
    "events",
    singular="event",
    noun=Bilingual("event", "evento"),
    feminine=False,
    help=Bilingual("What took place.", "Lo que tuvo lugar."),
    schema=EventSchema,
    own_filters=(filter_by("host", help="Who holds it", example="produce"),),
    own_sorts=(sort_by("name_en", path="name.en", collated=True),),
    text=("id", "name"),
    label="name",
    summary=("host",),
    example="perumin",
    dataset="events",
)
DATASET = """\
id: events
title: {en: Events, es: Eventos}
description: {en: What took place., es: Lo que tuvo lugar.}
depends_on: [perumin-2021]
licence: CC0-1.0
"""
RECORD = "- {id: perumin, name: {en: Perumin, es: Perumin}, host: produce}\n"
LISTS = (
    "",
    "?facets=host,dataset",
    "?include=host",
    "?sort=name_en",
    "?q=perumin",
    "?host=produce",
)
# Not the dictionary: it tells an example, which must be in the data sets of the program.
OTHERS = ("/changes?resource=events", "/feeds/changes.atom", "/openapi.json", "/")


def main(folder: Path) -> None:
    schemas.RESOURCES = (*schemas.RESOURCES, EVENT)
    schemas.BY_NAME["events"] = EVENT
    # Only now: what is imported looks once which resources there are.
    from api.app import create_app  # noqa: PLC0415
    from api.cli import main as quipu  # noqa: PLC0415
    from api.settings import Settings  # noqa: PLC0415
    from api.wire.formats import item_formats, list_formats  # noqa: PLC0415

    database, dataset = folder / "quipu.db", folder / "events"
    dataset.mkdir()
    (dataset / "dataset.yaml").write_text(DATASET)
    (dataset / "events.yaml").write_text(RECORD)
    for load in (["load"], ["load", str(dataset)]):
        found = CliRunner().invoke(quipu, ["--database", str(database), *load])
        assert found.exit_code == 0, found.output
    client = create_app(Settings(database=str(database))).test_client()
    links = client.get("/events/perumin").get_json()["links"]
    addresses = [
        *(f"/events{asked}" for asked in LISTS),
        *(f"/events?format={one.name}" for one in list_formats(EVENT)),
        *(f"/events/perumin?format={one.name}" for one in item_formats(EVENT)),
        *(link for link in links.values() if link),
        *OTHERS,
    ]
    for address in addresses:
        status = client.get(address).status_code
        if status != 200:
            sys.stdout.write(f"{status} {address}\n")
    sys.stdout.write(f"{len(addresses)} asked for\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
