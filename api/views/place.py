"""Where in a list a question wants to go on."""

from api.store.results import Release
from api.wire.cursor import Cursor, NoSuchPlace, question, read_cursor
from api.wire.problems import Problem, refuse
from schemas.query import Query
from schemas.reading import CONTRADICTION, Mistake


def place_in_list(query: Query, path: str, keys: int) -> Cursor | None:
    """Where the question wants to go on. Raises Problem for a cursor of another question."""
    if query.cursor is None:
        return None
    asked = question(path, query.given)
    if f".{asked}." not in query.cursor:
        message = "belongs to another question: keep its filters and its order, or start without it"
        raise refuse([Mistake("cursor", CONTRADICTION, message)])
    try:
        cursor = read_cursor(query.cursor, keys)
    except NoSuchPlace as error:
        raise no_such_place() from error
    if query.as_of is not None and query.as_of != cursor.version:
        message = f"belongs to data version {cursor.version}, not to {query.as_of}"
        raise refuse([Mistake("cursor", CONTRADICTION, message)])
    return cursor


def refuse_other_data(parameter: str, state: str, release: Release) -> None:
    """Raises Problem for a place that was given out when other data had its version's number;
    `state` is the beginning of their hash."""
    if not release.hash.startswith(state):
        message = (
            f"was given out with another data version {release.version} than the one that there "
            "is: a copy of the database was put back; begin anew, without it"
        )
        raise refuse([Mistake(parameter, "no_such_place", message)], "not-found")


def no_such_place() -> Problem:
    """The problem of a cursor that leads nowhere."""
    message = "leads to no place in this list; start without it"
    return refuse([Mistake("cursor", "no_such_place", message)], "not-found")
