"""XML as text: whatever the data hold, it is well-formed."""

import re
from xml.etree.ElementTree import Element, tostring

# Characters that XML cannot hold, not even escaped, though a text may.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def xml_text(element: Element) -> str:
    """An element with all that is in it; U+FFFD stands for each character that XML cannot hold.

    Replaced once it is written, where texts and attributes are alike: markup has none of them.
    """
    text = tostring(element, encoding="unicode")
    return FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
