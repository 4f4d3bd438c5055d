"""The styles of a citation, each one small file and one line here; the first is the default."""

from api.wire.citations.as_bibtex import BIBTEX
from api.wire.citations.as_csl_json import CSL_JSON
from api.wire.citations.as_text import TEXT
from api.wire.formats.form import Form
from schemas.citation import Citation

STYLES: tuple[Form[Citation], ...] = (TEXT, BIBTEX, CSL_JSON)

__all__ = ["STYLES"]
