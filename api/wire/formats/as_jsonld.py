"""schema.org, as JSON-LD: one record for those who read the web's vocabulary.

It says less than the record does: a bound that is not inclusive, what a qualifier leaves open and
how a figure stands to others have no words there. The context is written out: nothing is fetched.
"""

from collections.abc import Callable, Mapping

from api.wire.formats.page import Format, Item
from schemas.codes import LANGUAGES
from schemas.compact import dump_for_pages, parse
from schemas.objects import Json
from schemas.region import country_of

CONTEXT = {"@vocab": "https://schema.org/"}
# Kinds of organizations that are part of a state; any other is plainly an organization.
OF_A_STATE = ("ministry", "public_programme", "government_level", "council")


def write_item(item: Item) -> str:
    record = parse(item.body)
    written = WRITERS[item.resource.name](record, item)
    found = {"@context": CONTEXT, "@id": item.to(item.resource.name, record["id"]), **written}
    return dump_for_pages({name: value for name, value in found.items() if value not in (None, [])})


def _figure(record: Json, item: Item) -> Json:
    period = record["period"] or {}
    return {
        "@type": "Observation",
        "identifier": record["id"],
        "name": _texts(record["label"]),
        "description": _texts(record["display"]),
        "value": record["value"],
        "minValue": record["lower"],
        "maxValue": record["upper"],
        "unitText": record["unit"],
        "variableMeasured": record["metric"],
        "observationAbout": [
            _named("AdministrativeArea", item.to("regions", id_)) for id_ in record["regions"]
        ],
        "observationDate": record["attribution"]["on"],
        "observationPeriod": period.get("duration"),
        "subjectOf": [
            _named("NewsArticle", item.to("sources", record["source"]["id"])),
            *_each("CreativeWork", "programs", record["program"], item),
        ],
    }


def _program(record: Json, item: Item) -> Json:
    return {
        "@type": "GovernmentService",
        "identifier": [record["id"], *map(_key, record["identifiers"])],
        "name": _texts(record["name"]),
        "alternateName": record["acronym"],
        "description": _texts(record["description"]),
        "serviceType": record["kind"],
        "category": record["sectors"],
        "provider": _each("Organization", "organizations", record["lead_organization"], item),
        "areaServed": [
            _named("AdministrativeArea", item.to("regions", id_)) for id_ in record["regions"]
        ],
        "isRelatedTo": _each("GovernmentService", "programs", record["parent"], item),
        "subjectOf": _named("NewsArticle", item.to("sources", record["source"])),
    }


def _key(identifier: Json) -> Json:
    return {
        "@type": "PropertyValue",
        "propertyID": identifier["scheme"],
        "value": identifier["value"],
    }


def _region(record: Json, item: Item) -> Json:
    place = record["location"]
    return {
        "@type": "Country" if record["id"] == country_of(record["id"]) else "AdministrativeArea",
        "identifier": record["id"],
        "name": _texts(record["name"]),
        "containedInPlace": _each("Country", "regions", record["parent"], item),
        "geo": place
        and {
            "@type": "GeoCoordinates",
            "longitude": place["coordinates"][0],
            "latitude": place["coordinates"][1],
        },
    }


def _organization(record: Json, item: Item) -> Json:
    state = record["kind"] in OF_A_STATE
    aliases = [alias["name"] for alias in record["aliases"]]
    return {
        "@type": "GovernmentOrganization" if state else "Organization",
        "identifier": record["id"],
        "name": _texts(record["name"]),
        "alternateName": [*filter(None, [record["acronym"]]), *aliases],
        "parentOrganization": _each("Organization", "organizations", record["parent"], item),
        "areaServed": _each("Country", "regions", record["country"], item),
    }


def _source(record: Json, item: Item) -> Json:
    return {
        "@type": "NewsArticle",
        "identifier": [
            record["id"],
            {"@type": "PropertyValue", "propertyID": "sha256", "value": record["sha256"]},
        ],
        "headline": {"@value": record["title"], "@language": record["language"]},
        "publisher": _named("Organization", item.to("organizations", record["publisher"])),
        "datePublished": record["published_on"],
        "inLanguage": record["language"],
        "sameAs": record["url"],
    }


def _codelist(record: Json, _: Item) -> Json:
    return {
        "@type": "DefinedTermSet",
        "identifier": record["id"],
        "name": _texts(record["name"]),
        "hasDefinedTerm": [
            {
                "@type": "DefinedTerm",
                "termCode": code["code"],
                "name": _texts(code["name"]),
                **({"description": _texts(code["definition"])} if code["definition"] else {}),
            }
            for code in record["codes"]
        ],
    }


def _dataset(record: Json, item: Item) -> Json:
    return {
        "@type": "Dataset",
        "identifier": record["id"],
        "name": _texts(record["title"]),
        "description": _texts(record["description"]),
        "license": record["licence_url"],
        "usageInfo": {"@type": "CreativeWork", "text": record["licence"]},
        "version": str(record["version"]),
        "dateModified": record["updated_at"],
        "isBasedOn": [_named("Dataset", item.to("datasets", id_)) for id_ in record["depends_on"]],
    }


def _texts(texts: Mapping[str, str]) -> list[Json]:
    return [{"@value": texts[language], "@language": language} for language in LANGUAGES]


def _named(kind: str, address: str) -> Json:
    return {"@type": kind, "@id": address}


def _each(kind: str, resource: str, id_: str | None, item: Item) -> list[Json]:
    """What a record names, if it does."""
    return [_named(kind, item.to(resource, id_))] if id_ else []


WRITERS: dict[str, Callable[[Json, Item], Json]] = {
    "figures": _figure,
    "programs": _program,
    "regions": _region,
    "organizations": _organization,
    "sources": _source,
    "codelists": _codelist,
    "datasets": _dataset,
}

JSONLD = Format(
    "jsonld",
    "application/ld+json",
    "JSON-LD",
    whole=False,
    body="JsonLd",
    write_item=write_item,
    # What schema.org has no words for is not said in them.
    fits=lambda resource: resource.name in WRITERS,
    complete=True,
)
