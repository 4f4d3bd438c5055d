"""Which format an answer is written in: `format=` decides, then `Accept`, then JSON."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeVar

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import dump_options_header, parse_options_header

from api.wire.formats.form import Offered
from api.wire.problems import Problem
from api.wire.weights import weights

Choice = TypeVar("Choice", bound=Offered)
# What a longer `Accept` was taken for is not remembered.
LONGEST = 200
# And of what is longer than this nothing is read: each part of it takes time.
LONGEST_READ = 2_000


def choose_format(
    formats: Sequence[Choice],
    asked: str | None,
    accept: str | None,
    parameter: str = "format",
    *,
    narrowed: bool = False,
) -> Choice:
    """The format to answer in; the first of `formats` where the client does not care.

    `narrowed` says that the answer has some fields only: then it may be named by the type of such
    answers. An `Accept` that cannot be read counts as none. Raises Problem when nothing fits.
    """
    if asked:
        return next(format_ for format_ in formats if format_.name == asked)
    if not accept or accept == "*/*" or len(accept) > LONGEST_READ:
        return formats[0]
    accepted = [format_.accepted(narrowed=narrowed) for format_ in formats]
    types = tuple([type_ for named in accepted for type_ in named])
    best = (_best if len(accept) <= LONGEST else _best.__wrapped__)(accept, types)
    if best is None:
        offered = ", ".join(f"{f.media_type} ({parameter}={f.name})" for f in formats)
        raise Problem("not-acceptable", f"this address answers as {offered}")
    return next(f for f, named in zip(formats, accepted, strict=True) if best in named)


@lru_cache(maxsize=256)
def _best(accept: str, types: tuple[str, ...]) -> str | None:
    """The type that a client accepts best; the first where it names none that can be read."""
    asked = [(_plain(value, types), weight) for value, weight in weights(accept)]
    ranges = [value for value, _ in asked if value.split(";")[0].count("/") == 1]
    return MIMEAccept(asked).best_match(types) if ranges else types[0]


def _plain(range_: str, types: tuple[str, ...]) -> str:
    """A range without the parameters that choose nothing here: all but the `profile` that one of
    the types has. What is sent says its charset, and clients send that back."""
    name, parameters = parse_options_header(range_)
    profile = parameters.get("profile")
    if profile and any(type_.startswith(f"{name.lower()}; profile=") for type_ in types):
        return dump_options_header(name, {"profile": profile})
    return name
