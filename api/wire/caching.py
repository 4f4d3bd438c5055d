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


# Headers of an answer that its 304 does not repeat.
NOT_REPEATED = frozenset(
    (
        "content-type", "content-length", "content-encoding", "content-disposition", "link",
        "accept-ranges", "content-range", "last-modified", "repr-digest",
    )
)  # fmt: skip


def is_named(if_none_match: str, tag: str) -> bool:
    """Whether the client says that it has the answer with this tag. `*` names none."""
    tags = parse_etags(if_none_match)
    return not tags.star_tag and tags.contains_weak(tag)


def is_fresh(if_none_match: str, tag: str) -> bool:
    """Whether the client has no use for an answer that there is, with this tag. `*` is any."""
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
    """A 304 with these headers if the client has the answer already.

    Whoever knows the tag was given it with an answer, so there is one. Of `*` nothing is known yet.
    """
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known is not None and is_named(known, tag):
        return Answer(b"", headers, 304)
    return None


def unless_any(environ: Environ, answer: Answer) -> Answer:
    """The answer; for a client that wants none if there is any (`*`), a 304 in place of one that
    has a tag. Problems have none: to them the condition does not apply (RFC 9110, 13.2.1)."""
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known is None or answer.status not in (200, 206) or not parse_etags(known).star_tag:
        return answer
    if not any(name == "ETag" for name, _ in answer.headers):
        return answer
    if answer.ended:
        answer.ended()
    kept = [header for header in answer.headers if header[0].lower() not in NOT_REPEATED]
    return Answer(b"", kept, 304)
