"""DCAT 3: the data sets, what they can be had as, and the service, as JSON-LD for catalogues."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from api.wire.formats import Format, list_formats
from api.wire.standards import Edition
from api.wire.title import HEADING, TITLE
from schemas import BY_NAME, RESOURCES
from schemas.codes import LANGUAGES
from schemas.objects import Json

MEDIA_TYPE = "application/ld+json"
IANA = "https://www.iana.org/assignments/media-types/"
CONTEXT: Json = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# Where DCAT 3 has its names of languages from.
ISO_639 = "http://id.loc.gov/vocabulary/iso639-1/"
DESCRIPTION = {
    "en": "Every figure with its exact value, how sure it is, and where it was said.",
    "es": "Cada cifra con su valor exacto, cuán segura es y dónde se dijo.",
}


class Download(NamedTuple):
    """A file of all the data."""

    name: str
    media_type: str
    help: str


class Held(NamedTuple):
    """When a data set came first, when it last changed, of which resources it has records."""

    issued: str
    modified: str
    resources: Collection[str]


def catalog(
    edition: Edition,
    datasets: Iterable[Mapping[str, Any]],
    held: Mapping[str, Held],
    downloads: Iterable[Download],
) -> Json:
    """The catalogue. What is `held` is so by the data set's id."""
    links = edition.links
    whole = links.to("/downloads", edition.pin)
    service = links.to("/openapi.json")
    described = [_dataset(edition, dataset, held[dataset["id"]], whole) for dataset in datasets]
    first = min((one.issued for one in held.values()), default=edition.released_at)
    return {
        "@context": CONTEXT,
        "@id": links.to("/catalog.jsonld"),
        "@type": "dcat:Catalog",
        "dcterms:title": _texts(HEADING.as_map),
        "dcterms:description": _texts(DESCRIPTION),
        "dcterms:publisher": _publisher(edition),
        "dcterms:language": [{"@id": f"{ISO_639}{language}"} for language in LANGUAGES],
        "dcterms:issued": _moment(first),
        "dcterms:modified": _moment(edition.released_at),
        "dcat:dataset": [_everything(edition, whole, downloads, first, described), *described],
        "dcat:service": {
            "@id": service,
            "@type": "dcat:DataService",
            "dcterms:title": _texts(HEADING.as_map),
            "dcterms:publisher": _publisher(edition),
            "dcat:endpointURL": {"@id": links.to("/")},
            "dcat:endpointDescription": {"@id": service},
            "dcat:servesDataset": [{"@id": whole}, *({"@id": one["@id"]} for one in described)],
        },
    }


def _everything(
    edition: Edition, whole: str, downloads: Iterable[Download], issued: str, parts: list[Json]
) -> Json:
    """All the data sets together, which is what the downloads hold."""
    return {
        "@id": whole,
        "@type": "dcat:Dataset",
        "dcterms:title": _texts(HEADING.as_map),
        "dcterms:description": _texts(DESCRIPTION),
        "dcterms:identifier": "quipu",
        "dcterms:publisher": _publisher(edition),
        "dcterms:issued": _moment(issued),
        "dcterms:modified": _moment(edition.released_at),
        "dcterms:hasPart": [{"@id": part["@id"]} for part in parts],
        "dcat:version": str(edition.version),
        "dcat:distribution": [
            _distribution(
                edition.links.to(f"/downloads/{one.name}", edition.pin),
                one.media_type,
                one.help,
                edition.released_at,
                download=True,
            )
            for one in downloads
        ],
    }


def _dataset(edition: Edition, dataset: Mapping[str, Any], held: Held, whole: str) -> Json:
    links, id_ = edition.links, dataset["id"]
    found: Json = {
        "@id": links.to(f"/datasets/{id_}", edition.pin),
        "@type": "dcat:Dataset",
        "dcterms:title": _texts(dataset["title"]),
        "dcterms:description": _texts(dataset["description"]),
        "dcterms:identifier": id_,
        "dcterms:publisher": _publisher(edition),
        "dcterms:issued": _moment(held.issued),
        "dcterms:modified": _moment(held.modified),
        "dcterms:isPartOf": {"@id": whole},
        "dcterms:requires": [
            {"@id": links.to(f"/datasets/{other}", edition.pin)} for other in dataset["depends_on"]
        ],
        "dcterms:rights": {"@type": "dcterms:RightsStatement", "rdfs:label": dataset["licence"]},
        "dcat:version": str(edition.version),
        "dcat:landingPage": {"@id": links.to(f"/datasets/{id_}")},
        "dcat:distribution": [
            _distribution(
                _collection(edition, resource.name, id_, format_),
                format_.media_type,
                f"The {resource.name} of this data set.",
                held.modified,
                download=format_.whole,
            )
            for resource in RESOURCES
            if resource.name in held.resources
            for format_ in list_formats(BY_NAME[resource.name])
        ],
    }
    if dataset["licence_url"]:
        found["dcterms:license"] = {"@id": dataset["licence_url"]}
    return found


def _collection(edition: Edition, resource: str, dataset: str, format_: Format) -> str:
    asked = [("dataset", dataset), ("format", format_.name)]
    return edition.links.to(f"/{resource}", [*asked, *edition.pin])


def _distribution(
    address: str, media_type: str, title: str, modified: str, *, download: bool
) -> Json:
    found: Json = {
        "@id": address,
        "@type": "dcat:Distribution",
        "dcterms:title": {"@value": title, "@language": "en"},
        "dcterms:modified": _moment(modified),
        "dcat:accessURL": {"@id": address},
        "dcat:mediaType": {"@id": f"{IANA}{media_type}"},
    }
    return {**found, "dcat:downloadURL": {"@id": address}} if download else found


def _publisher(edition: Edition) -> Json:
    return {"@id": edition.links.to("/"), "@type": "foaf:Agent", "foaf:name": TITLE}


def _texts(texts: Mapping[str, str]) -> list[Json]:
    return [{"@value": texts[language], "@language": language} for language in LANGUAGES]


def _moment(text: str) -> Json:
    return {"@value": text, "@type": "xsd:dateTime"}
