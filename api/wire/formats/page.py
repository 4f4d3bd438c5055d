"""What a format is given to write, and what a format is."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.aggregate import Cell
from schemas.change import Change
from schemas.resource import Resource


@dataclass(frozen=True)
class Page:
    """Records of a collection, as stored bodies, with what is said about them."""

    resource: Resource
    bodies: Iterable[str]
    fields: tuple[str, ...] = ()
    pagination: Mapping[str, Any] = field(default_factory=dict)
    links: Mapping[str, Any] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)
    included: Mapping[str, Mapping[str, str]] | None = None

    def narrowed(self) -> Iterator[str]:
        """The bodies, with only the fields that were asked for."""
        return (narrow(body, self.fields) for body in self.bodies)


@dataclass(frozen=True)
class Item:
    """One record, as its stored body, with its links."""

    resource: Resource
    body: str
    fields: tuple[str, ...] = ()
    links: Mapping[str, Any] = field(default_factory=dict)
    included: Mapping[str, Mapping[str, str]] | None = None


@dataclass(frozen=True)
class History:
    """Changes in their order, each with its links, and what is said about them."""

    entries: Iterable[tuple[Change, Mapping[str, str | None]]]
    pagination: Mapping[str, Any] = field(default_factory=dict)
    links: Mapping[str, Any] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sums:
    """The cells of a sum in their order, each with its links, and what is said about them.

    `groups` are the members by which the figures are grouped; `excluded` is what was left out.
    """

    groups: tuple[str, ...]
    entries: Iterable[tuple[Cell, Mapping[str, str]]]
    pagination: Mapping[str, Any] = field(default_factory=dict)
    links: Mapping[str, Any] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)
    excluded: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Format:
    """A way to write an answer.

    `whole` says that a collection comes whole, as a stream, unless a page is asked for.
    `enveloped` says that there is a place for what is said about the records: facets, for one.
    `body` names the document's schema of what is written; empty where each resource has its own.
    `partial_type` is the media type of an answer whose records were narrowed by `fields`: it
    has another schema, and says so.
    """

    name: str
    media_type: str
    help: str
    whole: bool
    write_page: Callable[[Page], Iterable[str]]
    write_item: Callable[[Item], str] | None = None
    write_history: Callable[[History], Iterable[str]] | None = None
    write_sums: Callable[[Sums], Iterable[str]] | None = None
    enveloped: bool = False
    partial_type: str | None = None
    body: str = ""
    fits: Callable[[Resource], bool] = lambda resource: True

    @property
    def content_type(self) -> str:
        """The media type with its charset, where the type has one."""
        return self.media_type + "; charset=utf-8" * self.media_type.startswith("text/")


def narrow(body: str, names: tuple[str, ...]) -> str:
    """A body with only these members; all of it when none is named."""
    if not names:
        return body
    record = json.loads(body)
    return dump({name: value for name, value in record.items() if name in names})


def dump(value: Any) -> str:
    """JSON as the house writes it: compact, accents as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
