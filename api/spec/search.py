"""The operation of the document that searches, and what it answers."""

from api.spec.answers import (
    AS_OF,
    LATEST,
    NEXT,
    RELEASE,
    SELF,
    TEXT,
    VERSION,
    WARNINGS,
    complete,
    ref,
    with_links,
)
from api.spec.document import bodies_of, document_operation
from api.spec.lists import LIST_PAGINATION
from api.wire.forms import SEARCH
from schemas.objects import Json
from schemas.search import SEARCHED, search_parameters

TAG = "search"


def search_paths() -> Json:
    """`/search`."""
    names = [resource.name for resource in SEARCHED]
    operation = document_operation(
        "search",
        TAG,
        "Search",
        f"Searches {', '.join(names[:-1])} and {names[-1]} at once, whatever the accents and the "
        "case of the words; the last word also finds what begins with it. What is called exactly "
        "that comes first, then what has all the words in its title, then the rest; whole words "
        "before beginnings, short titles before long ones, ties by collection and id. Of a word "
        "that very many records have only the newest are ranked: `meta.ranking_is_partial` says "
        "so.",
        bodies_of(SEARCH),
        search_parameters([form.name for form in SEARCH]),
        statuses=(404, 406, 409),
    )
    return {"/search": {"get": operation}}


def search_answers() -> Json:
    """The named schemas of a page of results."""
    return {
        "SearchPage": complete(
            {
                "results": {
                    "type": "array",
                    "items": with_links(ref("SearchResult"), ref("SearchLinks")),
                },
                "pagination": LIST_PAGINATION,
                "links": complete(
                    {
                        "self": SELF,
                        "latest": LATEST,
                        "first": TEXT,
                        "next": NEXT,
                        "release": RELEASE,
                    }
                ),
                "meta": complete(
                    {
                        "version": VERSION,
                        "as_of": AS_OF,
                        "ranking_is_partial": {
                            "type": "boolean",
                            "description": "True if there were more records than are ranked.",
                        },
                        "warnings": WARNINGS,
                    }
                ),
            }
        ),
        "SearchLinks": complete({"self": TEXT}),
    }
