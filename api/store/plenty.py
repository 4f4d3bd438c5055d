"""What counts have shown: bounds beyond which more rows stand than are counted.

A capped count walks along an index to its end, or to one row past the cap: ten thousand entries,
and most bounds have more rows beyond them. In the same data, a bound further out has at least as
many. So the innermost bound that a count has shown to have more than are counted is remembered, and
from there on outwards nothing is counted again.
"""

from typing import Any

from schemas.query import Condition, Query
from schemas.resource import Resource

# Operators by whether a smaller bound leaves more.
OUTWARDS = {"gt": True, "gte": True, "lt": False, "lte": False}
# How many bounds are remembered, of all versions; and then forgotten.
REMEMBERED = 256

Key = tuple[str, str, str, str]


class Plenty:
    """The bounds that are remembered. Several threads may ask and tell it at once: at worst one of
    them is forgotten."""

    def __init__(self) -> None:
        self._bounds: dict[Key, Any] = {}

    def is_beyond(self, state: str, resource: Resource, query: Query) -> bool:
        """Whether it is known that a question finds more rows than are counted; the newest data are
        named by the hash of their release."""
        only = bounded(query)
        if only is None:
            return False
        known = self._bounds.get((state, resource.name, only.place.path, only.operator))
        if known is None:
            return False
        asked = only.values[0]
        return bool(asked <= known if OUTWARDS[only.operator] else asked >= known)

    def note(self, state: str, resource: Resource, query: Query) -> None:
        """A question, not known to do so, was found to find more."""
        only = bounded(query)
        if only is not None:
            if len(self._bounds) >= REMEMBERED:
                self._bounds.clear()
            key = (state, resource.name, only.place.path, only.operator)
            self._bounds[key] = only.values[0]


def bounded(query: Query) -> Condition | None:
    """The one bound that a question asks from, if that is all that it asks."""
    if len(query.conditions) != 1 or query.q is not None:
        return None
    (only,) = query.conditions
    plain = query.counted is None and not query.cell and only.interval is None
    return only if plain and only.operator in OUTWARDS else None
