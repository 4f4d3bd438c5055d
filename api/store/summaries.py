"""What is kept beside the rows and follows from many of them: changes, claims, counts, totals.

They are brought to each version in the transaction that makes it, made anew when the layout
changes, and held against the rows by `quipu doctor`.
"""

from collections.abc import Iterator
from typing import Any

from api.store import claims, counts, following, membership, ranking, topics, totalling, totals
from schemas import RESOURCES
from schemas.facet import facets


def create_summaries(connection: Any) -> None:
    """Make the tables, empty."""
    topics.create(connection)
    claims.create(connection)
    totals.create(connection)
    ranking.create(connection)
    for resource in RESOURCES:
        counts.create(connection, resource)


def rebuild_summaries(connection: Any) -> None:
    """Fill the empty tables from the rows that are there."""
    topics.rebuild(connection)
    membership.rebuild(connection)
    totalling.rebuild(connection)
    for resource in RESOURCES:
        counts.rebuild(connection, resource)


def renew_summaries(connection: Any, at: int) -> None:
    """Bring them to a version whose rows are written. The totals look at its claims."""
    topics.renew(connection, at)
    membership.renew(connection, at)
    following.renew(connection, at)
    for resource in RESOURCES:
        counts.renew(connection, resource, at)


def stray_summaries(connection: Any) -> Iterator[str]:
    """Where they are not what follows from the rows."""
    yield from topics.stray_topics(connection)
    yield from membership.stray_claims(connection)
    yield from counts.stray_counts(connection)
    yield from totalling.stray_totals(connection)


def summary_layout() -> list[Any]:
    """What they look like, as plain data."""
    return [
        topics.topics_layout(),
        [[resource.name, [facet.name for facet in facets(resource)]] for resource in RESOURCES],
        [[total.table, list(total.dimensions), list(totals.KEPT)] for total in totals.TOTALS],
        [[total.table, total.many, list(map(list, total.within))] for total in ranking.RANKED],
        list(claims.ASKED),
    ]
