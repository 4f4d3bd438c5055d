"""A form of one thing that is no collection of records: a claim's page, evidence, a citation."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from api.wire.body import content_type
from schemas.compact import dump

Thing = TypeVar("Thing")


class Offered(Protocol):
    """What can be negotiated: a name for the parameter, and the types that `Accept` may name, of
    an answer that is `narrowed` by `fields` or is not."""

    @property
    def name(self) -> str: ...

    @property
    def media_type(self) -> str: ...

    def accepted(self, *, narrowed: bool) -> tuple[str, ...]: ...


class Form(NamedTuple, Generic[Thing]):
    """A way to write one thing.

    `body` names the document's schema of what is written. `profile` is the address of what the
    media type is used for, where the type alone does not say it.
    """

    name: str
    media_type: str
    body: str
    write: Callable[[Thing], str]
    profile: str = ""

    @property
    def content_type(self) -> str:
        if self.profile:
            return f'{self.media_type}; profile="{self.profile}"'
        return content_type(self.media_type)

    def accepted(self, *, narrowed: bool) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.media_type, self.content_type)))


Document = Mapping[str, Any]


def as_document(body: str) -> Form[Document]:
    """A thing as JSON, whole; `body` names its schema."""
    return Form("json", "application/json", body, dump)
