"""What a client accepts and how gladly, as the headers `Accept` and `Accept-Encoding` say it."""

import re

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

# The client that comes with Java sent `*/*; q=.2` with whatever it asked for, until 2022. The
# standard wants a digit before the point; without this, that part would count for nothing.
WITHOUT_ZERO = re.compile(r"(;[ \t]*q=)(?=\.[0-9])", re.IGNORECASE)


def weights(header: str) -> Accept:
    """(what is accepted, its weight from 0 to 1), heaviest first; what cannot be read is left
    out."""
    return parse_accept_header(WITHOUT_ZERO.sub(r"\g<1>0", header))
