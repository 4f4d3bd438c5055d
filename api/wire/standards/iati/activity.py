"""A programme as an activity: everything of it but its results, in the order of the standard."""

from collections.abc import Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from api.wire.standards import Edition
from api.wire.standards.iati.narrative import narrate, narrated
from schemas.codes import LANGUAGES
from schemas.objects import Json
from schemas.region import country_of

WGS84 = "http://www.opengis.net/def/crs/EPSG/0/4326"
# IATI's codes, by what they mean.
FUNDING, ACCOUNTABLE = "1", "2"
PLANNED_START, ACTUAL_START = "1", "2"
IDENTIFICATION, IMPLEMENTATION = "1", "2"
MULTINATIONAL, NATIONAL, SUBNATIONAL_SEVERAL, SUBNATIONAL_ONE = "3", "4", "5", "6"
ISO_COUNTRIES = "A4"
SECONDARY, OTHER_ORGANIZATION = "1", "90"
OTHER_DESCRIPTION, OTHER_IDENTIFIER = "4", "A9"
PARENT = "1"
UNDER_WAY, TO_COME = ("in_progress", "launched"), ("proposed",)

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


class Named(NamedTuple):
    """What a programme names, by its id; and what else, for others. Of figures, by the programme's
    id, when one of them last came, changed or went."""

    organizations: Mapping[str, Json]
    regions: Mapping[str, Json]
    sources: Mapping[str, Json]
    figures: Mapping[str, str]


def activity(
    edition: Edition, reporter: str, measured_at: str, named: Named, program: Json
) -> Element:
    """An activity without its results; what is measured was last named otherwise at a moment."""
    source = named.sources[program["source"]]
    updated_at = _updated_at(measured_at, named, program)
    activity = Element("iati-activity", {"last-updated-datetime": updated_at})
    SubElement(activity, "iati-identifier").text = _identifier(reporter, program["id"])
    kind = {"ref": reporter, "type": OTHER_ORGANIZATION, "secondary-reporter": SECONDARY}
    narrate(SubElement(activity, "reporting-org", kind), "Quipu", "en")
    narrated(activity, "title", program["name"])
    narrated(activity, "description", program["description"])
    where = SubElement(activity, "description", {"type": OTHER_DESCRIPTION})
    address = edition.links.pinned(edition.version, "sources", program["source"])
    # IATI knows languages without regions.
    language = source["language"].partition("-")[0]
    narrate(where, f"{source['title']} ({source['published_on']}): {address}", language)
    if program["status"] not in (*UNDER_WAY, *TO_COME):
        said = {one: STATUS_NOT_STATED[one].format(program["status"]) for one in LANGUAGES}
        narrated(activity, "description", said, {"type": OTHER_DESCRIPTION})
    if len(_countries(program)) > 1:
        narrated(activity, "description", SHARES_NOT_STATED, {"type": OTHER_DESCRIPTION})
    _participants(activity, named, program)
    for identifier in program["identifiers"]:
        key = f"{identifier['scheme']}:{identifier['value']}"
        SubElement(activity, "other-identifier", {"ref": key, "type": OTHER_IDENTIFIER})
    under_way = program["status"] in UNDER_WAY
    status = IMPLEMENTATION if under_way else IDENTIFICATION
    SubElement(activity, "activity-status", {"code": status})
    start = ACTUAL_START if under_way else PLANNED_START
    day = {"type": start, "iso-date": source["published_on"]}
    narrated(activity, "activity-date", START_NOT_STATED, day)
    _places(activity, named, program)
    if program["parent"]:
        parent = {"type": PARENT, "ref": _identifier(reporter, program["parent"])}
        SubElement(activity, "related-activity", parent)
    return activity


def _updated_at(measured_at: str, named: Named, program: Json) -> str:
    """When something of what stands in an activity last changed, or a figure of it went."""
    records = [
        program,
        named.sources[program["source"]],
        *(named.organizations[id_] for _, id_ in _roles(program)),
        *(named.regions[id_] for id_ in program["regions"]),
    ]
    moments: list[str] = [record["updated_at"] for record in records]
    if program["id"] in named.figures:
        moments += [named.figures[program["id"]], measured_at]
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
        narrated(activity, "participating-org", name, {"role": role})
    if not roles:
        narrated(activity, "participating-org", NOT_STATED, {"role": ACCOUNTABLE})


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
    narrated(location, "name", country["name"])


def _region(activity: Element, region: Json) -> None:
    """No vocabulary of IATI has ISO 3166-2: a region goes by its name, its country and the
    position of its capital."""
    location = SubElement(activity, "location")
    narrated(location, "name", region["name"])
    within = {"vocabulary": ISO_COUNTRIES, "code": country_of(region["id"])}
    SubElement(location, "administrative", within)
    if region["location"]:
        longitude, latitude = region["location"]["coordinates"]
        point = SubElement(location, "point", {"srsName": WGS84})
        SubElement(point, "pos").text = f"{latitude} {longitude}"
