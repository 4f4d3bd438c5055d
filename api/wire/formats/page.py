"""What a format is given to write, and what a format is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from api.wire.body import Body, as_text, content_type
from api.wire.link_header import Link
from schemas.aggregate import Cell
from schemas.change import Change
from schemas.compact import dump, parse
from schemas.objects import Json
from schemas.resource import Resource

if TYPE_CHECKING:
    from api.wire.wording import Wording


class Page(NamedTuple):
    """Records of a collection, as stored bodies, with what is said about them."""

    resource: Resource
    bodies: Iterable[Body]
    fields: tuple[str, ...] = ()
    pagination: Mapping[str, Any] = {}
    links: Mapping[str, Any] = {}
    meta: Mapping[str, Any] = {}
    included: Mapping[str, Mapping[str, str]] | None = None

    def narrowed(self) -> Iterable[Body]:
        """The bodies, with only the fields that were asked for."""
        if not self.fields:
            return self.bodies
        return (narrow(body, self.fields) for body in self.bodies)


class Item(NamedTuple):
    """One record, as its stored body, with its links."""

    resource: Resource
    body: str
    fields: tuple[str, ...] = ()
    links: Mapping[str, Any] = {}
    included: Mapping[str, Mapping[str, str]] | None = None
    # The address of any record (its resource, its id) at the version that is answered from.
    to: Callable[[str, str], str] = lambda resource, id_: f"/{resource}/{id_}"
    revisions: Sequence["Revision"] = ()


class Revision(NamedTuple):
    """A record as one data version had it: since which, when that came, whose it is, its body,
    None since the version that withdrew it; and what its body was before, if it had one."""

    version: int
    at: str
    dataset: str
    body: str | None
    before: str | None


class History(NamedTuple):
    """Changes in their order, each with its links, and what is said about them."""

    entries: Iterable[tuple[Change, Mapping[str, str | None]]]
    pagination: Mapping[str, Any] = {}
    links: Mapping[str, Any] = {}
    meta: Mapping[str, Any] = {}


class Extra(NamedTuple):
    """A package that is not always installed: how it is installed, and how it is imported."""

    name: str
    module: str

    @property
    def is_installed(self) -> bool:
        return find_spec(self.module) is not None


class Entry(NamedTuple):
    """A change as a feed tells of it. `id` is a tag URI, `url` the record that it is about."""

    id: str
    url: str
    change: Change
    wording: "Wording"


class Channel(NamedTuple):
    """A feed, or a part of its archive: entries, newest first, with what is said about them.

    `id` is a tag URI, `updated` the moment of the newest entry.
    """

    id: str
    title: str
    language: str
    updated: str
    archive: bool
    links: Sequence[Link]
    entries: Sequence[Entry]

    def link(self, rel: str) -> str | None:
        """Where the first link of a relation leads."""
        return next((link.href for link in self.links if link.rel == rel), None)


class Sums(NamedTuple):
    """The cells of a sum in their order, each with its links, and what is said about them.

    `groups` are the members by which the figures are grouped; `excluded` is what was left out.
    """

    groups: tuple[str, ...]
    entries: Iterable[tuple[Cell, Mapping[str, str]]]
    pagination: Mapping[str, Any] = {}
    links: Mapping[str, Any] = {}
    meta: Mapping[str, Any] = {}
    excluded: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Format:
    """A way to write an answer.

    `label` is what people call it. It is a format of whatever it has a writer for. `whole` says
    that a collection comes whole, as a stream, unless a page is asked for. `enveloped` says that
    there is a place for what is said about the records and sent along with them: facets, included
    records. `extension` is how the address of a feed ends. `body` names the document's schema of
    what is written; empty where each resource has its own; `item_body` that of one record, where it
    is another one. `partial_type` is the media type of an answer whose records were narrowed by
    `fields`: it has another schema, and says so. `extra` is what it cannot be written without.
    `complete` says that a record is written as a whole, so that neither `fields` nor `include` go
    with it; `tells_revisions` that an item is given its history.
    """

    name: str
    media_type: str
    label: str
    whole: bool = False
    write_page: Callable[[Page], Iterable[Body]] | None = None
    write_item: Callable[[Item], str] | None = None
    write_history: Callable[[History], Iterable[Body]] | None = None
    write_feed: Callable[[Channel], str] | None = None
    write_dictionary: Callable[[Json, str], str] | None = None
    extension: str = ""
    write_sums: Callable[[Sums], Iterable[Body]] | None = None
    enveloped: bool = False
    partial_type: str | None = None
    body: str = ""
    item_body: str = ""
    extra: Extra | None = None
    complete: bool = False
    tells_revisions: bool = False
    fits: Callable[[Resource], bool] = lambda resource: True

    @cached_property
    def content_type(self) -> str:
        return content_type(self.media_type)

    def accepted(self, *, narrowed: bool) -> tuple[str, ...]:
        """What `Accept` may name it by."""
        if narrowed and self.partial_type:
            return self.media_type, self.partial_type
        return (self.media_type,)


def narrow(body: Body, names: tuple[str, ...]) -> str:
    """A body with only these members; all of it when none is named."""
    if not names:
        return as_text(body)
    record = parse(as_text(body))
    return dump({name: value for name, value in record.items() if name in names})
