"""A figure as a result: what it measures, in words what was said, and its value where that is
clear."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from api.wire.standards import Edition
from api.wire.standards.days import both_days
from api.wire.standards.iati.narrative import narrated
from schemas.codes import LANGUAGES
from schemas.objects import Json

# IATI's codes, by what they mean.
OTHER_RESULT, OTHER_VOCABULARY = "9", "99"
UNIT = "1"
# What a figure says of the time at which it was stated, and not of a later one.
HELD = ("achieved", "in_progress")

OVER = {"en": "Over {}.", "es": "En {}."}
UNCLEAR = {
    "en": "Whether it is planned or achieved the source leaves open, so it stands in no period.",
    "es": "La fuente no aclara si está previsto o logrado; por eso no figura en ningún periodo.",
}


class Metrics(NamedTuple):
    """The names of what is measured, by code and language; and when one of them last changed."""

    names: Mapping[str, Mapping[str, str]]
    updated_at: str


def result(edition: Edition, metrics: Metrics, figure: Json) -> Element:
    """A figure: what it measures, in words what was said, and its value where that is clear."""
    result = Element("result", {"type": OTHER_RESULT, "aggregation-status": "false"})
    metric = str(figure["metric"])
    plain: dict[str, str] = dict.fromkeys(LANGUAGES, metric)
    narrated(result, "title", metrics.names.get(metric, plain))
    indicator = SubElement(result, "indicator", {"measure": UNIT, "aggregation-status": "false"})
    narrated(indicator, "title", figure["label"])
    unclear = figure["status"] == "unclear"
    narrated(indicator, "description", _said(figure, [UNCLEAR] if unclear else []))
    reference = {
        "vocabulary": OTHER_VOCABULARY,
        "code": figure["id"],
        "indicator-uri": edition.links.pinned(edition.version, "figures", figure["id"]),
    }
    SubElement(indicator, "reference", reference)
    if not unclear:
        _period(indicator, figure)
    return result


def _period(indicator: Element, figure: Json) -> None:
    """The value in its period; a comment says of a day that is not stated what was put there."""
    days = both_days(figure["period"], figure["attribution"]["on"])
    period = SubElement(indicator, "period")
    SubElement(period, "period-start", {"iso-date": days.first})
    SubElement(period, "period-end", {"iso-date": days.last})
    kind = "actual" if figure["status"] in HELD else "target"
    value = SubElement(period, kind, {"value": _number(figure["value"])})
    narrated(value, "comment", _said(figure, [days.remark] if days.remark else []))


def _said(figure: Json, more: list[Mapping[str, str]]) -> dict[str, str]:
    """The value with its hedge in words, the length of its period, and what else there is."""
    length = (figure["period"] or {}).get("duration")
    over = {language: OVER[language].format(length) for language in LANGUAGES}
    value = {language: f"{figure['display'][language]}." for language in LANGUAGES}
    sentences = [value, *([over] if length else []), *more]
    return {language: " ".join(said[language] for said in sentences) for language in LANGUAGES}


def _number(value: int | float) -> str:
    # Never as a power of ten, and no digit that was not stated.
    return f"{Decimal(repr(value)):f}"
