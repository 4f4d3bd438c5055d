"""Every address that the service gives out is made here."""

from collections.abc import Iterable
from urllib.parse import quote, urlencode

from schemas import RESOURCES
from schemas.fields import Reference
from schemas.paths import value_at
from schemas.resource import Resource

Pairs = Iterable[tuple[str, str]]


class Links:
    """Addresses below a public URL, or absolute paths where none is set.

    The Host header plays no part: it is the client's word.
    """

    def __init__(self, public_url: str) -> None:
        self._base = public_url

    def to(self, path: str, pairs: Pairs = ()) -> str:
        query = urlencode(list(pairs), quote_via=quote, safe=",:")
        return f"{self._base}{quote(path)}{'?' * bool(query)}{query}"

    def collection(self, resource: Resource, pairs: Pairs = ()) -> str:
        return self.to(f"/{resource.name}", pairs)

    def item(self, resource: Resource, id_: str, pairs: Pairs = ()) -> str:
        return self.to(f"/{resource.name}/{id_}", pairs)

    def problem(self, code: str) -> str:
        return self.to(f"/problems/{code}")

    def of_item(
        self, resource: Resource, record: dict[str, object], version: int, given: Pairs = ()
    ) -> dict[str, str]:
        """An item's links: itself for good, itself as it is now, what it names, what names it.

        `given` is what the question said of the answer's shape. All but `latest` are pinned to
        the data version: following them stays in one state.
        """
        pin = [("as_of", str(version))]
        id_ = str(record["id"])
        links = {
            "self": self.item(resource, id_, [*given, *pin]),
            "latest": self.item(resource, id_, given),
            "collection": self.collection(resource, pin),
        }
        for name, place in resource.references.items():
            target = value_at(record, place.path)
            if target is not None and not place.many:
                links[name] = self.to(f"/{place.field.target}/{target}", pin)
        for other, parameter in dependents(resource):
            links[other.name] = self.collection(other, [(parameter, id_), *pin])
        return links


def dependents(resource: Resource) -> list[tuple[Resource, str]]:
    """(resource, parameter) to find what names a record: of each resource the first such filter."""
    found = []
    for other in RESOURCES:
        for declared in other.filters:
            field = other.asked_places[declared.path].field
            if isinstance(field, Reference) and field.target == resource.name:
                found.append((other, declared.name))
                break
    return found


def link_header(links: dict[str, str | None]) -> str:
    """RFC 8288, with the relations as they are registered."""
    relations = {"latest": "latest-version"}
    return ", ".join(
        f'<{target}>; rel="{relations.get(name, name)}"'
        for name, target in links.items()
        if target and name in RELATIONS
    )


RELATIONS = ("self", "latest", "first", "prev", "next", "collection")
