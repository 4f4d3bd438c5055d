"""What every response carries, whatever it says: who may read it, how it is guarded, its id."""

import re
from uuid import uuid4

from flask import Request, Response

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
EXPOSED = (
    "ETag, Link, Quipu-Data-Version, Retry-After, X-Request-Id, Content-Disposition, "
    "Accept-Ranges, Content-Range, Repr-Digest"
)
ALLOWED = "Accept, If-None-Match, If-Range, Range, X-Request-Id"
# An answer of the API is data: nothing in it may run or load anything.
CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'"


def request_id(request: Request) -> str:
    """The client's id for its request if it is a plain one, else one of ours."""
    name = "quipu.request_id"
    if name not in request.environ:
        given = request.headers.get("X-Request-Id", "")
        request.environ[name] = given if REQUEST_ID.fullmatch(given) else uuid4().hex
    id_: str = request.environ[name]
    return id_


def guard(request: Request, response: Response) -> Response:
    """Add the headers that every response has."""
    headers = response.headers
    headers["X-Request-Id"] = request_id(request)
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = EXPOSED
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    if "Allow" in headers:
        headers["Allow"] = ", ".join(sorted(headers["Allow"].replace(",", " ").split()))
    if request.method == "OPTIONS" and response.status_code == 200:
        headers["Access-Control-Allow-Methods"] = headers["Allow"]
        headers["Access-Control-Allow-Headers"] = ALLOWED
        headers["Access-Control-Max-Age"] = "86400"
    return response
