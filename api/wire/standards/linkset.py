"""RFC 9727: what the service is and where it is described, as a set of links (RFC 9264)."""

from typing import Any

from api.wire.links import Links

PROFILE = "https://www.rfc-editor.org/info/rfc9727"
MEDIA_TYPE = "application/linkset+json"
CONTENT_TYPE = f'{MEDIA_TYPE}; profile="{PROFILE}"'
PATH = "/.well-known/api-catalog"


def api_catalog(links: Links) -> dict[str, Any]:
    """The catalogue of this host's one API."""

    def to(path: str, media_type: str, title: str) -> list[dict[str, str]]:
        return [{"href": links.to(path), "type": media_type, "title": title}]

    json, ld = "application/json", "application/ld+json"
    return {
        "linkset": [
            {"anchor": links.to(PATH), "item": [{"href": links.to("/"), "title": "Quipu"}]},
            {
                "anchor": links.to("/"),
                "service-desc": to("/openapi.json", "application/openapi+json", "OpenAPI 3.1"),
                "service-doc": to("/apidocs/", "text/html", "Every operation, to be tried out"),
                "service-meta": to("/catalog.jsonld", ld, "The data sets, DCAT 3"),
                "status": to("/readyz", json, "Whether the data can be read"),
                "terms-of-service": to("/datasets", json, "The terms of each data set"),
            },
        ]
    }
