"""Both days of a period, for a standard that demands them: sources state one, a length, or none.

What is not stated is never put there in silence: the remark says what it is.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

ONE_DAY = timedelta(1)
LAST_FOLLOWS = {
    "en": "The source does not state the last day of the period; "
    "it follows from the first and the length.",
    "es": "La fuente no dice el último día del periodo; se deduce del primero y de la duración.",
}
FIRST_FOLLOWS = {
    "en": "The source does not state the first day of the period; "
    "it follows from the last and the length.",
    "es": "La fuente no dice el primer día del periodo; se deduce del último y de la duración.",
}
LAST_IS_THE_STATEMENTS = {
    "en": "The source does not state the last day of the period; "
    "in its place stands the day of the statement.",
    "es": "La fuente no dice el último día del periodo; en su lugar está el día de la declaración.",
}
FIRST_IS_THE_STATEMENTS = {
    "en": "The source does not state the first day of the period; "
    "in its place stands the day of the statement.",
    "es": "La fuente no dice el primer día del periodo; en su lugar está el día de la declaración.",
}
LAST_IS_THE_FIRST = {
    "en": "The source does not state the last day of the period; in its place stands the first.",
    "es": "La fuente no dice el último día del periodo; en su lugar está el primero.",
}
FIRST_IS_THE_LAST = {
    "en": "The source does not state the first day of the period; in its place stands the last.",
    "es": "La fuente no dice el primer día del periodo; en su lugar está el último.",
}
BOTH_ARE_THE_STATEMENTS = {
    "en": "The source states neither day of the period; "
    "in place of both stands the day of the statement.",
    "es": "La fuente no dice ninguno de los dos días del periodo; "
    "en lugar de ambos está el día de la declaración.",
}


class Days(NamedTuple):
    """The first day and the last, and what is to be said of one that is not stated."""

    first: str
    last: str
    remark: Mapping[str, str] | None = None


def both_days(period: Mapping[str, str | None] | None, on: str) -> Days:
    """The days of a period; `on` is the day of the statement, which stands for what is missing
    as long as the period does not end before it starts."""
    stated = period or {}
    first, last, length = stated.get("start"), stated.get("end"), stated.get("duration")
    if first and last:
        return Days(first, last)
    if first:
        following = _last_day(first, length) if length else None
        if following:
            return Days(first, following, LAST_FOLLOWS)
        if on >= first:
            return Days(first, on, LAST_IS_THE_STATEMENTS)
        return Days(first, first, LAST_IS_THE_FIRST)
    if last:
        leading = _first_day(last, length) if length else None
        if leading:
            return Days(leading, last, FIRST_FOLLOWS)
        if on <= last:
            return Days(on, last, FIRST_IS_THE_STATEMENTS)
        return Days(last, last, FIRST_IS_THE_LAST)
    return Days(on, on, BOTH_ARE_THE_STATEMENTS)


def _last_day(first: str, length: str) -> str | None:
    """The last day of what begins with a day and is so long; None if no calendar has it."""
    try:
        found = _moved(date.fromisoformat(first), length, 1) - ONE_DAY
    except (ValueError, OverflowError):
        return None
    # Of no days at all there is no last one.
    return found.isoformat() if found.isoformat() >= first else None


def _first_day(last: str, length: str) -> str | None:
    """The first day of what ends with a day and is so long; None if no calendar has it."""
    try:
        found = _moved(date.fromisoformat(last) + ONE_DAY, length, -1)
    except (ValueError, OverflowError):
        return None
    return found.isoformat() if found.isoformat() <= last else None


def _moved(day: date, length: str, way: int) -> date:
    """A day so much later (`way` 1) or earlier (-1).

    For one that the month does not have comes the first of the next: a month from 31 January on
    ends with February.
    """
    number = {unit: int(count) for count, unit in re.findall(r"([0-9]+)([YMWD])", length)}
    months = 12 * number.get("Y", 0) + number.get("M", 0)
    days = 7 * number.get("W", 0) + number.get("D", 0)
    year, month = divmod(12 * day.year + day.month - 1 + way * months, 12)
    first = date(year, month + 1, 1)
    _, in_month = monthrange(first.year, first.month)
    return first + timedelta(min(day.day - 1, in_month) + way * days)
