"""An answer follows from path, question, format and data version: so does its tag."""

import json
from hashlib import sha256

from werkzeug.http import parse_etags

from api.wire.answer import Answer, Environ

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


def stamps(
    tag: str, version: int | None = None, control: str = CACHE_CONTROL, vary: str = VARY
) -> list[tuple[str, str]]:
    """The headers that make an answer cacheable and say which data it comes from, if from any."""
    found = [("ETag", f'"{tag}"'), ("Cache-Control", control), ("Vary", vary)]
    if version is not None:
        found.append(("Quipu-Data-Version", str(version)))
    return found


def unchanged(environ: Environ, tag: str, headers: list[tuple[str, str]]) -> Answer | None:
    """A 304 with these headers if the client has the answer already."""
    if is_fresh(environ.get("HTTP_IF_NONE_MATCH"), tag):
        return Answer(b"", headers, 304)
    return None
