"""The kinds of values that records and queries are made of.

Each field says what it accepts, in an error message of its own, and how its value is read when
it comes as text in a query (`from_text`). Patterns are matched whole: Python's `$` would let a
trailing newline through.
"""

from schemas.fields.many import Many, several
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
    "Many",
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
