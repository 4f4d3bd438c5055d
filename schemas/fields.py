"""The kinds of values that records and queries are made of.

Each field says what it accepts, in an error message of its own, and how its value is read when
it comes as text in a query (`from_text`). Patterns are matched whole: Python's `$` would let a
trailing newline through.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from marshmallow import ValidationError, fields, validate

from schemas.codes import CLOSED, LANGUAGES
from schemas.deprecation import Deprecation

TEXT_PATTERN = r"^[^\u0000-\u001F\u007F]+$"
SLUG_PATTERN = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
CODE_PATTERN = r"^[A-Za-z][A-Za-z0-9_]*$"
REGION_PATTERN = r"^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$"
DATE_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
INSTANT_PATTERN = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,12})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2}))?$"
)
DURATION_PATTERN = r"^P(?=[0-9])(?:[0-9]{1,4}Y)?(?:[0-9]{1,4}M)?(?:[0-9]{1,4}W)?(?:[0-9]{1,5}D)?$"
DIGEST_PATTERN = r"^[0-9a-f]{64}$"
LANGUAGE_PATTERN = r"^[a-z]{2,3}(?:-[A-Z]{2})?$"
NUMBER_PATTERN = r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?$"
WHOLE_PATTERN = r"^-?(?:0|[1-9][0-9]*)$"


def about(description: str, deprecated: Deprecation | None = None) -> dict[str, Any]:
    """A field's metadata: what it means, for the documentation; and whether it is being retired."""
    if deprecated is None:
        return {"description": description}
    return {
        "description": f"{description}. {deprecated.note}",
        "deprecated": True,
        "deprecation": deprecated,
    }


