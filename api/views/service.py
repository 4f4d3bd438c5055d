"""What the views are given to work with, and the steps that every answer goes through."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from itertools import chain
from typing import Any

from flask import Request, Response, request
from werkzeug.http import http_date

from api.bulk.making import Maker
from api.store.pool import Store
from api.store.read import Snapshot
from api.store.results import Release
from api.wire.caching import CACHE_CONTROL, VARY, entity_tag, is_fresh
from api.wire.encoding import ENCODINGS, Encoding, negotiated
from api.wire.links import Links
from api.wire.problems import Problem, refuse
from api.wire.querystring import query_pairs
from schemas.deprecation import Deprecation
from schemas.parameters import Parameter
from schemas.query import Mistake, Query, read_query
from schemas.resource import Resource


@dataclass(frozen=True)
class Service:
    """One running service: passed to each view, never looked up."""

    store: Store
    links: Links
    software: str
    document: dict[str, Any]
    maker: Maker
    iati_reporter: str


def present() -> Request:
    """The request that is being handled: itself, where `request` looks it up at each mention."""
    found: Request = request._get_current_object()  # type: ignore[attr-defined]
    return found


def understand(request: Request, parameters: tuple[Parameter, ...]) -> Query:
    """The request's query, read strictly. Raises Problem with every mistake."""
    query, mistakes = read_query(parameters, query_pairs(request.query_string))
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
        mistake = Mistake("as_of", "no_such_version", message, first.released_at)
    raise refuse([mistake], code="not-found")


def tag_for(
    service: Service,
    path: str,
    query: Query,
    format_name: str,
    release: Release,
    beside: Sequence[object] = (),
    codings: tuple[Encoding, ...] = ENCODINGS,
) -> str:
    """An answer's entity tag: known before any row is read.

    `as_of` is no part of it but for the version that it comes to: the newest data, and the same
    data asked for by their version, are the same answer. `beside` is what else an answer follows
    from: nothing, but where a decision says so. `codings` are those in which it can be had.
    """
    given, coding = query.without("as_of"), _coding(request, codings)
    address, version = service.links.to(path), release.version
    return entity_tag(service.software, address, given, format_name, version, coding, *beside)


def _coding(request: Request, offered: tuple[Encoding, ...] = ENCODINGS) -> str | None:
    encoding = negotiated(request, offered)
    return encoding.name if encoding else None


def missing(resource: Resource, snapshot: Snapshot, release: Release, id_: str) -> Problem:
    """The problem of a record that there is not, or no longer."""
    withdrawn = snapshot.last_version(resource, id_)
    if withdrawn is not None and withdrawn <= release.version:
        detail = (
            f"the {resource.singular} {id_!r} was withdrawn in data version {withdrawn}; "
            f"read it with as_of={withdrawn - 1}"
        )
    else:
        detail = f"there is no {resource.singular} {id_!r} in data version {release.version}"
    return Problem("not-found", detail)


def stamp(response: Response, tag: str, release: Release) -> Response:
    """Add what makes an answer cacheable and says which data it comes from."""
    # Added all at once: nobody else sets them.
    response.headers.extend(
        (
            ("ETag", f'"{tag}"'),
            ("Cache-Control", CACHE_CONTROL),
            ("Vary", VARY),
            ("Quipu-Data-Version", str(release.version)),
        )
    )
    return response


def not_modified(request: Request, tag: str, release: Release) -> Response | None:
    """A 304 if the client has the answer already."""
    if is_fresh(request.environ.get("HTTP_IF_NONE_MATCH"), tag):
        return stamp(Response(status=304), tag, release)
    return None


def constant(
    request: Request, text: str, content_type: str, vary: str = "Accept-Encoding"
) -> Response:
    """An answer that is the same for as long as this program runs; or a 304."""
    tag = entity_tag(_digest(text), _coding(request))
    known = is_fresh(request.headers.get("If-None-Match"), tag)
    response = Response(status=304) if known else Response(text, content_type=content_type)
    response.headers["ETag"] = f'"{tag}"'
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.headers["Vary"] = vary
    return response


@lru_cache(maxsize=64)
def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def begun(request: Request, parts: Iterable[str | bytes]) -> Iterator[bytes]:
    """The parts of a stream, the first one made: what goes wrong at once is a problem in time.

    HEAD asks for none: how long the stream would be is not known, and is not said.
    """
    if request.method == "HEAD":
        return iter(())
    rest = encoded(parts)
    first = next(rest, b"")
    return chain((first,), rest)


def encoded(parts: Iterable[str | bytes]) -> Iterator[bytes]:
    """Parts of a body as they are sent."""
    return (part if isinstance(part, bytes) else part.encode() for part in parts)


def retire(response: Response, deprecations: Iterable[Deprecation | None]) -> Response:
    """Say that what was asked for is being retired: RFC 9745 and RFC 8594."""
    known = [deprecation for deprecation in deprecations if deprecation]
    if known:
        since = min(deprecation.since for deprecation in known)
        response.headers["Deprecation"] = f"@{int(_midnight(since).timestamp())}"
        sunsets = [deprecation.sunset for deprecation in known if deprecation.sunset]
        if sunsets:
            response.headers["Sunset"] = http_date(_midnight(min(sunsets)))
    return response


def moment(text: str) -> datetime:
    """A stored moment as an aware datetime."""
    return datetime.fromisoformat(text)


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)
