"""What the views are given to work with, and the steps that every answer goes through."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from flask import Request, Response
from werkzeug.http import http_date

from api.bulk.making import Maker
from api.store.read import Release, Snapshot, Store
from api.wire.caching import CACHE_CONTROL, VARY, entity_tag, is_fresh
from api.wire.links import Links
from api.wire.problems import Problem, refuse
from api.wire.querystring import query_pairs
from schemas.deprecation import Deprecation
from schemas.parameters import Parameter
from schemas.query import Mistake, Query, read_query


@dataclass(frozen=True)
class Service:
    """One running service: passed to each view, never looked up."""

    store: Store
    links: Links
    software: str
    document: dict[str, Any]
    maker: Maker
    iati_reporter: str


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


def tag_for(service: Service, path: str, query: Query, format_name: str, release: Release) -> str:
    """An answer's entity tag: known before any row is read.

    `as_of` is no part of it but for the version that it comes to: the newest data, and the same
    data asked for by their version, are the same answer.
    """
    given = query.without("as_of")
    return entity_tag(service.software, service.links.to(path), given, format_name, release.version)


def stamp(response: Response, tag: str, release: Release) -> Response:
    """Add what makes an answer cacheable and says which data it comes from."""
    response.headers["ETag"] = f'"{tag}"'
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.headers["Vary"] = VARY
    response.headers["Quipu-Data-Version"] = str(release.version)
    return response


def not_modified(request: Request, tag: str, release: Release) -> Response | None:
    """A 304 if the client has the answer already."""
    if is_fresh(request.headers.get("If-None-Match"), tag):
        return stamp(Response(status=304), tag, release)
    return None


def begun(request: Request, parts: Iterable[str | bytes]) -> Iterator[bytes]:
    """The same parts, the first one made: what can go wrong at once becomes a problem in time."""
    if request.method == "HEAD":
        return iter(())
    rest = (part if isinstance(part, bytes) else part.encode() for part in parts)
    first = next(rest, b"")
    return chain((first,), rest)


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
