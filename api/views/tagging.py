"""Entity tags: of what follows from the data, and of what follows from the program alone."""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

from api.software import VERSION
from api.store.results import Release
from api.views.asking import present
from api.views.service import Service
from api.wire.answer import Answer, Environ
from api.wire.caching import entity_tag, stamps, unchanged
from api.wire.encoding import ENCODINGS, Encoding, negotiated
from schemas.query import Query


def tag_for(
    service: Service,
    environ: Environ,
    path: str,
    query: Query,
    format_name: str,
    release: Release,
    beside: Sequence[object] = (),
    codings: tuple[Encoding, ...] = ENCODINGS,
) -> str:
    """An answer's entity tag: known before any row is read.

    `as_of` is no part of it but for the version that it comes to: the newest data, and the same
    data asked for by their version, are the same answer. The data are named by their hash: another
    history may have other data by the same number. `beside` is what else an answer follows from:
    nothing, but where a decision says so. `codings` are those in which it can be had.
    """
    given, coding = query.without("as_of"), _coding(environ, codings)
    address, data = service.links.to(path), release.hash
    named = service.named
    return entity_tag(VERSION, address, given, format_name, data, coding, *named, *beside)


def _coding(environ: Environ, offered: tuple[Encoding, ...] = ENCODINGS) -> str | None:
    encoding = negotiated(environ, offered)
    return encoding.name if encoding else None


def constant(text: str, content_type: str, vary: str = "Accept-Encoding") -> Answer:
    """An answer that is the same for as long as this program runs; or a 304."""
    environ = present().environ
    tag = entity_tag(_digest(text), _coding(environ))
    headers = stamps(tag, vary=vary)
    known = unchanged(environ, tag, headers)
    return known or Answer(text.encode(), [("Content-Type", content_type), *headers])


@lru_cache(maxsize=16)
def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
