"""Dates, moments and lengths of time. Kept as text that sorts as it is."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from schemas.fields.text import Text

DATE_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
INSTANT_PATTERN = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,12})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2}))?$"
)
# The one form in which a moment is stored and served.
MOMENT_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$"
DURATION_PATTERN = r"^P(?=[0-9])(?:[0-9]{1,4}Y)?(?:[0-9]{1,4}M)?(?:[0-9]{1,4}W)?(?:[0-9]{1,5}D)?$"


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


BETWEEN_MILLISECONDS = re.compile(r"[.][0-9]{3}[0-9]*[1-9]")
# What is said where a moment may be asked for.
DATE_ALONE = "A date alone is its first moment, 00:00 UTC."


class Instant(Text):
    """A moment, RFC 3339, or a date that stands for its first moment in UTC.

    Kept as text in UTC with milliseconds (`2021-04-28T00:00:00.000Z`), so that it sorts as it is.
    """

    pattern = INSTANT_PATTERN
    longest = 40
    default_error_messages = {
        "pattern": "must be a moment such as 2021-04-28T12:00:00Z, or a date such as 2021-04-28",
        "calendar": "is no moment of the calendar",
        "blank": "has a blank where a moment has '+': in an address a '+' must be sent as %2B",
    }

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, *args, **kwargs).upper()
        try:
            moment = _read(text)
            return instant(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        except (ValueError, OverflowError) as error:
            raise self.make_error("calendar") from error

    def from_text(self, text: str) -> Any:
        # In a query string '+' stands for a blank, and is what `curl` sends of '+05:00'.
        if " " in text and self._matches(text.replace(" ", "+")):
            raise self.make_error("blank")
        return text


def _read(text: str) -> datetime:
    """A moment; of a leap second (RFC 3339: at the end of a month in UTC alone) the next second,
    which clocks that know none show then. Raises ValueError."""
    if text[17:19] != "60":
        return datetime.fromisoformat(text)
    after = datetime.fromisoformat(f"{text[:17]}59{text[19:]}") + timedelta(seconds=1)
    if f"{after.astimezone(UTC):%d %H:%M:%S}" != "01 00:00:00":
        raise ValueError(text)
    return after


class Beginning(Instant):
    """A moment at which something begins, or before which it ends: of one between two milliseconds,
    the later one. So it is compared with what is kept as if it had been kept as it is."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        kept = super()._deserialize(value, *args, **kwargs)
        if not BETWEEN_MILLISECONDS.search(value):
            return kept
        try:
            return instant(datetime.fromisoformat(kept) + timedelta(milliseconds=1))
        except OverflowError as error:
            raise self.make_error("calendar") from error


def begins_a_day(moment: str) -> bool:
    """Whether a moment, as it is kept, is what a date alone stands for."""
    return moment.endswith("T00:00:00.000Z")


def instant(moment: datetime) -> str:
    """An aware datetime as the house writes it: UTC, milliseconds, `Z`."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


class Duration(Text):
    """A length of time in ISO 8601: `P8Y`."""

    pattern = DURATION_PATTERN
    longest = 24
    default_error_messages = {
        "pattern": "must be an ISO 8601 duration in years, months, weeks or days, such as P8Y",
    }
