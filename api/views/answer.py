"""The steps of every answer that follows from a question and the data, whatever it is.

Question, format, snapshot, release, tag; a 304, or what the view composes of it; headers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from werkzeug.http import http_date

from api.store.pool import Lent
from api.store.results import Release
from api.store.snapshot import Snapshot
from api.views.asking import present, release_for, understand
from api.views.place import place_in_list, refuse_other_data
from api.views.service import Service
from api.views.tagging import tag_for
from api.wire.answer import Answer, Environ, begun, noticeable
from api.wire.body import Body
from api.wire.caching import CACHE_CONTROL, is_known, is_wanted, not_wanted, stamps
from api.wire.cursor import Cursor
from api.wire.formats.form import Form, Offered
from api.wire.link_header import Link, link_header
from api.wire.links import Links
from api.wire.negotiate import choose_format
from schemas.deprecation import Deprecation
from schemas.parameter import Parameter, Parameters
from schemas.query import Query

Choice = TypeVar("Choice", bound=Offered)
Thing = TypeVar("Thing")


class Asked(NamedTuple):
    """A question, understood: the form to answer in (one of the address's), the data that it is
    about, and where in them it goes on."""

    query: Query
    form: Any
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
        links, query = self.links, self.query
        plain = query.without("as_of")
        if query.cursor:
            # It pins its version already.
            newest = query.without("as_of", "cursor")
            return {"self": links.to(self.path, plain), "latest": links.to(self.path, newest)}
        latest = links.to(self.path, plain)
        return {"self": links.at(latest, self.release.version), "latest": latest}

    def list_links(self) -> dict[str, str | None]:
        """The same, and the release that a list is of."""
        return {**self.own_links(), "release": self.links.release(self.release.version)}


class Told(NamedTuple):
    """What is answered: its body, whole or in parts that are made when they are asked for; its
    links; and what else its headers say.

    The rows of a stream are read while it is being sent: the snapshot lasts as long.
    """

    body: bytes | Iterable[Body]
    content_type: str
    links: Mapping[str, str | None]
    more_links: Iterable[Link] = ()
    headers: tuple[tuple[str, str], ...] = ()


def _no_more(_: Any) -> tuple[()]:
    return ()


def _fits(_: Query, __: Any) -> None:
    return


@dataclass(frozen=True)
class Address(Generic[Choice]):
    """What may be asked at an address, and the forms in which it answers.

    `choosing` is the parameter that chooses the form; where there is none, there is one form. A
    list that can be gone on with has `keys` in its cursors. `fits` raises Problem for a question
    that a form has no place for. `beside` says what else the answer follows from, beside question
    and version; `control` how long it may be kept.
    """

    parameters: tuple[Parameter, ...]
    forms: Sequence[Choice]
    choosing: str = "format"
    keys: Callable[[Query], int] = lambda query: 0
    fits: Callable[[Query, Choice], None] = _fits
    beside: Callable[[Snapshot], Sequence[object]] = _no_more
    control: str = CACHE_CONTROL
    deprecated: Deprecation | None = None

    @cached_property
    def _asks(self) -> Parameters:
        """The parameters, which remember what they were read as."""
        return Parameters(self.parameters)

    def understood(self, environ: Environ) -> tuple[Query, Choice]:
        """The question, and the form to answer it in. Raises Problem."""
        query = understand(environ, self._asks)
        if not self.choosing:
            return query, self.forms[0]
        chosen, accept = getattr(query, self.choosing), environ.get("HTTP_ACCEPT")
        narrowed = bool(query.fields)
        form = choose_format(self.forms, chosen, accept, self.choosing, narrowed=narrowed)
        self.fits(query, form)
        return query.in_format(form.name, self.forms[0].name, self.choosing), form


def named_release(snapshot: Snapshot, query: Query, cursor: Cursor | None) -> Release:
    """The release that a question names. Raises Problem if there is none."""
    if cursor:
        release = release_for(snapshot, cursor.version, "cursor")
        refuse_other_data("cursor", cursor.state, release)
        return release
    return release_for(snapshot, query.as_of)


def answer(
    service: Service,
    path: str,
    address: Address[Choice],
    compose: Callable[[Asked], Told],
    about: Callable[[Snapshot, Query, Cursor | None], Release] = named_release,
) -> Answer:
    """Answer the request that is being handled. `compose` tells what is answered, and is only
    called for a client that does not have the answer already.

    `about` says which release it is about, where that is another one than the question names.
    """
    environ = present().environ
    query, form = address.understood(environ)
    cursor = place_in_list(query, path, address.keys(query)) if query.cursor else None
    lent = service.store.snapshot(answering=True)
    with lent as snapshot:
        release = about(snapshot, query, cursor)
        beside = address.beside(snapshot)
        tag = tag_for(service, environ, path, query, form.name, release, beside)
        headers = stamps(tag, release.version, address.control)
        if address.deprecated or query.deprecations:
            headers += retirement([address.deprecated, *query.deprecations])
        wanted = is_wanted(environ, tag)
        if wanted and is_known(environ, tag):
            return Answer(b"", headers, 304)
        asked = Asked(query, form, snapshot, release, service.links, path, cursor)
        if not wanted:
            # What is not there is a 404, whatever is wanted of it. No part of it is made.
            compose(asked)
            raise not_wanted()
        told, content_type, links, more_links, further = compose(asked)
        body = told if isinstance(told, bytes) else begun(told)
        headers += (
            ("Content-Type", content_type),
            ("Link", link_header(links, more_links)),
            *further,
        )
        if isinstance(body, bytes):
            return Answer(body, headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            return Answer(iter(()), headers)
        return Answer(noticeable(body, content_type), headers, ended=_lasting(service, lent))


def _lasting(service: Service, lent: Lent) -> Callable[[], None]:
    """What a stream holds until it is over: one of the places for what lasts, and the snapshot.
    What is returned gives both back. Raises NoFreePlace."""
    with ExitStack() as held:
        held.callback(lent.outlive())
        held.callback(service.long.begin())
        return held.pop_all().close


def written(
    compose: Callable[[Asked], tuple[Thing, Mapping[str, str | None]]],
) -> Callable[[Asked], Told]:
    """Of what composes one thing and its links: what tells it in the form asked for."""

    def told(asked: Asked) -> Told:
        thing, links = compose(asked)
        form: Form[Thing] = asked.form
        return Told(form.write(thing).encode(), form.content_type, links)

    return told


def retirement(deprecations: Iterable[Deprecation | None]) -> list[tuple[str, str]]:
    """The headers that say that what was asked for is being retired: RFC 9745 and RFC 8594."""
    known = [deprecation for deprecation in deprecations if deprecation]
    if not known:
        return []
    since = min(deprecation.since for deprecation in known)
    found = [("Deprecation", f"@{int(_midnight(since).timestamp())}")]
    sunsets = [deprecation.sunset for deprecation in known if deprecation.sunset]
    if sunsets:
        found.append(("Sunset", http_date(_midnight(min(sunsets)))))
    return found


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)
