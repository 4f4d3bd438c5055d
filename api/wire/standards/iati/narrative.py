"""What is said in words: an element of IATI has a narrative for each language."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def narrated(
    parent: Element, name: str, texts: Mapping[str, str], attributes: dict[str, str] | None = None
) -> None:
    """An element with a narrative in each language."""
    element = SubElement(parent, name, attributes or {})
    for language in texts:
        narrate(element, texts[language], language)


def narrate(parent: Element, text: str, language: str) -> None:
    SubElement(parent, "narrative", {LANG: language}).text = text
