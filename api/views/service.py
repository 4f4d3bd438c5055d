"""What the views are given to work with."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from api.bulk.making import Maker
from api.software import VERSION
from api.store.pool import Store
from api.views.long import LongAnswers
from api.wire.links import Links


@dataclass(frozen=True)
class Service:
    """One running service: passed to each view, never looked up."""

    store: Store
    links: Links
    maker: Maker
    iati_reporter: str
    long: LongAnswers

    @cached_property
    def named(self) -> tuple[str, ...]:
        """Who coins ids, and who reports: some answers name them."""
        return self.links.tag(""), self.iati_reporter

    @cached_property
    def document(self) -> dict[str, Any]:
        """The OpenAPI document. Made when it is first asked for: the start does not wait for it.
        Clients put its paths behind the server's address: that has the public URL's path."""
        from api.spec import build, servers  # noqa: PLC0415

        return {**build(VERSION), "servers": servers(self.links.root)}
