"""What is part of what: nothing is part of itself, by way of whatever others, in whichever data set
they are."""

from collections.abc import Iterator
from typing import Any

from api.intake.finding import Finding
from api.store.columns import column_name
from schemas import RESOURCES
from schemas.fields import Parent


def circles(connection: Any, version: int) -> Iterator[Finding]:
    """Records that a version, whose rows are written, has made part of themselves."""
    for resource in RESOURCES:
        for place in resource.references.values():
            if isinstance(place.field, Parent):
                for way in _ways_back(connection, resource.name, column_name(place.path), version):
                    reason = f"must not lead back to the record itself: {' → '.join(way)}"
                    yield Finding(resource.name, way[0], place.path, reason)


def _ways_back(connection: Any, table: str, parent: str, version: int) -> Iterator[list[str]]:
    """The way from each record that came with a version and is above itself: its id, its parent's,
    and so on to its id again."""
    own = connection.execute(
        "WITH RECURSIVE above (id, parent) AS ("
        f"SELECT id, {parent} FROM {table} "
        f"WHERE from_version = ? AND to_version IS NULL AND {parent} IS NOT NULL "
        f"UNION SELECT above.id, next.{parent} FROM above "
        f"JOIN {table} AS next ON next.id = above.parent "
        f"AND next.to_version IS NULL AND next.{parent} IS NOT NULL) "
        "SELECT id FROM above WHERE id = parent ORDER BY id",
        (version,),
    )
    of_current = f"SELECT {parent} FROM {table} WHERE to_version IS NULL AND id = ?"
    for (id_,) in own.fetchall():
        way = [id_]
        while len(way) == 1 or way[-1] != id_:
            way += connection.execute(of_current, (way[-1],)).fetchone()
        yield way