class Text(fields.String):
    """Text on one line, without control characters; `pattern` narrows it further."""

    pattern: ClassVar[str] = TEXT_PATTERN
    longest: ClassVar[int] = 2000
    default_error_messages = {
        "invalid": "must be text",
        "pattern": "must be text on one line, without control characters, and not empty",
        "too_long": "must be at most {longest} characters",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metadata = {"pattern": self.pattern, "maxLength": self.longest, **self.metadata}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if len(value) > self.longest:
            raise self.make_error("too_long", longest=self.longest)
        if not re.fullmatch(self.pattern.removeprefix("^").removesuffix("$"), value):
            raise self.make_error("pattern")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise self.make_error("invalid")
        return value

    def from_text(self, text: str) -> Any:
        return text


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

    default_error_messages = {"closed": "must be one of: {choices}"}

    def __init__(self, concept: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.concept = concept
        self.choices = CLOSED.get(concept)
        if self.choices:
            enum = [*self.choices, *[None] * bool(self.allow_none)]
            self.metadata = {**self.metadata, "enum": enum}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        code = super()._deserialize(value, *args, **kwargs)
        if self.choices and code not in self.choices:
            raise self.make_error("closed", choices=", ".join(self.choices))
        return code


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


class Duration(Text):
    """A length of time in ISO 8601: `P8Y`."""

    pattern = DURATION_PATTERN
    longest = 24
    default_error_messages = {
        "pattern": "must be an ISO 8601 duration in years, months, weeks or days, such as P8Y",
    }


class Url(Text):
    """An absolute https or http address."""

    pattern = r"^https?://[^\s\u0000-\u001F\u007F]+$"
    default_error_messages = {
        "pattern": "must be an address that begins with https:// or http://",
    }


class Date(Text):
    """A calendar date, `2021-04-28`, kept as its text: ISO dates sort as they are."""

    pattern = DATE_PATTERN
    longest = 10
    default_error_messages = {
        "pattern": "must be a date such as 2021-04-28",
        "calendar": "is no date of the calendar",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metadata = {**self.metadata, "format": "date"}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, *args, **kwargs)
        try:
            date.fromisoformat(text)
        except ValueError as error:
            raise self.make_error("calendar") from error
        return text


class Instant(Text):
    """A moment, RFC 3339, or a date that stands for its first moment in UTC.

    Kept as text in UTC with milliseconds (`2021-04-28T00:00:00.000Z`), so that it sorts as it is.
    """

    pattern = INSTANT_PATTERN
    longest = 40
    default_error_messages = {
        "pattern": "must be a moment such as 2021-04-28T12:00:00Z, or a date such as 2021-04-28",
        "calendar": "is no moment of the calendar",
    }

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, *args, **kwargs).upper()
        try:
            moment = datetime.fromisoformat(text)
            return instant(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        except (ValueError, OverflowError) as error:
            raise self.make_error("calendar") from error


def instant(moment: datetime) -> str:
    """An aware datetime as the house writes it: UTC, milliseconds, `Z`."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def is_number(value: Any) -> bool:
    """Whether a value is a finite number; `true` is none."""
    if isinstance(value, Decimal):
        return value.is_finite()
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


class Amount(fields.Field[Decimal]):
    """An exact quantity, a JSON number.

    At most 15 significant digits and 4 decimals: so a double carries it without loss. Stored as
    a whole number of ten-thousandths in 64 bits, which is where `largest` comes from.
    """

    significant_digits: ClassVar[int] = 15
    decimals: ClassVar[int] = 4
    largest: ClassVar[int] = 922_337_203_685_477
    default_error_messages = {
        "invalid": "must be a number such as 12600000 or 0.25",
        "range": "must be from 0 to {largest}",
        "digits": "must have at most {digits} significant digits",
        "decimals": "must have at most {decimals} decimals",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metadata = {**self.metadata, "minimum": 0, "maximum": self.largest}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Decimal:
        if not is_number(value):
            raise self.make_error("invalid")
        number = value if isinstance(value, Decimal) else Decimal(str(value))
        if not 0 <= number <= self.largest:
            raise self.make_error("range", largest=self.largest)
        if not number:
            # '-0' and '0e9' are zero, and are not to be shown or stored as they were written.
            return Decimal(0)
        if number.adjusted() < -self.decimals:
            # So small that to normalize it could make it zero.
            raise self.make_error("decimals", decimals=self.decimals)
        _, digits, exponent = number.normalize().as_tuple()
        if len(digits) > self.significant_digits or len(number.as_tuple().digits) > 28:
            raise self.make_error("digits", digits=self.significant_digits)
        if -int(exponent) > self.decimals:
            raise self.make_error("decimals", decimals=self.decimals)
        return number

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> int | float | None:
        if value is None:
            return None
        return int(value) if value == value.to_integral_value() else float(value)

    def from_text(self, text: str) -> Decimal:
        if len(text) > 40 or not re.fullmatch(NUMBER_PATTERN.strip("^$"), text):
            raise self.make_error("invalid")
        return Decimal(text)


class AskedAmount(Amount):
    """An amount to compare with: any number will do, it need not be one that could be stored."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Decimal:
        number = Decimal(value)
        if not 0 <= number <= self.largest:
            raise self.make_error("range", largest=self.largest)
        return number


def scaled(value: Decimal | int | float, towards: Callable[[Fraction], int] = int) -> int:
    """An amount in ten-thousandths: what is stored, compared and summed.

    Whole for every amount that is stored. A number to compare with may fall between two of them:
    `towards` says which one stands for it. Nothing passes through a float.
    """
    return towards(Fraction(str(value)) * 10**Amount.decimals)


class Whole(fields.Integer):
    """A whole number between bounds; `3.0` is one, as JSON has it, `true` and "3" are not."""

    default_error_messages = {
        "invalid": "must be a whole number",
        "range": "must be from {minimum} to {maximum}",
    }

    def __init__(self, minimum: int = 0, maximum: int = 2**53 - 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.minimum, self.maximum = minimum, maximum
        self.metadata = {**self.metadata, "minimum": minimum, "maximum": maximum}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:
        if not is_number(value):
            raise self.make_error("invalid")
        if not self.minimum <= value <= self.maximum:
            raise self.make_error("range", minimum=self.minimum, maximum=self.maximum)
        if value != int(value):
            raise self.make_error("invalid")
        return int(value)

    def from_text(self, text: str) -> int:
        if len(text) > 40 or not re.fullmatch(WHOLE_PATTERN.strip("^$"), text):
            raise self.make_error("invalid")
        return int(text)


class Number(fields.Float):
    """A measured number between bounds, such as a coordinate."""

    default_error_messages = {
        "invalid": "must be a number",
        "range": "must be from {minimum} to {maximum}",
    }

    def __init__(self, minimum: float, maximum: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.minimum, self.maximum = minimum, maximum
        self.metadata = {**self.metadata, "minimum": minimum, "maximum": maximum}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> float:
        if not is_number(value):
            raise self.make_error("invalid")
        if not self.minimum <= value <= self.maximum:
            raise self.make_error("range", minimum=self.minimum, maximum=self.maximum)
        return float(value)


class Flag(fields.Boolean):
    """true or false; in a query the words `true` and `false`, nothing looser."""

    default_error_messages = {"invalid": "must be true or false"}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value

    def from_text(self, text: str) -> bool:
        if text not in ("true", "false"):
            raise self.make_error("invalid")
        return text == "true"


class LanguageMap(fields.Field[dict[str, str]]):
    """The same text in each language of the house: `{"en": ..., "es": ...}`."""

    default_error_messages = {
        "invalid": "must be a map with a text for each of: {languages}",
        "language": "has an unknown language {language!r}; the languages are: {languages}",
    }

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> dict[str, str]:
        languages = ", ".join(LANGUAGES)
        if not isinstance(value, Mapping):
            raise self.make_error("invalid", languages=languages)
        for language in value:
            if language not in LANGUAGES:
                raise self.make_error("language", language=language, languages=languages)
        errors: dict[str, Any] = {}
        texts: dict[str, str] = {}
        for language in LANGUAGES:
            try:
                text: str = Text(required=True).deserialize(value.get(language))  # type: ignore[assignment]
                texts[language] = text
            except ValidationError as error:
                errors[language] = error.messages
        if errors:
            raise ValidationError(errors)
        return texts

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return value


def several(inner: fields.Field[Any], *, at_least: int = 0, **kwargs: Any) -> fields.List[Any]:
    """A list without repetitions."""

    def distinct(values: list[Any]) -> None:
        seen = [str(value) for value in values]
        if len(set(seen)) != len(seen):
            raise ValidationError("must not name the same thing twice")

    lengths = validate.Length(min=at_least, error="must name at least {min}")
    return fields.List(inner, validate=[lengths, distinct] if at_least else [distinct], **kwargs)
