"""What only a question says: a version or a moment, a place where to go on, words."""

import re
from typing import Any

from marshmallow import ValidationError, fields

from schemas.fields.number import Whole
from schemas.fields.text import Text
from schemas.fields.time import Instant

LARGEST_VERSION = 2**31 - 1


class VersionOrInstant(fields.Field[Any]):
    """A data version (a whole number) or a moment."""

    default_error_messages = {
        "invalid": "must be a data version such as 3, a moment such as 2021-04-28T12:00:00Z, "
        "or a date such as 2021-04-28",
    }

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int | str:
        for reader in (Whole(1, LARGEST_VERSION), Instant()):
            try:
                answer: int | str = reader.deserialize(reader.from_text(value))
            except ValidationError:
                continue
            return answer
        raise self.make_error("invalid")

    def from_text(self, text: str) -> str:
        return str(Instant().from_text(text)) if " " in text else text


class Cursor(Text):
    """An opaque place in a list. Long enough for the longest text that is sorted by as it is."""

    longest = 12_000
    pattern = r"^v[1-9][0-9]{0,9}\.[0-9a-f]{12}\.[A-Za-z0-9_-]+$"
    default_error_messages = {"pattern": "is not a cursor that this service gave out"}


class Since(Text):
    """A place in the history, to be kept for as long as one likes.

    `v` and a data version stand for the end of that version: where to go on from a download of
    it, and `v0` for the beginning. What follows a point, in what was given out, says
    which data had that number then, and where in the next version the place is, if within it.
    """

    pattern = r"^v(?:0|[1-9][0-9]{0,9})(?:\.[A-Za-z0-9_-]+)?$"
    longest = 400
    default_error_messages = {
        "pattern": "is no place in the history: it must be 'v' and a data version (v0 is the "
        "beginning), or as a page of changes gave it",
    }

    def meant(self, text: str) -> str | None:
        """What was probably meant by what was refused."""
        return f"v{text}" if re.fullmatch("0|[1-9][0-9]{0,9}", text) else None


class Archive(Text):
    """A part of a feed's archive: what one data version brought, or the rest of it."""

    pattern = r"^v[1-9][0-9]{0,9}(?:\.[A-Za-z0-9_-]+)?$"
    longest = 400
    default_error_messages = {
        "pattern": "is no part of the archive: it must be 'v1', or as a feed gave it",
    }


class Phrase(Text):
    """Words to search for."""

    longest = 200
