"""What a field is: its name and its meaning for people, and where its values come from."""

from typing import Any, NamedTuple

from schemas.deprecation import Deprecation


class Bilingual(NamedTuple):
    """The same text in each language of the house."""

    en: str
    es: str

    def of(self, language: str) -> str:
        text: str = getattr(self, language)
        return text

    @property
    def as_map(self) -> dict[str, str]:
        """As records and answers have it."""
        return self._asdict()


STATED = "stated"
CURATED = "curated"
REFERENCE = "reference"
DERIVED = "derived"
SYSTEM = "system"
# Where a value comes from, and so how far to trust it, and whom to ask about it.
ORIGINS = {
    STATED: Bilingual(
        "Stated in the source, as it stands there",
        "Dicho en la fuente, tal como figura en ella",
    ),
    CURATED: Bilingual(
        "Curated: our own words, choices and identifiers, made from what the source says",
        "Curado: palabras, decisiones e identificadores nuestros, a partir de la fuente",
    ),
    REFERENCE: Bilingual(
        "Taken from a public standard or register (ISO, INEI, laws)",
        "Tomado de una norma o un registro público (ISO, INEI, leyes)",
    ),
    DERIVED: Bilingual(
        "Derived: follows from other values by a rule",
        "Derivado: se sigue de otros valores según una regla",
    ),
    SYSTEM: Bilingual(
        "Written by the store when the record is loaded",
        "Escrito por el almacén de datos al cargar el registro",
    ),
}


def with_retirement(text: Bilingual, deprecated: Deprecation | None) -> Bilingual:
    """What is told of a thing, and that it is being retired, where it is."""
    if deprecated is None:
        return text
    return Bilingual(
        f"{text.en.removesuffix('.')}. {deprecated.note}",
        f"{text.es.removesuffix('.')}. {deprecated.note_es}",
    )


class About(NamedTuple):
    """What people are told of a field; `of` are the fields that it follows from, `unit` is what
    its numbers count."""

    meaning: Bilingual
    label: Bilingual
    origin: str
    of: tuple[str, ...] = ()
    unit: Bilingual | None = None


def about(
    en: str,
    es: str,
    label: tuple[str, str],
    origin: str,
    *,
    of: tuple[str, ...] = (),
    unit: tuple[str, str] | None = None,
    deprecated: Deprecation | None = None,
) -> dict[str, Any]:
    """A field's metadata: what it means in English and in Spanish, what it is called in both
    (in small letters, for the middle of a sentence), where it comes from; and whether it is being
    retired. The document has the English."""
    meaning = with_retirement(Bilingual(en, es), deprecated)
    found = About(meaning, Bilingual(*label), origin, of, Bilingual(*unit) if unit else None)
    retired = {"deprecated": True, "deprecation": deprecated} if deprecated else {}
    return {"description": meaning.en, **retired, "about": found}


def described(en: str) -> dict[str, Any]:
    """The metadata of what is no record's field: a member of an answer that tells of records. The
    document describes it; the dictionary, which is of records, does not."""
    return {"description": en}
