"""A data set: what is loaded, replaced and cited as a whole."""

from schemas.fields import LanguageMap, Reference, Slug, Text, Url, about, several
from schemas.filter import filter_by, sort_by
from schemas.record import RecordSchema
from schemas.resource import Resource


class DatasetSchema(RecordSchema):
    id = Slug(required=True, metadata=about("Stable id"))
    title = LanguageMap(required=True, metadata=about("Title in each language"))
    description = LanguageMap(required=True, metadata=about("What it holds and where it is from"))
    depends_on = several(
        Reference("datasets"),
        load_default=list,
        metadata=about("Data sets whose records this one names"),
    )
    licence = Text(required=True, metadata=about("Under what terms it may be used, in words"))
    licence_url = Url(load_default=None, allow_none=True, metadata=about("The terms themselves"))


DATASET = Resource(
    "datasets",
    singular="dataset",
    help="What is loaded, replaced and cited as a whole.",
    schema=DatasetSchema,
    own_filters=(
        filter_by("depends_on", help="A data set that it names records of", example="peru-regions"),
    ),
    own_sorts=(sort_by("title_en", path="title.en", collated=True),),
    text=("id", "title", "description"),
    example="perumin-2021",
)
