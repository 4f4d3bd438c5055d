"""Text and what is narrower than text: identifiers, codes, addresses, languages."""

import re
from collections.abc import Mapping
from copy import copy
from typing import Any, ClassVar

from marshmallow import ValidationError, fields, missing

from schemas.codes import CLOSED, LANGUAGES
from schemas.nearest import meant_of

CONTROL = r"\u0000-\u001F\u007F"
TEXT_PATTERN = rf"^[^{CONTROL}]+$"
SLUG_PATTERN = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
CODE_PATTERN = r"^[A-Za-z][A-Za-z0-9_]*$"
REGION_PATTERN = r"^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$"
DIGEST_PATTERN = r"^[0-9a-f]{64}$"
LANGUAGE_PATTERN = r"^[a-z]{2,3}(?:-[A-Z]{2})?$"
HALVES = r"\ud800-\udfff"
HALF_PAIR = re.compile(f"[{HALVES}]")
# What no text that is stored holds.
NO_TEXT = re.compile(f"[{CONTROL}{HALVES}]")
# What breaks lines and what steers terminals beyond ASCII. The document's pattern has always let it
# through, so that questions and what was stored before may hold it: records that come may not.
STRAY = re.compile(rf"[\u0080-\u009f\u2028\u2029{HALVES}]")


class Text(fields.String):
    """Text on one line, without control characters; `pattern` narrows it further."""

    pattern: ClassVar[str] = TEXT_PATTERN
    longest: ClassVar[int] = 2000
    stray: re.Pattern[str] = STRAY
    default_error_messages = {
        "invalid": "must be text",
        "pattern": "must be text on one line, without control characters, and not empty",
        "too_long": "must be at most {longest} characters",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metadata = {"pattern": self.pattern, "maxLength": self.longest, **self.metadata}
        self._matches = re.compile(self.pattern.removeprefix("^").removesuffix("$")).fullmatch

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        # First its form: of a date with a time behind it this says more than that it is too long.
        if not self._matches(value):
            raise self.make_error("pattern")
        if len(value) > self.longest:
            raise self.make_error("too_long", longest=self.longest)
        if not value.isascii() and self.stray.search(value):
            raise self.make_error("invalid" if HALF_PAIR.search(value) else "pattern")
        return value

    def from_text(self, text: str) -> Any:
        return text

    def asked(self) -> "Text":
        """The field as it reads what a question says."""
        asked = copy(self)
        asked.stray = HALF_PAIR
        return asked


class Slug(Text):
    """A stable, readable identifier: `cluster-support-program`."""

    pattern = SLUG_PATTERN
    longest = 80
    default_error_messages = {
        "pattern": "must be lower-case words joined by hyphens, such as 'procompite'",
    }


class Reference(Slug):
    """The id of a record of another resource, `target`."""

    def __init__(self, target: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.target = target


class Parent(Reference):
    """What a record is part of: another one of its kind, and none that is part of it."""


class RegionId(Text):
    """An ISO 3166-2 subdivision, or the ISO 3166-1 code of its country."""

    pattern = REGION_PATTERN
    longest = 6
    default_error_messages = {
        "pattern": "must be an ISO 3166-2 code such as PE-PIU, or a country such as PE",
    }


class RegionCode(RegionId, Reference):
    """A reference to a region."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("regions", **kwargs)


class Word(Text):
    """A code: letters, digits and underscores."""

    pattern = CODE_PATTERN
    longest = 40
    default_error_messages = {
        "pattern": "must be a code of letters, digits and underscores, such as 'business_plans'",
    }


class Code(Word):
    """One of the codes of a list: an open one comes with the data, a closed one is checked here."""

    default_error_messages = {"closed": "must be one of: {choices}{meant}"}

    def __init__(self, concept: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.concept = concept
        self.choices = CLOSED.get(concept)
        if self.choices:
            enum = [*self.choices, *[None] * bool(self.allow_none)]
            self.metadata = {**self.metadata, "enum": enum}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if self.choices and value.__class__ is str and value in self.choices:
            return value  # what stands in a list is right in itself
        code = super()._deserialize(value, *args, **kwargs)
        if self.choices and code not in self.choices:
            meant = meant_of(code, self.choices)
            raise self.make_error("closed", choices=", ".join(self.choices), meant=meant)
        return code


class Choice(Word):
    """One of a few words that the program itself gives out; no codelist explains them."""

    default_error_messages = {"choice": "must be one of: {choices}{meant}"}

    def __init__(self, choices: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = choices
        self.metadata = {**self.metadata, "enum": list(choices)}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        word = super()._deserialize(value, *args, **kwargs)
        if word not in self.choices:
            meant = meant_of(word, self.choices)
            raise self.make_error("choice", choices=", ".join(self.choices), meant=meant)
        return word


class Digest(Text):
    """A SHA-256 in hexadecimal."""

    pattern = DIGEST_PATTERN
    longest = 64
    default_error_messages = {
        "pattern": "must be a SHA-256: 64 hexadecimal digits in lower case",
    }


class Language(Text):
    """A language, as BCP 47 writes it: `en`, `es-PE`."""

    pattern = LANGUAGE_PATTERN
    longest = 6
    default_error_messages = {
        "pattern": "must be a language such as 'en' or 'es-PE'",
    }


class LanguageMap(fields.Field[dict[str, str]]):
    """The same text in each language of the house: `{"en": ..., "es": ...}`."""

    default_error_messages = {
        "invalid": "must be a map with a text for each of: {languages}",
        "language": "has an unknown language {language!r}; the languages are: {languages}",
    }
    text = Text(required=True)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> dict[str, str]:
        if not isinstance(value, Mapping):
            raise self.make_error("invalid", languages=", ".join(LANGUAGES))
        for language in value:
            if language not in LANGUAGES:
                languages = ", ".join(LANGUAGES)
                raise self.make_error("language", language=language, languages=languages)
        errors: dict[str, Any] = {}
        texts: dict[str, str] = {}
        for language in LANGUAGES:
            text = value.get(language, missing)
            try:
                # The field is asked itself only for what is no text, and what is missing.
                is_text = text.__class__ is str
                read: Any = self.text._deserialize if is_text else self.text.deserialize
                texts[language] = read(text)
            except ValidationError as error:
                errors[language] = error.messages
        if errors:
            raise ValidationError(errors)
        return texts

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return value
