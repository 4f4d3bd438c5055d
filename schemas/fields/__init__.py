"""The kinds of values that records and queries are made of.

Each field says what it accepts, in an error message of its own, and how its value is read when
it comes as text in a query (`from_text`). Patterns are matched whole: Python's `$` would let a
trailing newline through.
"""

from typing import Any

from marshmallow import ValidationError, fields, validate

from schemas.fields.number import (
    Amount,
    AskedAmount,
    Flag,
    Number,
    Sum,
    Whole,
    is_number,
    scaled,
)
from schemas.fields.text import (
    Choice,
    Code,
    Digest,
    Language,
    LanguageMap,
    Parent,
    Reference,
    RegionCode,
    RegionId,
    Slug,
    Text,
    Word,
)
from schemas.fields.time import Date, Duration, Instant, instant
from schemas.fields.url import Url


def several(inner: fields.Field[Any], *, at_least: int = 0, **kwargs: Any) -> fields.List[Any]:
    """A list without repetitions."""

    def distinct(values: list[Any]) -> None:
        seen = [str(value) for value in values]
        if len(set(seen)) != len(seen):
            raise ValidationError("must not name the same thing twice")

    lengths = validate.Length(min=at_least, error="must name at least {min}")
    return fields.List(inner, validate=[lengths, distinct] if at_least else [distinct], **kwargs)


__all__ = [
    "Amount",
    "AskedAmount",
    "Choice",
    "Code",
    "Date",
    "Digest",
    "Duration",
    "Flag",
    "Instant",
    "Language",
    "LanguageMap",
    "Number",
    "Parent",
    "Reference",
    "RegionCode",
    "RegionId",
    "Slug",
    "Sum",
    "Text",
    "Url",
    "Whole",
    "Word",
    "instant",
    "is_number",
    "scaled",
    "several",
]
