"""An answer follows from path, question, format and data version: so does its tag."""

import json
from hashlib import sha256

from werkzeug.http import parse_etags

CACHE_CONTROL = "public, max-age=0, must-revalidate"
VARY = "Accept, Accept-Encoding"


ENCODER = json.JSONEncoder(default=str)


def entity_tag(*parts: object) -> str:
    """A strong tag, without its quotes."""
    return sha256(ENCODER.encode(parts).encode()).hexdigest()[:32]


def is_fresh(if_none_match: str | None, tag: str) -> bool:
    """Whether the client already has the answer with this tag."""
    if if_none_match is None:
        return False
    return parse_etags(if_none_match).contains_weak(tag)
