"""What follows from a figure and is no member of it: asked for and summed by all the same."""

from collections.abc import Mapping
from typing import Any

from schemas.fields import Text, Whole
from schemas.group import TOGETHER
from schemas.paths import Place


def measure_of(unit: str) -> str:
    """What a unit measures: three capitals are a currency of ISO 4217."""
    return "money" if len(unit) == 3 and unit.isupper() else "count"


def year_of(record: Mapping[str, Any]) -> int | None:
    """The calendar year that a figure's whole period lies in, both ends of it being stated.

    Nothing is derived from a length, or from the day on which it was said.
    """
    period = record.get("period") or {}
    start, end = period.get("start"), period.get("end")
    return int(start[:4]) if start and end and start[:4] == end[:4] else None


def regions_together(record: Mapping[str, Any]) -> str | None:
    """The regions that one amount is over, which must not be split: `PE-LAL.PE-PIU`.

    So it is too where the source does not say how an amount lies over the regions named.
    """
    regions = record.get("regions") or []
    if len(regions) < 2 or record.get("allocation") == "each":
        return None
    return TOGETHER.join(sorted(regions))


def regions_each(record: Mapping[str, Any]) -> int | None:
    """For how many regions a figure states its amount, if for several."""
    regions = record.get("regions") or []
    return len(regions) if len(regions) > 1 and record.get("allocation") == "each" else None


SUMMED = (
    Place("year", Whole(1, 9999), many=False, nullable=True, derive=year_of, told_by="period"),
    Place("regions_together", Text(), many=False, nullable=True, derive=regions_together),
    Place("regions_each", Whole(2), many=False, nullable=True, derive=regions_each),
)
