"""Searching all that has a name: what may be asked, and what a result is."""

from collections.abc import Sequence

from marshmallow import Schema, fields

from schemas import RESOURCES
from schemas.about import described
from schemas.fields import Choice, LanguageMap, Text
from schemas.filter import filter_by
from schemas.parameter import Parameter
from schemas.parameters import AS_OF, CURSOR, RECORDS_ON_A_PAGE, WORDS, asked_by, format_parameter
from schemas.paths import places

SEARCHED = tuple(resource for resource in RESOURCES if resource.search)
# A record may have hundreds of other names.
MOST_HIGHLIGHTS = 10
# How well a record matches, the best first: it is called that; its title has all the words; they
# stand somewhere in it.
MATCHES = ("exact", "title", "text")


class HighlightSchema(Schema):
    path = Text(required=True, metadata=described("The member that the words stand in"))
    html = Text(
        required=True,
        metadata=described(
            "A piece of it as HTML: the words in `<mark>`, everything else escaped, so that it can "
            "be put into a page as it is"
        ),
    )


class SearchResultSchema(Schema):
    """A result as it is served, but for its links."""

    resource = Choice(
        tuple(resource.name for resource in SEARCHED),
        required=True,
        metadata=described("The collection that the record is of"),
    )
    id = Text(required=True, metadata=described("The record's id"))
    title = LanguageMap(required=True, metadata=described("What it is called, in each language"))
    summary = LanguageMap(
        required=True,
        allow_none=True,
        metadata=described("What it is or says; null where the title says it all"),
    )
    match = Choice(
        MATCHES,
        required=True,
        metadata=described(
            "How well it matches: its id or a name is just that, its title has all the words, or "
            "they stand elsewhere in it"
        ),
    )
    highlights = fields.List(
        fields.Nested(HighlightSchema),
        required=True,
        metadata=described(
            f"Where the words stand: the first {MOST_HIGHLIGHTS} members that have some of them"
        ),
    )


FILTERS = (
    filter_by(
        "resource", help="The collection that the record is of", example="programs", operators=()
    ),
)
PLACES = {place.path: place for place in places(SearchResultSchema())}


def search_parameters(formats: Sequence[str]) -> tuple[Parameter, ...]:
    """What may be asked of the search."""
    return (
        WORDS._replace(required=True),
        *asked_by(FILTERS, PLACES),
        RECORDS_ON_A_PAGE,
        CURSOR,
        AS_OF,
        format_parameter(formats),
    )
