"""Evidence as a W3C Web Annotation, in JSON-LD: the figure is the body, the digits in the text of
the source are the target. No sentence of the source is in it, only the digits."""

from typing import Any

from api.wire.formats.form import Document, Form
from schemas.compact import dump_for_pages

PROFILE = "http://www.w3.org/ns/anno.jsonld"
# The hash of a text is no word of the annotation's vocabulary: SPDX has one.
SPDX = {"spdx": "http://spdx.org/rdf/terms#"}


def annotation(evidence: Document) -> dict[str, Any]:
    """The annotation, as JSON-LD has it."""
    links, source = evidence["links"], evidence["source"]
    return {
        "@context": [PROFILE, SPDX],
        "id": links["self"],
        "type": "Annotation",
        "motivation": "identifying",
        "modified": evidence["history"][0]["at"],
        "body": [
            {"id": links["figure"], "type": "Dataset", "format": "application/json"},
            *(
                {
                    "type": "TextualBody",
                    "purpose": "describing",
                    "value": text,
                    "language": language,
                    "format": "text/plain",
                }
                for language, text in evidence["display"].items()
            ),
        ],
        "target": {
            "type": "SpecificResource",
            "source": {
                "id": links["source"],
                "type": "Text",
                "format": "text/plain",
                "language": source["language"],
            },
            "state": {
                "type": "oa:State",
                "spdx:checksum": {
                    "type": "spdx:Checksum",
                    "spdx:algorithm": {"id": "spdx:checksumAlgorithm_sha256"},
                    "spdx:checksumValue": source["sha256"],
                },
            },
            "selector": [
                {
                    "type": "TextPositionSelector",
                    "start": evidence["locator"]["start"],
                    "end": evidence["locator"]["end"],
                },
                {"type": "TextQuoteSelector", "exact": evidence["stated"]},
            ],
        },
    }


def write(evidence: Document) -> str:
    return dump_for_pages(annotation(evidence))


ANNOTATION = Form(
    "annotation",
    "application/ld+json",
    "Annotation",
    write,
    profile=PROFILE,
)
