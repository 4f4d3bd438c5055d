"""IATI 2.03: programmes as activities, and what is said about them as results.

What does not map is left out, and said (docs/integration.md): no budget, for a sum over eight years
is none; no transaction, for a claim in the news is none; no figure without a programme. What IATI
demands and no source states is filled in where it can be seen: a narrative says so.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, SubElement

from api.wire.markup import xml_text
from api.wire.standards import Edition
from api.wire.standards.days import both_days
from schemas.codes import LANGUAGES
from schemas.region import country_of

Json = dict[str, Any]
MEDIA_TYPE = "application/xml"
VERSION = "2.03"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
WGS84 = "http://www.opengis.net/def/crs/EPSG/0/4326"
# IATI's codes, by what they mean.
FUNDING, ACCOUNTABLE = "1", "2"
PLANNED_START, ACTUAL_START = "1", "2"
IDENTIFICATION, IMPLEMENTATION = "1", "2"
MULTINATIONAL, NATIONAL, SUBNATIONAL_SEVERAL, SUBNATIONAL_ONE = "3", "4", "5", "6"
ISO_COUNTRIES = "A4"
SECONDARY, OTHER_ORGANIZATION = "1", "90"
OTHER_DESCRIPTION, OTHER_IDENTIFIER, OTHER_RESULT, OTHER_VOCABULARY = "4", "A9", "9", "99"
PARENT, UNIT = "1", "1"
UNDER_WAY, TO_COME = ("in_progress", "launched"), ("proposed",)
# What a figure says of the time at which it was stated, and not of a later one.
HELD = ("achieved", "in_progress")

HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<!-- Told second-hand, from published sources. There are no budgets and no transactions: the sources
state neither. A day or an organization that IATI demands and no source states says so itself. -->
<iati-activities version="{version}" generated-datetime="{generated}">
"""
TAIL = "</iati-activities>\n"
NOT_STATED = {"en": "Not stated by the source", "es": "La fuente no lo dice"}
START_NOT_STATED = {
    "en": "The day on which the source was published; when it began is not stated.",
    "es": "El día en que se publicó la fuente; no se dice cuándo empezó.",
}
SHARES_NOT_STATED = {
    "en": "It concerns several countries. Which share each of them has is not stated, "
    "so they are told as locations.",
    "es": "Se refiere a varios países. No se dice qué parte corresponde a cada uno; "
    "por eso figuran como ubicaciones.",
}
STATUS_NOT_STATED = {
    "en": "IATI demands a status, and what is said of this programme's is none of its codes: {}. "
    "The first code stands in its place.",
    "es": "IATI exige un estado, y lo que se dice del de este programa no es ninguno de sus "
    "códigos: {}. En su lugar figura el primero.",
}
OVER = {"en": "Over {}.", "es": "En {}."}
UNCLEAR = {
    "en": "Whether it is planned or achieved the source leaves open, so it stands in no period.",
    "es": "La fuente no aclara si está previsto o logrado; por eso no figura en ningún periodo.",
}


class Named(NamedTuple):
    """What a programme names, by its id; and what else, for others. Of figures, by the programme's
    id, when one of them last came, changed or went."""

    organizations: Mapping[str, Json]
    regions: Mapping[str, Json]
    sources: Mapping[str, Json]
    figures: Mapping[str, str]


class Metrics(NamedTuple):
    """The names of what is measured, by code and language; and when one of them last changed."""

    names: Mapping[str, Mapping[str, str]]
    updated_at: str


def activities(
    edition: Edition,
    reporter: str,
    metrics: Metrics,
    programs: Iterable[tuple[Json, Named]],
    figures: Iterator[Json],
) -> Iterator[str]:
    """The document, a part at a time. Both kinds come in the order of the programmes' ids."""
    yield HEAD.format(version=VERSION, generated=edition.released_at)
    rest = _ByProgram(figures)
    for program, named in programs:
        # A programme can have a million figures: they are written as they come.
        opened, end = _opened(_activity(edition, reporter, metrics, named, program))
        yield opened
        for figure in rest.of(program["id"]):
            yield _text(_result(edition, metrics, figure))
        yield end
    yield TAIL


