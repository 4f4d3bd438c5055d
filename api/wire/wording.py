"""A change in words, in English or Spanish: what happened to what, from what to what, says who.

Everything is read off the declarations: a new resource is told of as soon as it says what its
records are called and what sums them up.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from marshmallow import Schema, fields

from api.wire.names import Names
from api.wire.words import QUOTED, Words
from schemas import BY_NAME
from schemas.about import DERIVED, About, Bilingual
from schemas.change import Change
from schemas.compact import dump, parse
from schemas.fields import LanguageMap, Text
from schemas.objects import Record
from schemas.resource import Resource

# What happened, after what it happened to; in Spanish the ending follows the noun.
TITLES = {
    "created": Bilingual("New {noun}", "{noun} nuev{ending}"),
    "changed": Bilingual("Changed {noun}", "{noun} modificad{ending}"),
    "deleted": Bilingual("Deleted {noun}", "{noun} retirad{ending}"),
}
CHANGED = Bilingual("What changed", "Qué cambió")
NOW = {
    "created": Bilingual("What it says", "Qué dice"),
    "changed": Bilingual("What it says now", "Qué dice ahora"),
    "deleted": Bilingual("What it last said", "Qué decía al final"),
}
TONGUES = {"en": Bilingual("English", "inglés"), "es": Bilingual("Spanish", "español")}
FROM_TO = Bilingual("from {} to {}", "de {} a {}")
NEWLY = Bilingual("{} (before: not stated)", "{} (antes: no consta)")
NO_LONGER = Bilingual("not stated (before: {})", "no consta (antes: {})")
ADDED = Bilingual("added: {}", "se agrega: {}")
REMOVED = Bilingual("removed: {}", "se retira: {}")
ALTERED = Bilingual("altered: {}", "se modifica: {}")
REORDERED = Bilingual("in another order", "en otro orden")
# The fields of a text in one language, and of what is declared no more.
TEXT, UNKNOWN = Text(), fields.Raw()


class Section(NamedTuple):
    """Some lines under a heading."""

    heading: str
    lines: tuple[str, ...]


class Wording(NamedTuple):
    """A change as people read it."""

    title: str
    sections: tuple[Section, ...]

    @property
    def summary(self) -> str:
        """The first of it, on one line: what changed, or else what is there."""
        lines = self.sections[0].lines if self.sections else ()
        return "; ".join(line.removesuffix(".") for line in lines) or self.title


def wording(change: Change, names: Names, language: str) -> Wording:
    """A change in words. Each side of it uses the names that held then."""
    resource = BY_NAME[change.resource]
    before = Words(language, names, change.version - 1)
    after = Words(language, names, change.version)
    last, words = (change.after, after) if change.after else (change.before, before)
    record = parse(last or "{}")
    sections = []
    if change.kind == "changed":
        lines = tuple(differences(change, resource, before, after))
        sections.append(Section(words.say(CHANGED), lines))
    sections.append(Section(words.say(NOW[change.kind]), tuple(summary(resource, record, words))))
    return Wording(
        title(change.kind, resource, record, words),
        tuple(section for section in sections if section.lines),
    )


def title(kind: str, resource: Resource, record: Record, words: Words) -> str:
    """'New figure: Services to regional governments – more than 143,095'"""
    noun, ending = resource.noun.of(words.language), "a" if resource.feminine else "o"
    said = TITLES[kind].of(words.language).format(noun=noun, ending=ending)
    named = f"{said[0].upper()}{said[1:]}: {words.named(resource.name, record)}"
    display = record.get("display")
    return f"{named} – {display[words.language]}" if display else named


def summary(resource: Resource, record: Record, words: Words) -> Iterator[str]:
    """What sums a record up, a line a member; what it does not state is left out."""
    for name in resource.summary:
        value, field = record.get(name), resource.instance.fields[name]
        if value is not None and value != []:
            yield f"{_label(field, words)}: {words.of(field, value)}"


def differences(change: Change, resource: Resource, before: Words, after: Words) -> Iterator[str]:
    """What changed from what to what, a line a member.

    What follows from other members is left out, but for what sums the record up: that stands for
    the members that it follows from.
    """
    # A record of an older program may hold members that are declared no more.
    found = {
        step["path"]: (step["before"], step["after"])
        for step in change.differences
        if step["path"].split(".")[0] in resource.instance.fields
    }
    told = _told(found, resource, after.language)
    for path in told or found:
        old, new = found[path]
        labels, field = _at(resource.instance, path, after)
        yield f"{labels}: {_step(field, old, new, before, after)}"


def _told(found: Mapping[str, Any], resource: Resource, language: str) -> list[str]:
    members = resource.instance.fields
    standing = {
        name
        for name in resource.summary
        if _about(members[name]).origin == DERIVED and f"{name}.{language}" in found
    }
    covered = {name for other in standing for name in _about(members[other]).of}
    told = []
    for path in found:
        member = path.split(".")[0]
        if _about(members[member]).origin == DERIVED:
            if path == f"{member}.{language}" and member in standing:
                told.append(path)
        elif member not in covered:
            told.append(path)
    return told


def _at(schema: Schema, path: str, words: Words) -> tuple[str, fields.Field[Any]]:
    """What a path is called, and the field there: 'Period, last day', 'Label (Spanish)'."""
    labels: list[str] = []
    field: fields.Field[Any] = UNKNOWN
    for name in path.split("."):
        if isinstance(field, LanguageMap):
            if _about(field).origin == DERIVED:
                return ", ".join(labels), TEXT
            return f"{', '.join(labels)} ({TONGUES[name].of(words.language)})", TEXT
        if isinstance(field, fields.Nested):
            schema = field.schema
        if name not in schema.fields:
            return ", ".join([*labels, name]), UNKNOWN
        field = schema.fields[name]
        label = _about(field).label.of(words.language)
        labels.append(label if labels else _capital(label))
    return ", ".join(labels), field


def _step(field: fields.Field[Any], old: Any, new: Any, before: Words, after: Words) -> str:
    if isinstance(field, fields.List):
        return _of_list(field.inner, old or [], new or [], before, after)
    had, has = before.of(field, old), after.of(field, new)
    if had == has and isinstance(new, str):
        had, has = _with_id(had, old), _with_id(has, new)
    if old is None:
        return after.say(NEWLY, after.say(QUOTED, has))
    if new is None:
        return after.say(NO_LONGER, after.say(QUOTED, had))
    return after.say(FROM_TO, after.say(QUOTED, had), after.say(QUOTED, has))


def _of_list(
    field: fields.Field[Any], old: list[Any], new: list[Any], before: Words, after: Words
) -> str:
    """What a list got and lost. Of maps, what is called the same and is not was altered; two ids
    that are called the same are two."""
    had = {dump(value): before.of(field, value) for value in old}
    has = {dump(value): after.of(field, value) for value in new}
    came = {key: text for key, text in has.items() if key not in had}
    gone = {key: text for key, text in had.items() if key not in has}
    altered: list[str] = []
    if isinstance(field, fields.Nested):
        altered = [text for text in came.values() if text in gone.values()]
        came = {key: text for key, text in came.items() if text not in altered}
        gone = {key: text for key, text in gone.items() if text not in altered}
    else:
        called = Counter((had | has).values())
        came, gone = (
            {k: _with_id(text, parse(k)) if called[text] > 1 else text for k, text in some.items()}
            for some in (came, gone)
        )
    groups = ((ADDED, came.values()), (REMOVED, gone.values()), (ALTERED, altered))
    said = [after.say(phrase, after.listed(list(texts))) for phrase, texts in groups if texts]
    return "; ".join(said) or after.say(REORDERED)


def _with_id(text: str, id_: str) -> str:
    """What something is called, and which of those that are called so it is."""
    return f"{text} ({id_})"


def _label(field: fields.Field[Any], words: Words) -> str:
    return _capital(_about(field).label.of(words.language))


def _about(field: fields.Field[Any]) -> About:
    found: About = field.metadata["about"]
    return found


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
