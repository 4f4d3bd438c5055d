"""Addresses of the web: an URI, or an IRI.

What is neither breaks the formats of others that it is written into: RDF, XML, Markdown.
"""

from typing import Any
from urllib.parse import quote

from schemas.fields.text import Text


class Url(Text):
    """An absolute https or http address."""

    pattern = r"^https?://[^\s\u0000-\u001F\u007F]+$"
    default_error_messages = {
        "pattern": "must be an address that begins with https:// or http://",
        "character": "holds {text!r}, which an address cannot: write it as {escaped}",
        "escape": "holds {text!r}: after '%' come two hexadecimal digits; a '%' itself is '%25'",
        "host": "has no host that can be read: {text!r}",
        "place": "holds {text!r} in its {part}, where it cannot stand: write it as {escaped}",
    }

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        # What is compiled to read an address is a hundredth of a start, which reads none.
        from schemas.fields.iri import find_blank, find_fault  # noqa: PLC0415

        # The pattern would only say how an address begins.
        fault = find_blank(value) if isinstance(value, str) else None
        if not fault:
            text = super()._deserialize(value, *args, **kwargs)
            fault = find_fault(text)
        if fault:
            kind, found, part = fault
            raise self.make_error(kind, text=found, part=part, escaped=quote(found, safe=""))
        return text
