"""Every address that the service gives out is made here."""

import re
from bisect import insort
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any
from urllib.parse import quote, urlsplit

from schemas import BY_NAME, RESOURCES
from schemas.change import Change
from schemas.feed import FEED_PARAMETERS, Feed
from schemas.fields import Reference
from schemas.resource import Resource

Pairs = Sequence[tuple[str, str]]
# Needs no quoting, in a path and in a query: most of what is said.
PLAIN = re.compile(r"[A-Za-z0-9_.~,:/-]*").fullmatch


class Links:
    """Addresses below a public URL, or absolute paths where none is set.

    The Host header plays no part: it is the client's word. `tag_authority` is who coins the
    identifiers that are no addresses (RFC 4151): they stay what they are wherever the service is.
    """

    def __init__(self, public_url: str, tag_authority: str) -> None:
        self._base = public_url
        self._tag_authority = tag_authority

    @property
    def are_absolute(self) -> bool:
        """Whether addresses are whole, and not paths below some host."""
        return bool(self._base)

    @property
    def root(self) -> str:
        """What paths are put behind: the public URL, or the host that was asked."""
        return self._base or "/"

    @property
    def origin(self) -> str:
        """The host of the public URL, as browsers' policies name it; empty where none is set."""
        found = urlsplit(self._base)
        return f"{found.scheme}://{found.netloc}" if self._base else ""

    def to(self, path: str, pairs: Pairs = ()) -> str:
        """An address, asked with these pairs."""
        address = f"{self._base}{path if PLAIN(path) else _quoted(path)}"
        if not pairs:
            return address
        if PLAIN("".join([value for _, value in pairs])):
            query = "&".join([f"{name}={value}" for name, value in pairs])
        else:
            query = "&".join([f"{name}={_quoted(value)}" for name, value in pairs])
        return f"{address}?{query}"

    @staticmethod
    def after(address: str, cursor: str) -> str:
        """A list's address made here, asked from a cursor on; its pairs stay in their order."""
        path, _, asked = address.partition("?")
        pairs = asked.split("&") if asked else []
        insort(pairs, f"cursor={cursor}")
        return f"{path}?{'&'.join(pairs)}"

    @staticmethod
    def at(address: str, version: int) -> str:
        """An address made here, asked of a data version."""
        return f"{address}{'&' if '?' in address else '?'}as_of={version}"

    def below_root(self, path: str, pairs: Pairs = ()) -> str:
        """As `to`, but for those who read a path as one from where they are: the root."""
        found = self.to(path, pairs)
        return found if self._base else found.removeprefix("/")

    def collection(self, resource: Resource, pairs: Pairs = ()) -> str:
        return self.to(f"/{resource.name}", pairs)

    def item(self, resource: Resource, id_: str, pairs: Pairs = ()) -> str:
        return self.to(f"/{resource.name}/{id_}", pairs)

    def tag(self, name: str) -> str:
        """An identifier for good, of this name."""
        return f"tag:{self._tag_authority}:{quote(name)}"

    def change(self, change: Change) -> tuple[str | None, str | None]:
        """The record before a change and after it; None where there is none."""
        resource = BY_NAME[change.resource]
        before = [("as_of", str(change.version - 1))]
        after = [("as_of", str(change.version))]
        return (
            self.item(resource, change.id, before) if change.before else None,
            self.item(resource, change.id, after) if change.after else None,
        )

    def feed(self, feed: Feed, extension: str, id_: str | None = None, pairs: Pairs = ()) -> str:
        return self.to(feed_path(feed, extension, id_), pairs)

    def feed_template(self, feed: Feed, extension: str) -> str:
        """The addresses of a kind of feed, RFC 6570."""
        asks = ",".join(parameter.name for parameter in FEED_PARAMETERS)
        path = feed_path(feed, extension, "{id}" if feed.resource else None)
        return f"{self._base}{path}{{?{asks}}}"

    def codelists(self, concept: str) -> str:
        """The lists of a concept."""
        return self.to("/codelists", [("concept", concept)])

    def dictionary(self, names: Iterable[str] = ()) -> str:
        """The data dictionary of all resources, or of those that are named."""
        chosen = ",".join(names)
        return self.to("/dictionary", [("resource", chosen)] if chosen else [])

    def aspect(self, resource: Resource, id_: str, aspect: str, pairs: Pairs = ()) -> str:
        """What can be asked of a record beside itself."""
        return self.to(f"/{resource.name}/{id_}/{aspect}", pairs)

    def aspects(self, resource: Resource, id_: str, pairs: Pairs = ()) -> dict[str, str]:
        """{name: address} of everything that can be asked of a record."""
        return {name: self.aspect(resource, id_, name, pairs) for name in resource.aspects}

    def release(self, version: int) -> str:
        """A data version: when it came, and what it brought. It needs no pin."""
        return f"{self._base}/releases/{version}"

    def pinned(self, version: int, resource: str, id_: str) -> str:
        """A record of a resource as a data version has it; its folder where there is no id."""
        return self.to(f"/{resource}/{id_}", [("as_of", str(version))] if id_ else ())

    def problem(self, code: str) -> str:
        return self.to(f"/problems/{code}")

    def of_item(
        self, resource: Resource, record: dict[str, object], version: int, given: Pairs = ()
    ) -> dict[str, str]:
        """An item's links: itself for good, itself as it is now, what it names, what names it.

        `given` is what the question said of the answer's shape. All but `latest` are pinned to
        the data version: following them stays in one state. Ids need no quoting, whatever is
        declared to have one.
        """
        base, id_, pin = self._base, record["id"], f"as_of={version}"
        latest = self.to(f"/{resource.name}/{id_}", given)
        links = {
            "self": self.at(latest, version),
            "latest": latest,
            "collection": f"{base}/{resource.name}?{pin}",
            # The version that the record reads as it does since.
            "release": self.release(int(str(record["version"]))),
            **{name: f"{base}/{resource.name}/{id_}/{name}?{pin}" for name in resource.aspects},
        }
        for name, target, read in followed(resource):
            named = read(record)
            if named is not None:
                links[name] = f"{base}/{target}/{named}?{pin}"
        for other, parameter in dependents(resource):
            links[other.name] = f"{base}/{other.name}?{parameter}={id_}&{pin}"
        return links


def feed_path(feed: Feed, extension: str, id_: str | None = None) -> str:
    """`/feeds/changes.atom`, `/feeds/programs/procompite.atom`."""
    subject = f"/{id_}" if id_ else ""
    return f"/feeds/{feed.name}{subject}.{extension}"


def _quoted(text: str) -> str:
    return text if PLAIN(text) else quote(text, safe="/,:")


@cache
def followed(resource: Resource) -> list[tuple[str, str, Callable[[Any], Any]]]:
    """(name, target, what finds its id in a record) of each one record that a record names."""
    return [
        (name, place.field.target, place.reader())
        for name, place in resource.references.items()
        if not place.many
    ]


@cache
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
