"""The responses and headers of the document, each under a name."""

from typing import Any

from api.spec.answers import ref
from api.wire.problems import MEDIA_TYPE, PROBLEMS
from schemas.objects import Json


def _text(description: str, *, required: bool = True, **schema: Any) -> Json:
    return {
        "description": description,
        "required": required,
        "schema": {"type": "string", **schema},
    }


def _number(description: str) -> Json:
    return {
        "description": description,
        "required": True,
        "schema": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    }


HEADERS: Json = {
    "X-Request-Id": _text("The request's id: yours if you sent a plain one, else one of ours."),
    "ETag": _text("Changes when the answer does."),
    "Quipu-Data-Version": _number("The data version that answered."),
    "Link": _text("The links of the answer, RFC 8288."),
    "Accept-Ranges": _text("Parts of the file can be had.", const="bytes"),
    "Content-Range": _text("Which bytes these are, and of how many; RFC 9110."),
    "Content-Disposition": _text("The name to save the file under."),
    "Last-Modified": _text("When the data version came."),
    "Repr-Digest": _text("The SHA-256 of the whole file as it is sent, RFC 9530."),
    "Allow": _text("The methods that are allowed."),
    "Retry-After": _number("Seconds to wait."),
    "Access-Control-Allow-Origin": _text("Any page may read the answer.", const="*"),
    "Deprecation": _text(
        "Since when what was asked for should not be used, RFC 9745.",
        required=False,
        pattern="^@[0-9]+$",
    ),
    "Sunset": _text("When it may be gone, RFC 8594.", required=False),
}


def header_refs(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


REQUEST_HEADERS = header_refs("X-Request-Id", "Access-Control-Allow-Origin")
TAG_HEADERS = REQUEST_HEADERS | header_refs("ETag")
CACHE_HEADERS = TAG_HEADERS | header_refs("Quipu-Data-Version")
LINK_HEADER = header_refs("Link")
RETIRING_HEADERS = header_refs("Deprecation", "Sunset")
FILE_HEADERS = header_refs("Accept-Ranges", "Content-Disposition", "Last-Modified", "Repr-Digest")
RANGE_HEADERS = header_refs("Content-Range")
EXTRA_HEADERS = {405: header_refs("Allow"), 416: RANGE_HEADERS, 503: header_refs("Retry-After")}


def responses() -> Json:
    """The named responses of `components`."""
    known = "You have it already."
    return {
        "NotModified": {"description": known, "headers": CACHE_HEADERS},
        "NotModifiedDocument": {"description": known, "headers": TAG_HEADERS},
        **{f"Problem{status}": _problem(status) for status in sorted({p.status for p in PROBLEMS})},
    }


def _problem(status: int) -> Json:
    kinds = [problem for problem in PROBLEMS if problem.status == status]
    return {
        "description": " ".join(f"{kind.title} (`{kind.code}`)." for kind in kinds),
        "headers": {**REQUEST_HEADERS, **EXTRA_HEADERS.get(status, {})},
        "content": {MEDIA_TYPE: {"schema": ref("Problem")}},
    }


def problems(*statuses: int) -> Json:
    """References to the responses of these statuses."""
    return {
        str(status): {"$ref": f"#/components/responses/Problem{status}"}
        for status in sorted(statuses)
    }


def not_modified(*, of_data: bool = True) -> Json:
    """The 304 of an answer made of data, or of one that is the same as long as the program is; and
    the 412 of one that is not the one that `If-Match` wants."""
    name = "NotModified" if of_data else "NotModifiedDocument"
    return {"304": {"$ref": f"#/components/responses/{name}"}, **problems(412)}
