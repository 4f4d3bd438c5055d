"""The operation of the document that tells a figure's evidence, and what it answers."""

from api.spec.answers import LATEST, META, MOMENT, RELEASE, SELF, TEXT, complete, ref, with_links
from api.spec.claims import figure_id
from api.spec.document import bodies_of, document_operation, link
from api.wire.formats.as_annotation import PROFILE
from api.wire.forms import EVIDENCE
from schemas import FIGURE
from schemas.evidence import evidence_parameters
from schemas.objects import Json


def evidence_paths() -> Json:
    """`/figures/{id}/evidence`."""
    operation = document_operation(
        "get_evidence",
        FIGURE.name,
        "Get the evidence for a figure",
        "Where the figure was stated and by whom, how the printed digits come to its value, how "
        "its bounds follow, what happened to it in which data version, and whether the source's "
        "text was last seen to hold the digits (`quipu validate` writes that down). As "
        "`application/ld+json`, with the profile of Web Annotations, it is an annotation of the "
        "source's text. A new check of the text changes this answer without a new data version, "
        "and its `ETag` with it.",
        bodies_of(EVIDENCE),
        evidence_parameters([form.name for form in EVIDENCE]),
        paths=[figure_id()],
        links=link("get_source", "The source.", id="$response.body#/source/id"),
    )
    return {"/figures/{id}/evidence": {"get": operation}}


def evidence_answers() -> Json:
    """The named schemas around evidence."""
    return {
        "EvidenceDocument": with_links(ref("Evidence"), ref("EvidenceLinks"), meta=META),
        "EvidenceLinks": complete(
            {
                "self": SELF,
                "latest": LATEST,
                "figure": TEXT,
                "source": TEXT,
                "claims": TEXT,
                "cite": TEXT,
                "release": RELEASE,
            }
        ),
        "Annotation": _annotation(),
    }


def _annotation() -> Json:
    """What of the Web Annotation Data Model is used."""
    figure = _typed("Dataset", id=TEXT, format=TEXT)
    words = _typed("TextualBody", purpose=TEXT, value=TEXT, language=TEXT, format=TEXT)
    position = _typed(
        "TextPositionSelector",
        start={"type": "integer", "minimum": 0},
        end={"type": "integer", "minimum": 1},
    )
    quote = _typed("TextQuoteSelector", exact=TEXT)
    checksum = _typed(
        "spdx:Checksum",
        **{"spdx:algorithm": complete({"id": TEXT}), "spdx:checksumValue": TEXT},
    )
    text = _typed("Text", id=TEXT, format=TEXT, language=TEXT)
    target = _typed(
        "SpecificResource",
        source={**text, "description": "The text that the hash is of."},
        state={
            **_typed("oa:State", **{"spdx:checksum": checksum}),
            "description": "The hash of the text.",
        },
        selector={
            "type": "array",
            "items": {"anyOf": [position, quote]},
            "description": "The digits: by their place in code points, and themselves.",
        },
    )
    found: Json = complete(
        {
            "@context": {
                "type": "array",
                "items": {
                    "anyOf": [
                        {"type": "string", "const": PROFILE},
                        {"type": "object", "additionalProperties": TEXT},
                    ]
                },
            },
            "id": SELF,
            "type": {"type": "string", "const": "Annotation"},
            "motivation": TEXT,
            "modified": MOMENT,
            "body": {"type": "array", "items": {"anyOf": [figure, words]}},
            "target": target,
        }
    )
    return {**found, "description": "A W3C Web Annotation, in JSON-LD."}


def _typed(kind: str, **members: Json) -> Json:
    """An object of a type, with these members."""
    found: Json = complete({"type": {"type": "string", "const": kind}, **members})
    return found
