"""What the views are given to work with, and what they ask of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any

from flask import Request, request

from api.bulk.making import Maker
from api.software import VERSION
from api.store.pool import Store
from api.store.read import Snapshot
from api.store.results import Release
from api.views.long import LongAnswers
from api.wire.answer import Answer, Environ
from api.wire.caching import entity_tag, stamps, unchanged
from api.wire.encoding import ENCODINGS, Encoding, negotiated
from api.wire.links import Links
from api.wire.problems import Problem, refuse
from api.wire.querystring import query_pairs
from schemas.fields.time import DATE_ALONE, begins_a_day
from schemas.parameter import Parameter
from schemas.query import Query
from schemas.reading import Mistake, read_query


@dataclass(frozen=True)
class Service:
    """One running service: passed to each view, never looked up."""

    store: Store
    links: Links
    maker: Maker
    iati_reporter: str
    long: LongAnswers

    @cached_property
    def named(self) -> tuple[str, ...]:
        """Who coins ids, and who reports: some answers name them."""
        return self.links.tag(""), self.iati_reporter

    @cached_property
    def document(self) -> dict[str, Any]:
        """The OpenAPI document. Made when it is first asked for: the start does not wait for it.
        Clients put its paths behind the server's address: that has the public URL's path."""
        from api.spec import build, servers  # noqa: PLC0415

        return {**build(VERSION), "servers": servers(self.links.root)}


def present() -> Request:
    """The request that is being handled: itself, where `request` looks it up at each mention."""
    found: Request = request._get_current_object()  # type: ignore[attr-defined]
    return found


def understand(environ: Environ, parameters: tuple[Parameter, ...]) -> Query:
    """The request's query, read strictly. Raises Problem with every mistake."""
    query, mistakes = read_query(parameters, query_pairs(environ["QUERY_STRING"]))
    if mistakes:
        raise refuse(mistakes)
    return query


def release_for(snapshot: Snapshot, as_of: int | str | None, parameter: str = "as_of") -> Release:
    """The release that a question is about. Raises Problem, naming the parameter, if none is."""
    release = snapshot.release(as_of)
    if release is not None:
        return release
    newest = snapshot.release(None)
    if newest is None:
        raise Problem("unavailable", "no data has been loaded yet", headers=[("Retry-After", "10")])
    if isinstance(as_of, int):
        message = f"names data version {as_of}, which there is not; the newest is {newest.version}"
        mistake = Mistake(parameter, "no_such_version", message, str(newest.version))
    else:
        first = snapshot.release(1) or newest
        message = f"is before there were any data; the first came at {first.released_at}"
        if as_of and begins_a_day(as_of):
            message += f". {DATE_ALONE}"
        mistake = Mistake("as_of", "no_such_version", message, first.released_at)
    raise refuse([mistake], code="not-found")


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


def moment(text: str) -> datetime:
    """A stored moment as an aware datetime."""
    return datetime.fromisoformat(text)
