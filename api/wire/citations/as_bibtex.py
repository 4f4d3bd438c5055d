"""A citation for BibTeX and BibLaTeX: UTF-8, with LaTeX's own characters escaped.

Braces are written as commands: BibTeX counts them in a value even where they are escaped. Titles
and authors stand in a second pair of braces: no style lowers their capitals, or takes the last of
somebody's names for all of them.
"""

import re

from api.wire.formats.form import Form
from schemas.citation import Citation

ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': r"\textquotedbl{}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "`": r"\textasciigrave{}",
        "\u00a0": "~",
    }
)
# What LaTeX would make one character of: a dash of two hyphens, a quotation mark of two commas.
LIGATURE = re.compile(r"([-',])(?=\1)")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LANGUAGES = {"en": "english", "es": "spanish"}
IN = {"en": "In", "es": "En"}
NOTES = {
    "en": "Stated as “{stated}” on {stated_on}. Quipu, data version {version}",
    "es": "Dicho como «{stated}» el {stated_on}. Quipu, versión {version} de los datos",
}


def escaped(text: str) -> str:
    """Text as LaTeX prints it."""
    return LIGATURE.sub(r"\1{}", text.translate(ESCAPES))


def write(citation: Citation) -> str:
    year, month, day = citation.published_on.split("-")
    note = NOTES[citation.language].format(**citation._asdict())
    fields = {
        "author": f"{{{{{escaped(citation.author)}}}}}",
        "title": f"{{{{{escaped(citation.named)}}}}}",
        "howpublished": f"{{{IN[citation.language]}: {{{escaped(citation.title)}}}}}",
        "publisher": f"{{{{{escaped(citation.publisher)}}}}}",
        "year": f"{{{year}}}",
        "month": MONTHS[int(month) - 1],
        "day": f"{{{int(day)}}}",
        # An address is taken as it is.
        "url": f"{{{citation.permalink}}}",
        "note": f"{{{escaped(note)}}}",
        "langid": f"{{{LANGUAGES[citation.language]}}}",
    }
    lines = ",\n".join(f"  {name} = {value}" for name, value in fields.items())
    return f"@misc{{{citation.key},\n{lines}\n}}\n"


BIBTEX = Form("bibtex", "application/x-bibtex", "CitationBibtex", write)
