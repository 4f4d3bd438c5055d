"""Which format an answer is written in: `format=` decides, then `Accept`, then JSON."""

from collections.abc import Sequence

from werkzeug.datastructures import Accept, MIMEAccept
from werkzeug.http import parse_accept_header

from api.wire.formats import Format
from api.wire.problems import Problem


def accepts_gzip(accept_encoding: str | None) -> bool:
    """Whether an answer is best sent compressed: gzip is accepted, and no less than as it is."""
    accepted = parse_accept_header(accept_encoding, Accept)
    plain = next((quality for name, quality in accepted if name.lower() == "identity"), 0.0)
    return accepted.quality("gzip") > 0 and accepted.quality("gzip") >= plain


def choose_format(formats: Sequence[Format], asked: str | None, accept: str | None) -> Format:
    """The format to answer in; the first of `formats` where the client does not care.

    An `Accept` that cannot be read counts as none. Raises Problem when nothing fits.
    """
    if asked:
        return next(format_ for format_ in formats if format_.name == asked)
    accepted = parse_accept_header(accept, MIMEAccept)
    ranges = [value for value, _ in accepted if value.count("/") == 1]
    if not ranges:
        return formats[0]
    best = accepted.best_match([format_.media_type for format_ in formats])
    if best is None:
        offered = ", ".join(f"{f.media_type} (format={f.name})" for f in formats)
        raise Problem("not-acceptable", f"this address answers as {offered}")
    return next(format_ for format_ in formats if format_.media_type == best)
