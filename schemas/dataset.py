"""A data set: what is loaded, replaced and cited as a whole."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from schemas.about import CURATED, Bilingual, about
from schemas.fields import LanguageMap, Reference, Slug, Text, Url, several
from schemas.filter import filter_by, sort_by
from schemas.record import RecordSchema
from schemas.resource import Resource


class DatasetSchema(RecordSchema):
    id = Slug(
        required=True,
        metadata=about("Stable id", "Identificador estable", ("id", "identificador"), CURATED),
    )
    title = LanguageMap(
        required=True,
        metadata=about(
            "Title in each language", "Título en cada idioma", ("title", "título"), CURATED
        ),
    )
    description = LanguageMap(
        required=True,
        metadata=about(
            "What it holds and where it is from",
            "Qué contiene y de dónde viene",
            ("description", "descripción"),
            CURATED,
        ),
    )
    depends_on = several(
        Reference("datasets"),
        load_default=list,
        metadata=about(
            "Data sets whose records this one names",
            "Conjuntos de datos cuyos registros nombra este",
            ("depends on", "depende de"),
            CURATED,
        ),
    )
    licence = Text(
        required=True,
        metadata=about(
            "Under what terms it may be used, in words",
            "En qué condiciones se puede usar, en palabras",
            ("licence", "licencia"),
            CURATED,
        ),
    )
    licence_url = Url(
        load_default=None,
        allow_none=True,
        metadata=about(
            "The terms themselves", "Las condiciones mismas", ("terms", "condiciones"), CURATED
        ),
    )

    @validates_schema
    def check_dependence(self, data: dict[str, Any], **_: Any) -> None:
        if data["id"] in data["depends_on"]:
            raise ValidationError("names the data set itself", "depends_on")


DATASET = Resource(
    "datasets",
    singular="dataset",
    noun=Bilingual("data set", "conjunto de datos"),
    feminine=False,
    help=Bilingual(
        "What is loaded, replaced and cited as a whole.",
        "Lo que se carga, se reemplaza y se cita como un todo.",
    ),
    schema=DatasetSchema,
    own_filters=(
        filter_by("depends_on", help="A data set that it names records of", example="peru-regions"),
    ),
    own_sorts=(sort_by("title_en", path="title.en", collated=True),),
    text=("id", "title", "description"),
    label="title",
    summary=("description", "depends_on", "licence"),
    example="perumin-2021",
)
