"""Which format an answer is written in: `format=` decides, then `Accept`, then JSON."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeVar

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from api.wire.formats.form import Offered
from api.wire.problems import Problem

Choice = TypeVar("Choice", bound=Offered)
# What a longer `Accept` was taken for is not remembered.
LONGEST = 200


def choose_format(
    formats: Sequence[Choice], asked: str | None, accept: str | None, parameter: str = "format"
) -> Choice:
    """The format to answer in; the first of `formats` where the client does not care.

    An `Accept` that cannot be read counts as none. Raises Problem when nothing fits.
    """
    if asked:
        return next(format_ for format_ in formats if format_.name == asked)
    if not accept or accept == "*/*":
        return formats[0]
    types = tuple([type_ for format_ in formats for type_ in format_.accepted])
    best = (_best if len(accept) <= LONGEST else _best.__wrapped__)(accept, types)
    if best is None:
        offered = ", ".join(f"{f.media_type} ({parameter}={f.name})" for f in formats)
        raise Problem("not-acceptable", f"this address answers as {offered}")
    return next(format_ for format_ in formats if best in format_.accepted)


@lru_cache(maxsize=256)
def _best(accept: str, types: tuple[str, ...]) -> str | None:
    """The type that a client accepts best; the first where it names none that can be read."""
    accepted = parse_accept_header(accept, MIMEAccept)
    ranges = [value for value, _ in accepted if value.split(";")[0].count("/") == 1]
    return accepted.best_match(types) if ranges else types[0]
