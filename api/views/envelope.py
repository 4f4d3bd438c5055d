"""What is said around the results of a list: the paging, the links, the warnings."""

from difflib import get_close_matches
from typing import Any

from api.store.read import Snapshot
from api.store.results import Count, Release, Rows
from api.store.text import fold
from api.views.answer import Asked
from api.wire.cursor import Cursor, question, write_cursor
from schemas.fields import Code, Reference
from schemas.parameters import PAGED_ROWS
from schemas.query import Condition, Query

# What says where in a list one is.
PLACES = ("as_of", "cursor", "page")


def next_cursor(path: str, query: Query, release: Release, rows: Rows) -> str | None:
    """Where a list goes on after a page; None at its end."""
    if not rows.more or rows.last is None:
        return None
    return write_cursor(Cursor(release.version, question(path, query.given), rows.last))


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
        pairs = [*query.without("as_of", "page"), ("page", str(number))]
        return links.at(links.to(path, pairs), version)

    found["first"] = links.at(anywhere, version)
    found["prev"] = numbered(page - 1) if page is not None and page > 1 else None
    if following is None:
        found["next"] = None
    elif page is not None and (page + 1) * query.per_page <= PAGED_ROWS:
        found["next"] = numbered(page + 1)
    else:
        found["next"] = links.also(anywhere, "cursor", following)
    return found


def warnings(query: Query, snapshot: Snapshot, release: Release) -> list[dict[str, str | None]]:
    """Why nothing may have matched: values that no list of this release holds, and a search
    without words."""
    found = []
    if query.q is not None and not fold(query.q):
        message = "has no letter or digit to search for"
        found.append({"name": "q", "code": "no_words", "message": message, "suggestion": None})
    asked = [
        (condition, source)
        for condition in query.conditions
        if condition.operator in ("eq", "in", "covers") and (source := _list_of(condition))
    ]
    wanted: dict[tuple[str, str], list[str]] = {}
    for condition, source in asked:
        wanted.setdefault(source, []).extend(condition.values)
    known = snapshot.vocabulary(wanted, release.at)
    for condition, source in asked:
        for value in condition.values:
            if value not in known[source]:
                found.append(_not_listed(condition.name, value, source[1], known[source]))
    return found


def _list_of(condition: Condition) -> tuple[str, str] | None:
    field = condition.place.field
    if isinstance(field, Reference):
        return "resource", field.target
    if isinstance(field, Code) and not field.choices:
        return "concept", field.concept
    return None


def _not_listed(name: str, value: str, where: str, values: list[str]) -> dict[str, str | None]:
    nearest = next(iter(get_close_matches(value, values, n=1)), None)
    hint = f"; did you mean '{nearest}'?" if nearest else ""
    message = f"'{value}' is not among the {where}{hint}"
    return {"name": name, "code": "not_listed", "message": message, "suggestion": nearest}
