"""Facets in an answer: each value with its number and the link that chooses it, and the link that
chooses none."""

from collections.abc import Mapping
from typing import Any

from api.store.reader import Timeout
from api.store.results import Release
from api.views.answer import Asked
from api.views.envelope import PLACES
from api.wire.problems import too_slow
from schemas.facet import Facet, Values, facets
from schemas.query import Query
from schemas.reading import canonical
from schemas.resource import Resource


def counted_facets(resource: Resource, asked: Asked) -> dict[str, Any]:
    """{name: {values, more, links}} of the facets asked for. Raises Problem where it takes
    too long."""
    query, release = asked.query, asked.release
    try:
        found = asked.snapshot.facets(resource, query, release.at)
    except Timeout as error:
        raise too_slow(_advice(query) + older(release)) from error
    return {
        facet.name: _as_json(resource, asked, facet, found[facet.name])
        for facet in facets(resource)
        if facet.name in found
    }


def _as_json(resource: Resource, asked: Asked, facet: Facet, found: Values) -> dict[str, Any]:
    query, pin = asked.query, ("as_of", str(asked.release.version))
    own = [name for name, _ in query.given if name.partition("__")[0] == facet.name]
    # The chosen value has a list of its own.
    kept = query.without(*own, *PLACES)
    chosen = query.of_filter(facet.name)

    def value(value: Any, number: int) -> Mapping[str, Any]:
        chooses = (
            (f"{facet.name}__isnull", "true")
            if value is None
            else (facet.name, canonical(facet.place.field, value))
        )
        pairs = [*sorted([*kept, chooses]), pin]
        return {
            "value": value,
            "count": number,
            "selected": bool(chosen) and all(condition.leaves(value) for condition in chosen),
            "links": {"apply": asked.links.collection(resource, pairs)},
        }

    clear = asked.links.collection(resource, [*sorted(kept), pin]) if own else None
    return {
        "values": [value(*one) for one in found.values],
        "more": found.more,
        "links": {"clear": clear},
    }


def older(release: Release) -> str:
    """What else may help: only of the newest data is much known beforehand."""
    return "" if release.at is None else "; of the newest data it may be known beforehand"


def _advice(query: Query) -> str:
    """What to do where facets take too long."""
    names = ", ".join(f"'{name}'" for name in query.facets)
    fewer = ", or ask for fewer of them at once" if len(query.facets) > 1 else ""
    return (
        f"counting {names} over all that is found takes longer than it may; narrow what is found "
        f"with another filter, such as 'id', 'dataset' or one of few records{fewer}"
    )
