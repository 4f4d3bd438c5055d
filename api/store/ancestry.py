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
            if not isinstance(place.field, Parent):
                continue
            parent = column_name(place.path)
            of_current = f"SELECT {parent} FROM {resource.name} WHERE to_version IS NULL AND id = ?"
            own = connection.execute(
                "WITH RECURSIVE above (id, parent) AS ("
                f"SELECT id, {parent} FROM {resource.name} "
                f"WHERE from_version = ? AND to_version IS NULL AND {parent} IS NOT NULL "
                f"UNION SELECT above.id, next.{parent} FROM above "
                f"JOIN {resource.name} AS next ON next.id = above.parent "
                f"AND next.to_version IS NULL AND next.{parent} IS NOT NULL) "
                "SELECT id FROM above WHERE id = parent ORDER BY id",
                (version,),
            )
            for (id_,) in own.fetchall():
                way = [id_]
                while len(way) == 1 or way[-1] != id_:
                    way += connection.execute(of_current, (way[-1],)).fetchone()
                reason = f"must not lead back to the record itself: {' → '.join(way)}"
                yield Finding(resource.name, id_, place.path, reason)
