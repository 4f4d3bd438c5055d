"""The steps of an answer that is one thing, written in one of several forms."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from flask import Response, request

from api.store.read import Snapshot
from api.store.results import Release
from api.views.place import place_in_list
from api.views.service import (
    Service,
    not_modified,
    release_for,
    retire,
    stamp,
    tag_for,
    understand,
)
from api.wire.cursor import Cursor
from api.wire.formats.form import Form
from api.wire.links import Links, link_header
from api.wire.negotiate import choose_format
from schemas.deprecation import Deprecation
from schemas.parameters import Parameter
from schemas.query import Query

Thing = TypeVar("Thing")


class Asked(NamedTuple):
    """A question, understood: the data that it is about, and where in them it goes on."""

    query: Query
    snapshot: Snapshot
    release: Release
    links: Links
    path: str
    cursor: Cursor | None = None

    @property
    def pin(self) -> list[tuple[str, str]]:
        """What keeps a link in the same state of the data."""
        return [("as_of", str(self.release.version))]

    def own_links(self) -> dict[str, str]:
        """The answer's own addresses: for good, and of the newest data."""
        plain = self.query.without("as_of")
        # A cursor pins its version already.
        pinned = plain if self.query.cursor else [*plain, *self.pin]
        return {
            "self": self.links.to(self.path, pinned),
            "latest": self.links.to(self.path, self.query.without("as_of", "cursor")),
        }


@dataclass(frozen=True)
class Address(Generic[Thing]):
    """What may be asked at an address, and the forms in which it answers.

    `choosing` is the parameter that chooses the form. A list that can be gone on with has `keys`
    in its cursors. `beside` says what else the answer follows from, beside question and version.
    """

    parameters: tuple[Parameter, ...]
    forms: Sequence[Form[Thing]]
    choosing: str = "format"
    keys: int = 0
    beside: Callable[[Snapshot], Sequence[object]] = lambda snapshot: ()
    deprecated: Deprecation | None = None


def answer(
    service: Service,
    path: str,
    address: Address[Thing],
    compose: Callable[[Asked], tuple[Thing, Mapping[str, str | None]]],
    about: Callable[[Snapshot, Release], Release] = lambda snapshot, release: release,
) -> Response:
    """Answer the request that is being handled. `compose` gives the thing and its links, and is
    only called for a client that does not have the answer already.

    `about` says which release it is about, where that is another one than the question names.
    """
    query, form = _understood(address)
    cursor = place_in_list(query, path, address.keys)
    with service.store.snapshot() as snapshot:
        release = (
            release_for(snapshot, cursor.version, "cursor")
            if cursor
            else release_for(snapshot, query.as_of)
        )
        release = about(snapshot, release)
        tag = tag_for(service, path, query, form.name, release, address.beside(snapshot))
        unchanged = not_modified(request, tag, release)
        if unchanged:
            return unchanged
        asked = Asked(query, snapshot, release, service.links, path, cursor)
        thing, links = compose(asked)
    response = Response(form.write(thing), content_type=form.content_type)
    response.headers["Link"] = link_header(dict(links))
    return retire(stamp(response, tag, release), _retiring(address, query))


def _understood(address: Address[Thing]) -> tuple[Query, Form[Thing]]:
    query = understand(request, address.parameters)
    chosen = getattr(query, address.choosing)
    accept = request.headers.get("Accept")
    form = choose_format(address.forms, chosen, accept, address.choosing)
    return query.in_format(form.name, address.forms[0].name, address.choosing), form


def _retiring(address: Address[Thing], query: Query) -> Iterable[Deprecation | None]:
    return [address.deprecated, *query.deprecations]
