"""A value in words, in one language, as its field declares it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from marshmallow import Schema, fields

from api.wire.names import Names
from api.wire.tongue import Tongue
from schemas import BY_NAME
from schemas.about import Bilingual
from schemas.codelist import EntrySchema
from schemas.fields import (
    Amount,
    Code,
    Date,
    Duration,
    Flag,
    Instant,
    Language,
    LanguageMap,
    Reference,
)
from schemas.organization import AliasSchema
from schemas.period import PeriodSchema
from schemas.region import Position
from schemas.statement import AttributionSchema, LocatorSchema

NOT_STATED = Bilingual("not stated", "no consta")
YES, NO = Bilingual("yes", "sí"), Bilingual("no", "no")
FROM_TO = Bilingual("from {} to {}", "del {} al {}")
FROM_ON = Bilingual("from {} on", "desde el {}")
UNTIL = Bilingual("until {}", "hasta el {}")
QUOTED = Bilingual("“{}”", "«{}»")

Phrase = Callable[["Words", Mapping[str, Any]], str]
FieldPhrase = Callable[["Words", Any, Any], str]


@dataclass(frozen=True)
class Words(Tongue):
    """Says values in a language, with the names that things had at a data version."""

    names: Names
    version: int

    def of(self, field: fields.Field[Any], value: Any) -> str:
        """A value (as JSON has it) that a field declares."""
        if value is None or value == []:
            return self.say(NOT_STATED)
        kind: type = type(field)
        phrase = _phrase_for(kind)
        return phrase(self, field, value) if phrase else str(value)

    def named(self, resource: str, record: Mapping[str, Any]) -> str:
        """What a record is called."""
        name = record[BY_NAME[resource].label]
        text: str = name[self.language] if isinstance(name, Mapping) else name
        return text

    def record(self, resource: str, id_: str) -> str:
        """A record by its id: a source with who published it and when, others by their names."""
        found = self.names.record(resource, id_, self.version)
        if found is None:
            return id_
        if resource != "sources":
            return self.named(resource, found)
        return ", ".join(
            (
                self.say(QUOTED, self.named(resource, found)),
                self.record("organizations", found["publisher"]),
                self.day(found["published_on"]),
            )
        )

    def code(self, concept: str, code: str) -> str:
        found = self.names.code(concept, code, self.version)
        text: str = found["name"][self.language] if found else code
        return text

    def nested(self, schema: Schema, value: Mapping[str, Any]) -> str:
        """A map: by the phrase for its kind, or its values one after the other."""
        phrase = PHRASES.get(type(schema))
        if phrase:
            return phrase(self, value)
        held = {name: field for name, field in schema.fields.items() if value.get(name)}
        return ", ".join(self.of(field, value[name]) for name, field in held.items())


def span(words: Words, period: Mapping[str, Any]) -> str:
    """A period, as far as it was stated."""
    days = [words.day(period[name]) for name in ("start", "end") if period.get(name)]
    phrase = FROM_TO if len(days) == 2 else FROM_ON if period.get("start") else UNTIL
    parts = [words.say(phrase, *days)] if days else []
    if period.get("duration"):
        parts.append(words.length(period["duration"]))
    return ", ".join(parts)


def place_in_source(words: Words, locator: Mapping[str, Any]) -> str:
    return words.record("sources", locator["id"])


def who_said(words: Words, attribution: Mapping[str, Any]) -> str:
    role = attribution.get("role")
    parts = (
        attribution.get("speaker"),
        role[words.language] if role else None,
        words.record("organizations", attribution["organization"]),
        words.day(attribution["on"]),
    )
    return ", ".join(part for part in parts if part)


def other_name(words: Words, alias: Mapping[str, Any]) -> str:
    """A name, and when it was in use: 'Ministry of Fishing (until January 1, 2002)'."""
    when = span(words, alias)
    return f"{alias['name']} ({when})" if when else str(alias["name"])


def entry(words: Words, code: Mapping[str, Any]) -> str:
    return f"{code['name'][words.language]} ({code['code']})"


PHRASES: dict[type[Schema], Phrase] = {
    PeriodSchema: span,
    LocatorSchema: place_in_source,
    AttributionSchema: who_said,
    EntrySchema: entry,
    AliasSchema: other_name,
}
# Each kind of field, the narrower ones first.
KINDS: tuple[tuple[type[fields.Field[Any]], FieldPhrase], ...] = (
    (
        fields.List,
        lambda words, field, value: words.listed([words.of(field.inner, v) for v in value]),
    ),
    (fields.Nested, lambda words, field, value: words.nested(field.schema, value)),
    (LanguageMap, lambda words, field, value: str(value[words.language])),
    (Code, lambda words, field, value: words.code(field.concept, value)),
    (Reference, lambda words, field, value: words.record(field.target, value)),
    (Amount, lambda words, field, value: words.number(value)),
    (fields.Integer, lambda words, field, value: words.number(value)),
    (Flag, lambda words, field, value: words.say(YES if value else NO)),
    (Date, lambda words, field, value: words.day(value)),
    (Instant, lambda words, field, value: words.moment(value)),
    (Duration, lambda words, field, value: words.length(value)),
    (Language, lambda words, field, value: words.language_named(value)),
    (Position, lambda words, field, value: ", ".join(map(str, value))),
)


@cache
def _phrase_for(kind: type) -> FieldPhrase | None:
    return next((phrase for of, phrase in KINDS if issubclass(kind, of)), None)
