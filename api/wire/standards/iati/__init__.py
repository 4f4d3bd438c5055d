"""IATI 2.03: programmes as activities, and what is said about them as results.

What does not map is left out, and said (docs/integration.md): no budget, for a sum over eight years
is none; no transaction, for a claim in the news is none; no figure without a programme. What IATI
demands and no source states is filled in where it can be seen: a narrative says so.
"""

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from api.wire.markup import xml_text
from api.wire.standards import Edition
from api.wire.standards.iati.activity import Named, activity
from api.wire.standards.iati.result import Metrics, result
from schemas.objects import Json

__all__ = ("MEDIA_TYPE", "Metrics", "Named", "activities")

MEDIA_TYPE = "application/xml"
VERSION = "2.03"

HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<!-- Told second-hand, from published sources. There are no budgets and no transactions: the sources
state neither. A day or an organization that IATI demands and no source states says so itself. -->
<iati-activities version="{version}" generated-datetime="{generated}">
"""
TAIL = "</iati-activities>\n"


def activities(
    edition: Edition,
    reporter: str,
    metrics: Metrics,
    programs: Iterable[tuple[Json, Named]],
    figures: Iterator[Json],
) -> Iterator[str]:
    """The document, a part at a time. Both kinds come in the order of the programmes' ids."""
    yield HEAD.format(version=VERSION, generated=edition.released_at)
    rest = _ByProgram(figures)
    for program, named in programs:
        # A programme can have a million figures: they are written as they come.
        opened, end = _opened(activity(edition, reporter, metrics.updated_at, named, program))
        yield opened
        for figure in rest.of(program["id"]):
            yield _text(result(edition, metrics, figure))
        yield end
    yield TAIL


class _ByProgram:
    """Figures in the order of their programmes, read one programme's at a time."""

    def __init__(self, figures: Iterator[Json]) -> None:
        self._figures = figures
        self._next = next(figures, None)

    def of(self, program: str) -> Iterator[Json]:
        while self._next is not None and self._next["program"] == program:
            yield self._next
            self._next = next(self._figures, None)


def _opened(element: Element) -> tuple[str, str]:
    """An element without its end tag, and the end tag."""
    end = f"</{element.tag}>\n"
    return _text(element).removesuffix(end), end


def _text(element: Element) -> str:
    return xml_text(element) + "\n"
