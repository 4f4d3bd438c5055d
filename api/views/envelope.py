"""What is said around the results of a list: the paging, the links, the warnings."""

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from api.store.read import Snapshot
from api.store.results import Count, Release, Rows
from api.store.text import fold
from api.wire.cursor import Cursor, question, write_cursor
from api.wire.links import Links
from schemas.fields import Code, Reference
from schemas.parameters import PAGED_ROWS
from schemas.query import Condition, Query

# What says where in a list one is.
PLACES = ("as_of", "cursor", "page")


@dataclass(frozen=True)
class Envelope:
    """A page of rows and the question that it answers; `rows` is None where nothing matched."""

    path: str
    query: Query
    release: Release
    count: Count | None
    rows: Rows | None

    @property
    def page(self) -> int | None:
        """The page's number; None where a cursor says where it begins."""
        return None if self.query.cursor else self.query.page or 1

    @cached_property
    def next_cursor(self) -> str | None:
        if self.rows is None or not self.rows.more or self.rows.last is None:
            return None
        asked = question(self.path, self.query.given)
        return write_cursor(Cursor(self.release.version, asked, self.rows.last))


def pagination(envelope: Envelope) -> dict[str, Any]:
    """Where this page stands in the whole."""
    count, per_page = envelope.count, envelope.query.per_page
    pages = max(1, -(-count.number // per_page)) if count and count.exact else None
    return {
        "per_page": per_page,
        "count": count.number if count else None,
        "count_is_exact": count.exact if count else None,
        "page": envelope.page,
        "pages": pages,
        "next_cursor": envelope.next_cursor,
    }


def list_links(
    links: Links, path: str, query: Query, release: Release, envelope: Envelope | None
) -> dict[str, str | None]:
    """`self` is this answer for good, `latest` the same question of the newest data."""
    pin = ("as_of", str(release.version))
    plain = query.without("as_of")
    latest = links.to(path, query.without("as_of", "cursor") if query.cursor else plain)
    # A cursor pins its version already.
    own = links.to(path, plain) if query.cursor else links.also(latest, *pin)
    found: dict[str, str | None] = {
        "self": own,
        "latest": latest,
        "release": links.release(release.version),
    }
    if envelope is None:
        return found
    # The question, wherever in the list: what all that follows begins with.
    anywhere = latest if query.page is None else links.to(path, query.without(*PLACES))
    return {
        **found,
        "first": links.also(anywhere, *pin),
        "prev": _page_link(links, envelope, pin, -1),
        "next": _next_link(links, envelope, pin, anywhere),
    }


def _page_link(links: Links, envelope: Envelope, pin: tuple[str, str], step: int) -> str | None:
    number = (envelope.query.page or 1) + step
    if envelope.query.page is None or number < 1:
        return None
    pairs = [*envelope.query.without("as_of", "page"), ("page", str(number)), pin]
    return links.to(envelope.path, pairs)


def _next_link(links: Links, envelope: Envelope, pin: tuple[str, str], anywhere: str) -> str | None:
    cursor = envelope.next_cursor
    if cursor is None:
        return None
    query = envelope.query
    if query.page is not None and (query.page + 1) * query.per_page <= PAGED_ROWS:
        return _page_link(links, envelope, pin, 1)
    return links.also(anywhere, "cursor", cursor)


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
