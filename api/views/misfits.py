"""What a question asks for and its format has no place for: refused, never left out in silence."""

from collections.abc import Iterator

from api.wire.formats import Format
from api.wire.problems import refuse
from schemas.query import Query
from schemas.reading import CONTRADICTION, Mistake


def refuse_misfits(query: Query, format_: Format) -> None:
    """Raises Problem, naming every parameter that the format cannot follow."""
    mistakes = list(_misfits(query, format_))
    if mistakes:
        raise refuse(mistakes)


def _misfits(query: Query, format_: Format) -> Iterator[Mistake]:
    if format_.complete:
        message = f"cannot go with 'format={format_.name}', which has each record as a whole"
        for name in ("fields", "include"):
            if name in query.names:
                yield Mistake(name, CONTRADICTION, message)
    elif not format_.enveloped:
        message = f"cannot be told in {format_.name}; ask for them as JSON"
        for name in ("include", "facets"):
            if name in query.names:
                yield Mistake(name, CONTRADICTION, message)
