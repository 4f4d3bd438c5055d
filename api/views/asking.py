"""The request that is being handled: what it asks, and of which data."""

from flask import Request, request

from api.store.results import Release
from api.store.snapshot import Snapshot
from api.wire.answer import Environ
from api.wire.problems import refuse, unavailable
from api.wire.querystring import query_pairs
from schemas.fields.time import DATE_ALONE, begins_a_day
from schemas.parameter import Parameter
from schemas.query import Query
from schemas.reading import Mistake, read_query


def present() -> Request:
    """The request that is being handled: itself, where `request` looks it up at each mention."""
    found: Request = request._get_current_object()  # type: ignore[attr-defined]
    return found


def understand(environ: Environ, parameters: tuple[Parameter, ...]) -> Query:
    """The request's query, read strictly. Raises Problem with the mistakes."""
    query, mistakes = read_query(parameters, query_pairs(environ["QUERY_STRING"]))
    if mistakes:
        raise refuse(mistakes)
    return query


def asks_nothing() -> None:
    """Raises Problem with every parameter of a request whose address takes none."""
    understand(present().environ, ())


def release_for(snapshot: Snapshot, as_of: int | str | None, parameter: str = "as_of") -> Release:
    """The release that a question is about. Raises Problem, naming the parameter, if none is."""
    release = snapshot.release(as_of)
    if release is not None:
        return release
    newest = snapshot.release(None)
    if newest is None:
        raise unavailable("no data has been loaded yet")
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
