"""The operation of the document that cites a figure, and what it answers."""

from api.spec.answers import TEXT
from api.spec.claims import figure_id
from api.spec.document import bodies_of, document_operation
from api.wire.citations import STYLES
from schemas import FIGURE
from schemas.citation import citation_parameters
from schemas.objects import Json


def cite_paths() -> Json:
    """`/figures/{id}/cite`."""
    operation = document_operation(
        "cite_figure",
        FIGURE.name,
        "Cite a figure",
        "The figure as a reference: its value with its qualifier, what it measures, who said it, "
        "the source's title, publisher and day, and its permanent address in this data version. "
        "The address has a host only where the service knows its own (`QUIPU_PUBLIC_URL`). The day "
        "of access is for the reader to add: the same question always has the same answer.",
        bodies_of(STYLES),
        citation_parameters([style.name for style in STYLES]),
        paths=[figure_id()],
    )
    return {"/figures/{id}/cite": {"get": operation}}


def cite_answers() -> Json:
    """The named schemas of citations."""
    return {
        "CitationText": {"type": "string", "description": "One line, to be read by people."},
        "CitationBibtex": {
            "type": "string",
            "description": "One entry of BibTeX, in UTF-8, with LaTeX's characters escaped.",
        },
        "CitationCsl": {
            "type": "array",
            "description": "CSL-JSON: a list of one item.",
            "minItems": 1,
            "maxItems": 1,
            "items": _item(),
        },
    }


def _item() -> Json:
    members = {
        "id": TEXT,
        "type": {"type": "string", "const": "dataset"},
        "title": TEXT,
        "author": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"literal": TEXT},
                "required": ["literal"],
            },
        },
        "container-title": {"type": "string", "description": "The source's title."},
        "publisher": TEXT,
        "issued": {
            "type": "object",
            "properties": {
                "date-parts": {
                    "type": "array",
                    "items": {"type": "array", "items": {"type": "integer"}},
                }
            },
            "required": ["date-parts"],
        },
        "URL": {"type": "string", "description": "The figure in this data version, for good."},
        "source": TEXT,
        "version": {"type": "string", "description": "The data version."},
        "language": TEXT,
        "note": TEXT,
    }
    return {"type": "object", "properties": members, "required": list(members)}
