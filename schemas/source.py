"""A source: the text in which something was said."""

from schemas.about import CURATED, DERIVED, STATED, Bilingual, about
from schemas.fields import Date, Digest, Flag, Language, Reference, Slug, Text, Url, Whole
from schemas.filter import RANGE, filter_by, sort_by
from schemas.record import RecordSchema
from schemas.resource import Resource


class SourceSchema(RecordSchema):
    id = Slug(
        required=True,
        metadata=about("Stable id", "Identificador estable", ("id", "identificador"), CURATED),
    )
    title = Text(
        required=True,
        metadata=about(
            "Title as published, in the source's language",
            "Título tal como se publicó, en el idioma de la fuente",
            ("title", "título"),
            STATED,
        ),
    )
    publisher = Reference(
        "organizations",
        required=True,
        metadata=about("Who published it", "Quién la publicó", ("publisher", "editor"), STATED),
    )
    published_on = Date(
        required=True,
        metadata=about(
            "Day of publication", "Día de la publicación", ("published on", "publicada el"), STATED
        ),
    )
    language = Language(
        required=True,
        metadata=about(
            "Language of the text, BCP 47",
            "Idioma del texto, BCP 47",
            ("language", "idioma"),
            CURATED,
        ),
    )
    possibly_translated = Flag(
        required=True,
        metadata=about(
            "Whether it reads like a translation: mind its tenses",
            "Si se lee como una traducción: cuidado con sus tiempos verbales",
            ("possibly translated", "posible traducción"),
            CURATED,
        ),
    )
    sha256 = Digest(
        required=True,
        metadata=about(
            "Hash of the text's UTF-8 bytes",
            "Resumen criptográfico (hash) de los bytes UTF-8 del texto",
            ("SHA-256", "SHA-256"),
            DERIVED,
        ),
    )
    length = Whole(
        1,
        2**31 - 1,
        required=True,
        metadata=about(
            "Length of the text in code points",
            "Longitud del texto en puntos de código",
            ("length", "longitud"),
            DERIVED,
            unit=("code points", "puntos de código"),
        ),
    )
    url = Url(
        load_default=None,
        allow_none=True,
        metadata=about(
            "Where it was published", "Dónde se publicó", ("address", "dirección"), STATED
        ),
    )


SOURCE = Resource(
    "sources",
    singular="source",
    noun=Bilingual("source", "fuente"),
    feminine=True,
    help=Bilingual(
        "The texts in which the figures were stated.",
        "Los textos en los que se dijeron las cifras.",
    ),
    schema=SourceSchema,
    own_filters=(
        filter_by("publisher", help="Who published it", example="perumin"),
        filter_by("published_on", operators=RANGE, help="Day of publication", example="2021-04-28"),
        filter_by("language", help="Language of the text", example="en"),
        filter_by(
            "possibly_translated", operators=(), help="Reads like a translation", example="true"
        ),
        filter_by(
            "sha256",
            operators=(),
            help="Hash of the text",
            example="b861df5e0911aa7363c9f479ce1c95efd6a27a7e5de27f34bfb3691a430e397a",
        ),
    ),
    own_sorts=(sort_by("published_on"), sort_by("title", collated=True)),
    text=("id", "title"),
    label="title",
    summary=("publisher", "published_on", "language", "possibly_translated", "url"),
    example="perumin-2021-04-28",
)
