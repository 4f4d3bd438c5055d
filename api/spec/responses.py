"""The responses of the document: one for each status that an error may have."""

from typing import Any

from api.spec.schemas import ref
from api.wire.problems import MEDIA_TYPE, PROBLEMS

Json = dict[str, Any]

HEADERS: Json = {
    "X-Request-Id": {
        "description": "The request's id: yours if you sent a plain one, else one of ours.",
        "schema": {"type": "string"},
        "required": True,
    },
}
CACHE_HEADERS: Json = {
    **HEADERS,
    "ETag": {
        "description": "Changes when the answer does.",
        "schema": {"type": "string"},
        "required": True,
    },
    "Quipu-Data-Version": {
        "description": "The data version that answered.",
        "schema": {"type": "integer", "minimum": 1},
        "required": True,
    },
}
EXTRA_HEADERS: dict[int, Json] = {
    405: {
        "Allow": {
            "description": "The methods that are allowed.",
            "schema": {"type": "string"},
            "required": True,
        }
    },
    503: {
        "Retry-After": {
            "description": "Seconds to wait.",
            "schema": {"type": "integer"},
            "required": True,
        }
    },
}


def responses() -> Json:
    """The named responses of `components`."""
    return {"NotModified": {"description": "You have it already.", "headers": CACHE_HEADERS}} | {
        f"Problem{status}": _problem(status) for status in sorted({p.status for p in PROBLEMS})
    }


def _problem(status: int) -> Json:
    kinds = [problem for problem in PROBLEMS if problem.status == status]
    return {
        "description": " ".join(f"{kind.title} (`{kind.code}`)." for kind in kinds),
        "headers": {**HEADERS, **EXTRA_HEADERS.get(status, {})},
        "content": {MEDIA_TYPE: {"schema": ref("Problem")}},
    }


def problems(*statuses: int) -> Json:
    """References to the responses of these statuses."""
    return {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in statuses}


def not_modified() -> Json:
    return {"304": {"$ref": "#/components/responses/NotModified"}}
