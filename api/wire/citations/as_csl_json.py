"""A citation for reference managers and citation processors: CSL-JSON, a list of one item."""

from typing import Any

from api.wire.formats.form import Form
from schemas.citation import Citation
from schemas.compact import dump

NOTES = {
    "en": "Stated as “{stated}” on {stated_on}",
    "es": "Dicho como «{stated}» el {stated_on}",
}


def item(citation: Citation) -> dict[str, Any]:
    """The item: a figure is an entry of a data set that a text contains."""
    return {
        "id": citation.key,
        "type": "dataset",
        "title": citation.named,
        "author": [{"literal": citation.author}],
        "container-title": citation.title,
        "publisher": citation.publisher,
        "issued": {"date-parts": [[int(part) for part in citation.published_on.split("-")]]},
        "URL": citation.permalink,
        "source": "Quipu",
        "version": str(citation.version),
        "language": citation.language,
        "note": NOTES[citation.language].format(**citation._asdict()),
    }


def write(citation: Citation) -> str:
    return dump([item(citation)])


CSL_JSON = Form(
    "csl-json",
    "application/vnd.citationstyles.csl+json",
    "CitationCsl",
    write,
)
