"""A citation as a line of text."""

from datetime import date

from api.wire.formats.form import Form
from schemas.citation import Citation

LOCALES = {"en": "en", "es": "es_PE"}
DATES = {"en": "d MMMM y", "es": "d 'de' MMMM 'de' y"}
SENTENCES = {
    "en": "{said}, {stated_on}: {value}. {label} ({subject}). "
    "Stated as “{stated}” in: {title}. {publisher}, {published_on}. "
    "Quipu, data version {version}: {permalink}\n",
    "es": "{said}, {stated_on}: {value}. {label} ({subject}). "
    "Dicho como «{stated}» en: {title}. {publisher}, {published_on}. "
    "Quipu, versión {version} de los datos: {permalink}\n",
}


def day(iso: str, language: str) -> str:
    """A date in words: `28 April 2021`, `28 de abril de 2021`."""
    from babel.dates import format_date  # noqa: PLC0415 - a start needs none of it

    return format_date(date.fromisoformat(iso), DATES[language], LOCALES[language])


def write(citation: Citation) -> str:
    capacity = [citation.role, citation.organization if citation.speaker else None]
    aside = ", ".join(part for part in capacity if part)
    return SENTENCES[citation.language].format(
        **{
            **citation._asdict(),
            "said": f"{citation.author} ({aside})" if aside else citation.author,
            "stated_on": day(citation.stated_on, citation.language),
            "published_on": day(citation.published_on, citation.language),
        }
    )


TEXT = Form("text", "text/plain", "CitationText", write)
