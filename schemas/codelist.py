"""A codelist: what the codes in the records mean."""

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from schemas.about import CURATED, Bilingual, about
from schemas.codes import CLOSED
from schemas.fields import LanguageMap, Many, Slug, Word
from schemas.filter import filter_by, sort_by
from schemas.record import RecordSchema, StrictSchema
from schemas.repeated import repeated
from schemas.resource import Resource


class EntrySchema(StrictSchema):
    code = Word(
        required=True,
        metadata=about(
            "The code as it stands in the records",
            "El código tal como está en los registros",
            ("code", "código"),
            CURATED,
        ),
    )
    name = LanguageMap(
        required=True,
        metadata=about(
            "Its name in each language", "Su nombre en cada idioma", ("name", "nombre"), CURATED
        ),
    )
    definition = LanguageMap(
        load_default=None,
        allow_none=True,
        metadata=about(
            "What it means, where a name will not do",
            "Qué significa, cuando el nombre no basta",
            ("definition", "definición"),
            CURATED,
        ),
    )


class CodelistSchema(RecordSchema):
    id = Slug(
        required=True,
        metadata=about("Stable id", "Identificador estable", ("id", "identificador"), CURATED),
    )
    concept = Slug(
        required=True,
        metadata=about(
            "What the codes are about; lists of several data sets may share a concept",
            "De qué tratan los códigos; listas de varios conjuntos de datos pueden compartirlo",
            ("concept", "concepto"),
            CURATED,
        ),
    )
    name = LanguageMap(
        required=True,
        metadata=about(
            "Name in each language", "Nombre en cada idioma", ("name", "nombre"), CURATED
        ),
    )
    codes = Many(
        fields.Nested(EntrySchema),
        required=True,
        metadata=about(
            "The codes, in order", "Los códigos, en orden", ("codes", "códigos"), CURATED
        ),
    )

    @validates_schema
    def check_codes(self, data: dict[str, Any], **_: Any) -> None:
        codes = [entry["code"] for entry in data["codes"]]
        if not codes:
            raise ValidationError("must hold at least one code", "codes")
        twice = repeated(codes)
        if twice is not None:
            raise ValidationError(f"holds the code {twice!r} twice", "codes")
        closed = CLOSED.get(data["concept"])
        if closed and set(codes) != set(closed):
            raise ValidationError(f"must be exactly: {', '.join(closed)}", "codes")


CODELIST = Resource(
    "codelists",
    singular="codelist",
    noun=Bilingual("codelist", "lista de códigos"),
    feminine=True,
    help=Bilingual(
        "What the codes in the records mean.", "Qué significan los códigos de los registros."
    ),
    schema=CodelistSchema,
    own_filters=(
        filter_by("concept", help="What the codes are about", example="metrics"),
        filter_by(
            "code", path="codes.code", help="A code that the list holds", example="financing"
        ),
    ),
    own_sorts=(
        sort_by("concept"),
        sort_by("name_en", path="name.en", collated=True),
        sort_by("name_es", path="name.es", collated=True),
    ),
    text=("id", "concept", "name", "codes"),
    label="name",
    summary=("concept", "codes"),
    example="metrics",
    dataset="core",
)
