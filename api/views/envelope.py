"""What is said around the results of a list: the paging, the links, the warnings."""

from collections.abc import Mapping
from typing import Any

from api.store.results import Count, Release
from api.store.snapshot import Snapshot
from api.store.text import fold
from api.views.answer import Asked
from api.wire.cursor import STATE, Cursor, question, write_cursor
from schemas.fields import Code, Reference
from schemas.filter import DENIES, NAMES
from schemas.nearest import Guesses
from schemas.parameters import PAGED_ROWS
from schemas.query import Condition, Query

# What says where in a list one is.
PLACES = ("as_of", "cursor", "page")
# Operators whose values may be names of something.
LISTED = (*NAMES, *DENIES)
NO_WORDS: dict[str, str | None] = {
    "name": "q",
    "code": "no_words",
    "message": "has no letter or digit to search for",
    "suggestion": None,
}


def next_cursor(asked: Asked, last: tuple[Any, ...] | None) -> str | None:
    """Where a list goes on after the record that has these keys; None at its end."""
    if last is None:
        return None
    release, asked_for = asked.release, question(asked.path, asked.query.given)
    return write_cursor(Cursor(release.version, release.hash[:STATE], asked_for, last))


def cursor_list(
    asked: Asked,
    results: list[Any],
    count: Count,
    last: tuple[Any, ...] | None,
    *,
    links: Mapping[str, str | None] = {},
    meta: Mapping[str, Any] = {},
) -> tuple[Mapping[str, Any], Mapping[str, str | None]]:
    """A list that has no numbered pages, and its links.

    `last` is the keys of the last result, where more follow; `links` and `meta` are what is said
    of this list beside what is said of each.
    """
    following, release = next_cursor(asked, last), asked.release
    own = asked.own_links()
    latest = own["latest"]
    around: dict[str, str | None] = {
        **own,
        "first": asked.links.at(latest, release.version),
        "next": asked.links.after(latest, following) if following else None,
        **links,
    }
    page = {
        "results": results,
        "pagination": {
            "per_page": asked.query.per_page,
            "count": count.number,
            "count_is_exact": count.exact,
            "next_cursor": following,
        },
        "links": around,
        "meta": {"version": release.version, "as_of": release.released_at, **meta},
    }
    return page, around


def pagination(query: Query, count: Count | None, following: str | None) -> dict[str, Any]:
    """Where a page stands in the whole."""
    per_page = query.per_page
    number, exact = count or (None, None)
    return {
        "per_page": per_page,
        "count": number,
        "count_is_exact": exact,
        # Where a cursor says where a page begins, it has no number.
        "page": None if query.cursor else query.page or 1,
        "pages": max(1, -(-count.number // per_page)) if count and count.exact else None,
        "next_cursor": following,
    }


def page_links(asked: Asked, following: str | None) -> dict[str, str | None]:
    """The links of a list, and those to its other pages; `following` is the cursor of the next."""
    links, path, query, version = asked.links, asked.path, asked.query, asked.release.version
    found, page = asked.list_links(), query.page
    # The question, wherever in the list: what all that follows begins with.
    anywhere = found["latest"] if page is None else links.to(path, query.without(*PLACES))
    assert anywhere is not None  # noqa: S101 - a list has that link

    def numbered(number: int) -> str:
        pairs = sorted([*query.without("as_of", "page"), ("page", str(number))])
        return links.at(links.to(path, pairs), version)

    # Where the question says no place, `self` is that address already.
    begins = page is None and not query.cursor
    found["first"] = found["self"] if begins else links.at(anywhere, version)
    found["prev"] = numbered(page - 1) if page is not None and page > 1 else None
    if following is None:
        found["next"] = None
    elif page is not None and (page + 1) * query.per_page <= PAGED_ROWS:
        found["next"] = numbered(page + 1)
    else:
        found["next"] = links.after(anywhere, following)
    return found


def warnings(
    query: Query, snapshot: Snapshot, release: Release, *, empty: bool
) -> list[dict[str, str | None]]:
    """What may have been meant otherwise: values that no list of this release holds, and a search
    without words. Where something was found, the one value that a condition asks for is there."""
    if not (empty or query.hides_mistakes):
        return []
    found: list[dict[str, str | None]] = []
    if query.q is not None and not fold(query.q):
        found.append(NO_WORDS)
    asked = [
        (condition, source)
        for condition in query.conditions
        if condition.operator in LISTED
        and (empty or condition.hides_mistakes)
        and (source := _list_of(condition))
    ]
    wanted: dict[tuple[str, str], list[str]] = {}
    for condition, source in asked:
        wanted.setdefault(source, []).extend(condition.values)
    known, guesses = snapshot.vocabulary(wanted, release.at), Guesses()
    for condition, source in asked:
        there = frozenset(known[source])
        for value in condition.values:
            if value not in there:
                meant, hint = guesses.nearest(value, known[source], source)
                message = f"{value!r} is not among the {source[1]}{hint}"
                found.append(_not_listed(condition.name, message, meant))
    return found


def _list_of(condition: Condition) -> tuple[str, str] | None:
    field = condition.place.field
    if isinstance(field, Reference):
        return "resource", field.target
    if isinstance(field, Code) and not field.choices:
        return "concept", field.concept
    return None


def _not_listed(name: str, message: str, meant: str | None) -> dict[str, str | None]:
    return {"name": name, "code": "not_listed", "message": message, "suggestion": meant}