class _ByProgram:
    """Figures in the order of their programmes, read one programme's at a time."""

    def __init__(self, figures: Iterator[Json]) -> None:
        self._figures = figures
        self._next = next(figures, None)

    def of(self, program: str) -> Iterator[Json]:
        while self._next is not None and self._next["program"] == program:
            yield self._next
            self._next = next(self._figures, None)


def _opened(element: Element) -> tuple[str, str]:
    """An element without its end tag, and the end tag."""
    end = f"</{element.tag}>\n"
    return _text(element).removesuffix(end), end


def _text(element: Element) -> str:
    return xml_text(element) + "\n"


def _activity(
    edition: Edition, reporter: str, metrics: Metrics, named: Named, program: Json
) -> Element:
    """Everything of an activity but its results, in the order that the standard has."""
    source = named.sources[program["source"]]
    updated_at = _updated_at(metrics, named, program)
    activity = Element("iati-activity", {"last-updated-datetime": updated_at})
    SubElement(activity, "iati-identifier").text = _identifier(reporter, program["id"])
    kind = {"ref": reporter, "type": OTHER_ORGANIZATION, "secondary-reporter": SECONDARY}
    _narrate(SubElement(activity, "reporting-org", kind), "Quipu", "en")
    _narrated(activity, "title", program["name"])
    _narrated(activity, "description", program["description"])
    where = SubElement(activity, "description", {"type": OTHER_DESCRIPTION})
    address = edition.links.pinned(edition.version, "sources", program["source"])
    # IATI knows languages without regions.
    language = source["language"].partition("-")[0]
    _narrate(where, f"{source['title']} ({source['published_on']}): {address}", language)
    if program["status"] not in (*UNDER_WAY, *TO_COME):
        said = {one: STATUS_NOT_STATED[one].format(program["status"]) for one in LANGUAGES}
        _narrated(activity, "description", said, {"type": OTHER_DESCRIPTION})
    if len(_countries(program)) > 1:
        _narrated(activity, "description", SHARES_NOT_STATED, {"type": OTHER_DESCRIPTION})
    _participants(activity, named, program)
    for identifier in program["identifiers"]:
        key = f"{identifier['scheme']}:{identifier['value']}"
        SubElement(activity, "other-identifier", {"ref": key, "type": OTHER_IDENTIFIER})
    under_way = program["status"] in UNDER_WAY
    status = IMPLEMENTATION if under_way else IDENTIFICATION
    SubElement(activity, "activity-status", {"code": status})
    start = ACTUAL_START if under_way else PLANNED_START
    day = {"type": start, "iso-date": source["published_on"]}
    _narrated(activity, "activity-date", START_NOT_STATED, day)
    _places(activity, named, program)
    if program["parent"]:
        parent = {"type": PARENT, "ref": _identifier(reporter, program["parent"])}
        SubElement(activity, "related-activity", parent)
    return activity


def _updated_at(metrics: Metrics, named: Named, program: Json) -> str:
    """When something of what stands in an activity last changed, or a figure of it went."""
    records = [
        program,
        named.sources[program["source"]],
        *(named.organizations[id_] for _, id_ in _roles(program)),
        *(named.regions[id_] for id_ in program["regions"]),
    ]
    moments: list[str] = [record["updated_at"] for record in records]
    if program["id"] in named.figures:
        moments += [named.figures[program["id"]], metrics.updated_at]
    return max(moments)


def _identifier(reporter: str, program: str) -> str:
    return f"{reporter}-{program}"


def _roles(program: Json) -> list[tuple[str, str]]:
    """(role, id) of the organizations that take part."""
    roles = [(FUNDING, funder) for funder in program["funders"]]
    if program["lead_organization"]:
        roles.append((ACCOUNTABLE, program["lead_organization"]))
    return roles


