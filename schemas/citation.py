"""A citation of a figure: what was stated, by whom, where, and where it can be read for good."""

from collections.abc import Sequence
from typing import NamedTuple

from schemas.fields import Text
from schemas.parameter import Parameter
from schemas.parameters import AS_OF, LANG


class Citation(NamedTuple):
    """What every style is written from, in the language that was asked for.

    Dates are ISO dates. `permalink` is an address without a host where the service knows none.
    There is no day of access: an answer has no clock, so whoever reads it adds that.
    """

    figure: str
    version: int
    permalink: str
    language: str
    value: str
    label: str
    subject: str
    speaker: str | None
    role: str | None
    organization: str
    stated_on: str
    stated: str
    title: str
    publisher: str
    published_on: str

    @property
    def key(self) -> str:
        """What a list of references calls it: another version is another reference."""
        return f"{self.figure}-v{self.version}"

    @property
    def author(self) -> str:
        """Who said it, or for whom it was said."""
        return self.speaker or self.organization

    @property
    def named(self) -> str:
        """What it says: the thing and its value, for a style that knows one title."""
        return f"{self.label}: {self.value}"


def citation_parameters(styles: Sequence[str]) -> tuple[Parameter, ...]:
    """What may be asked of a citation."""
    return (
        Parameter(
            "style",
            Text(),
            "How the citation is written; wins over `Accept`.",
            styles[-1],
            choices=tuple(styles),
        ),
        LANG._replace(
            help="The language of label, value and names; the source's title stays as published."
        ),
        AS_OF,
    )
