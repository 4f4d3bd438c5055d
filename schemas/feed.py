"""The feeds: the one history, newest first, for feed readers; of everything, or of one thing."""

from typing import NamedTuple

from schemas.about import Bilingual
from schemas.change import PLACES
from schemas.fields.asked import Archive
from schemas.parameter import Parameter
from schemas.parameters import LANG
from schemas.program import PROGRAM
from schemas.query import Condition, Query
from schemas.region import REGION
from schemas.resource import Resource


class Feed(NamedTuple):
    """A kind of feed: its name in addresses, its title, and the record that it is about, if any.

    `filter` is the parameter of `/changes` that asks for the same changes.
    """

    name: str
    title: Bilingual
    help: Bilingual
    resource: Resource | None = None
    filter: str | None = None

    @property
    def example(self) -> str | None:
        """The id of a record that has one, if it is about a record."""
        return self.resource.example if self.resource else None

    def query(self, id_: str | None) -> Query:
        """What it asks of the history."""
        if self.filter is None or id_ is None:
            return Query()
        return Query(conditions=(Condition(self.filter, PLACES[self.filter], "in", (id_,)),))


FEEDS = (
    Feed(
        "changes",
        Bilingual("All changes", "Todos los cambios"),
        Bilingual("Everything that changes.", "Todo lo que cambia."),
    ),
    Feed(
        "programs",
        Bilingual("Changes: {}", "Cambios: {}"),
        Bilingual(
            "A programme, and what names it or did.",
            "Un programa, y lo que lo nombra o lo nombró.",
        ),
        PROGRAM,
        "program",
    ),
    Feed(
        "regions",
        Bilingual("Changes: {}", "Cambios: {}"),
        Bilingual(
            "A region, and what names it or did.", "Una región, y lo que la nombra o la nombró."
        ),
        REGION,
        "region",
    ),
)
BY_RESOURCE = {feed.resource: feed for feed in FEEDS if feed.resource}

# What may be asked of a feed: the address says the rest.
FEED_PARAMETERS = (
    LANG,
    Parameter(
        "archive",
        Archive(),
        "A part of the archive, as `prev-archive` or `next_url` leads to it: what one data version "
        "brought. It never changes. Without it, the newest changes.",
        "v4",
    ),
)