def _participants(activity: Element, named: Named, program: Json) -> None:
    roles = _roles(program)
    for role, id_ in roles:
        name = named.organizations[id_]["name"]
        _narrated(activity, "participating-org", name, {"role": role})
    if not roles:
        _narrated(activity, "participating-org", NOT_STATED, {"role": ACCOUNTABLE})


def _countries(program: Json) -> list[str]:
    return list(dict.fromkeys(map(country_of, program["regions"])))


def _places(activity: Element, named: Named, program: Json) -> None:
    regions, countries = program["regions"], _countries(program)
    if program["scope"] == "national":
        _scope(activity, MULTINATIONAL if len(countries) > 1 else NATIONAL)
    elif program["scope"]:
        _scope(activity, SUBNATIONAL_SEVERAL if len(regions) > 1 else SUBNATIONAL_ONE)
    # Several recipients must have shares that add up to 100, and no source states any.
    if len(countries) == 1:
        SubElement(activity, "recipient-country", {"code": countries[0]})
    for id_ in regions:
        if id_ != country_of(id_):
            _region(activity, named.regions[id_])
        elif len(countries) > 1:
            _country(activity, named.regions[id_])


def _scope(activity: Element, code: str) -> None:
    SubElement(activity, "activity-scope", {"code": code})


def _country(activity: Element, country: Json) -> None:
    location = SubElement(activity, "location")
    SubElement(location, "location-id", {"vocabulary": ISO_COUNTRIES, "code": country["id"]})
    _narrated(location, "name", country["name"])


def _region(activity: Element, region: Json) -> None:
    """No vocabulary of IATI has ISO 3166-2: a region goes by its name, its country and the
    position of its capital."""
    location = SubElement(activity, "location")
    _narrated(location, "name", region["name"])
    within = {"vocabulary": ISO_COUNTRIES, "code": country_of(region["id"])}
    SubElement(location, "administrative", within)
    if region["location"]:
        longitude, latitude = region["location"]["coordinates"]
        point = SubElement(location, "point", {"srsName": WGS84})
        SubElement(point, "pos").text = f"{latitude} {longitude}"


def _result(edition: Edition, metrics: Metrics, figure: Json) -> Element:
    """A figure: what it measures, in words what was said, and its value where that is clear."""
    result = Element("result", {"type": OTHER_RESULT, "aggregation-status": "false"})
    metric = str(figure["metric"])
    plain: dict[str, str] = dict.fromkeys(LANGUAGES, metric)
    _narrated(result, "title", metrics.names.get(metric, plain))
    indicator = SubElement(result, "indicator", {"measure": UNIT, "aggregation-status": "false"})
    _narrated(indicator, "title", figure["label"])
    unclear = figure["status"] == "unclear"
    _narrated(indicator, "description", _said(figure, [UNCLEAR] if unclear else []))
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
    _narrated(value, "comment", _said(figure, [days.remark] if days.remark else []))


def _said(figure: Json, more: list[Mapping[str, str]]) -> dict[str, str]:
    """The value with its hedge in words, the length of its period, and what else there is."""
    length = (figure["period"] or {}).get("duration")
    over = {language: OVER[language].format(length) for language in LANGUAGES}
    value = {language: f"{figure['display'][language]}." for language in LANGUAGES}
    sentences = [value, *([over] if length else []), *more]
    return {language: " ".join(said[language] for said in sentences) for language in LANGUAGES}


def _number(value: int | float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _narrated(
    parent: Element, name: str, texts: Mapping[str, str], attributes: dict[str, str] | None = None
) -> None:
    """An element with a narrative in each language."""
    element = SubElement(parent, name, attributes or {})
    for language in texts:
        _narrate(element, texts[language], language)


def _narrate(parent: Element, text: str, language: str) -> None:
    SubElement(parent, "narrative", {LANG: language}).text = text
