"""When: a span of time, as far as it was stated."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from schemas.about import STATED, about
from schemas.fields import Date, Duration
from schemas.record import StrictSchema


def check_order(data: Mapping[str, Any]) -> None:
    """Raises ValidationError when a span ends before it starts."""
    if data["start"] and data["end"] and data["end"] < data["start"]:
        raise ValidationError(f"is before the start, {data['start']}", "end")


class PeriodSchema(StrictSchema):
    """A span of which the start, the end or only the length may be known; nothing is derived."""

    start = Date(
        load_default=None,
        allow_none=True,
        metadata=about("First day", "Primer día", ("first day", "primer día"), STATED),
    )
    end = Date(
        load_default=None,
        allow_none=True,
        metadata=about("Last day", "Último día", ("last day", "último día"), STATED),
    )
    duration = Duration(
        load_default=None,
        allow_none=True,
        metadata=about(
            "Length, ISO 8601",
            "Duración, ISO 8601",
            ("length", "duración"),
            STATED,
            unit=("years, months, weeks, days", "años, meses, semanas, días"),
        ),
    )

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        if not any(data.values()):
            raise ValidationError("must state a start, an end or a duration; or be null")
        check_order(data)
