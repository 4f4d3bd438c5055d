"""What every response carries, whatever it says: who may read it, how it is guarded, its id."""

import os
import re
from collections.abc import MutableMapping
from typing import Any

from flask import Request, Response

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
EXPOSED = (
    "ETag, Link, Quipu-Data-Version, Retry-After, X-Request-Id, Content-Disposition, "
    "Accept-Ranges, Content-Range, Repr-Digest"
)
ALLOWED = "Accept, If-None-Match, If-Range, Range, X-Request-Id"
GUARDS = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", EXPOSED),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
)
# An answer of the API is data: nothing in it may run or load anything.
CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'"


def request_id(environ: MutableMapping[str, Any]) -> str:
    """The client's id for its request if it is a plain one, else one of ours."""
    id_: str | None = environ.get("quipu.request_id")
    if id_ is None:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        id_ = given if given and REQUEST_ID.fullmatch(given) else os.urandom(16).hex()
        environ["quipu.request_id"] = id_
    return id_


def header_names(response: Response) -> set[str]:
    """What is said already, in small letters. (To look for a header that is missing makes an
    exception each time.)"""
    return {name.lower() for name, _ in response.headers}


def guard(request: Request, response: Response) -> Response:
    """Add the headers that every response has."""
    headers, names = response.headers, header_names(response)
    # Added all at once: nobody else sets them.
    headers.extend([("X-Request-Id", request_id(request.environ)), *GUARDS])
    if "content-security-policy" not in names:
        headers.add("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    if "allow" in names:
        headers["Allow"] = ", ".join(sorted(headers["Allow"].replace(",", " ").split()))
    if request.method == "OPTIONS" and response.status_code == 200:
        headers["Access-Control-Allow-Methods"] = headers["Allow"]
        headers["Access-Control-Allow-Headers"] = ALLOWED
        headers["Access-Control-Max-Age"] = "86400"
    return response
