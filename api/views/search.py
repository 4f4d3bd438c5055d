"""`/search`: one question to all that has a name."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from flask import Blueprint

from api.store.relevance import Found, Sought
from api.store.results import Count
from api.views.answer import Address, Asked, answer, written
from api.views.envelope import NO_WORDS, cursor_list
from api.views.place import no_such_place
from api.views.service import Service
from api.wire.answer import Answer
from api.wire.cursor import Cursor
from api.wire.forms import SEARCH
from api.wire.highlight import highlight
from schemas.search import MOST_HIGHLIGHTS, SEARCHED, search_parameters

PATH = "/search"
ADDRESS = Address(
    search_parameters([form.name for form in SEARCH]),
    SEARCH,
    # How many results were seen, and the last one's id.
    keys=lambda query: 2,
)


def search_blueprint(service: Service) -> Blueprint:
    """`/search`."""
    blueprint = Blueprint("search", __name__)

    @blueprint.get(PATH)
    def search() -> Answer:
        return answer(service, PATH, ADDRESS, written(_page))

    return blueprint


def _page(asked: Asked) -> tuple[Mapping[str, Any], Mapping[str, str | None]]:
    query, release = asked.query, asked.release
    sought = Sought(query.q or "")
    wanted = {name for c in query.conditions if c.name == "resource" for name in c.values}
    resources = [found for found in SEARCHED if not wanted or found.name in wanted]
    results, partial = asked.snapshot.search(resources, sought, release.at)
    seen = _seen(asked.cursor, len(results))
    page = results[seen : seen + query.per_page]
    upto = seen + len(page)
    return cursor_list(
        asked,
        [_result(asked, sought, found) for found in page],
        Count(len(results), exact=not partial),
        (upto, page[-1].id) if upto < len(results) else None,
        links={"release": asked.links.release(release.version)},
        meta={
            "ranking_is_partial": partial,
            "warnings": [] if sought.words else [NO_WORDS],
        },
    )


def _seen(cursor: Cursor | None, number: int) -> int:
    """How many results were seen. Raises Problem for a cursor that was not given out."""
    if cursor is None:
        return 0
    seen = cursor.after[0]
    if not isinstance(seen, int) or not 0 < seen < number:
        raise no_such_place()
    return seen


def _result(asked: Asked, sought: Sought, found: Found) -> dict[str, Any]:
    search = found.resource.search
    assert search is not None  # noqa: S101 - only what takes part is found
    return {
        "resource": found.resource.name,
        "id": found.id,
        "title": found.record[search.title],
        "summary": found.record[search.summary] if search.summary else None,
        "match": found.match,
        "highlights": [
            {"path": passage.path, "html": highlight(passage.text, passage.places)}
            for passage in islice(found.passages(sought), MOST_HIGHLIGHTS)
        ],
        "links": {"self": asked.links.item(found.resource, found.id, asked.pin)},
    }
