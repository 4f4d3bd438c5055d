"""Every error of the service, in one shape: RFC 9457 problem details."""

from collections.abc import Sequence
from typing import NamedTuple

from schemas.problem import dump_problem
from schemas.reading import CONTRADICTION, Mistake

MEDIA_TYPE = "application/problem+json"
# So many mistakes of a query are told one by one, the others counted.
LISTED = 20


class ProblemType(NamedTuple):
    """A kind of problem: its code, status and title, and what to do about it."""

    code: str
    status: int
    title: str
    help: str


PROBLEMS = (
    ProblemType(
        "invalid-parameter",
        400,
        "A parameter cannot be used",
        "Look at `errors`: each names a parameter, what is wrong, and what was probably "
        "meant. Nothing is ever ignored in silence.",
    ),
    ProblemType(
        "malformed-request",
        400,
        "The request cannot be read",
        "Percent-encode the query string as UTF-8.",
    ),
    ProblemType(
        "not-found",
        404,
        "Nothing is here",
        "Look for the id in its collection; a withdrawn record can still be read with `as_of`.",
    ),
    ProblemType(
        "method-not-allowed",
        405,
        "The method is not allowed",
        "The `Allow` header names the methods that are.",
    ),
    ProblemType(
        "not-acceptable",
        406,
        "None of the accepted formats is available",
        "Ask for one of the formats named in `detail`, by `Accept` or by `format=`.",
    ),
    ProblemType(
        "conflicting-parameters",
        409,
        "The parameters contradict each other",
        "Each is fine alone. A cursor goes with the filters and the order that it was given out "
        "for, and neither with `page` nor with another `as_of`.",
    ),
    ProblemType(
        "precondition-failed",
        412,
        "There is another answer than the request is about",
        "`If-Match` named no tag that the answer has, or it changed after `If-Unmodified-Since`. "
        "Ask without it for the answer that there is now, or with `as_of` for the one of then.",
    ),
    ProblemType(
        "payload-too-large",
        413,
        "The request's body is too large",
        "Send no body: the service is read-only.",
    ),
    ProblemType(
        "uri-too-long",
        414,
        "The address is too long",
        "Ask for less in one request; long lists of ids can be split. An address of 64 KB is "
        "refused by the server before it is read: with a 414 that is empty.",
    ),
    ProblemType(
        "range-not-satisfiable",
        416,
        "The range begins behind the end of the file",
        "`Content-Range` says how long the file is. It may be whole already, or be a newer one: "
        "send `If-Range` with the `ETag` of the part that you have.",
    ),
    ProblemType(
        "internal-error",
        500,
        "Something went wrong here",
        "It is a defect of the service: report it with the `request_id`.",
    ),
    ProblemType(
        "not-installed",
        501,
        "This service cannot make this kind of file",
        "`detail` says what its operator would have to install. The data can be had as another "
        "kind of file: see `/downloads`.",
    ),
    ProblemType(
        "being-made",
        503,
        "Other files are being made",
        "A file is made when it is first asked for. Try again after the seconds in `Retry-After`.",
    ),
    ProblemType(
        "no-room",
        503,
        "There is no room to make the file",
        "The service's disk is full, or its limit for downloads is too small. The same records "
        "can be streamed from their collection: `format=ndjson`.",
    ),
    ProblemType(
        "query-too-slow",
        503,
        "The question took too long",
        "Narrow it with a filter, or ask without counting (`count=none`), for fewer facets, or by "
        "fewer groups.",
    ),
    ProblemType(
        "unavailable",
        503,
        "The data cannot be read at the moment",
        "Try again after the seconds in `Retry-After`.",
    ),
)
BY_CODE = {problem.code: problem for problem in PROBLEMS}


class Problem(Exception):
    """Raised anywhere below a view; becomes a response in one place."""

    def __init__(
        self,
        code: str,
        detail: str,
        errors: Sequence[dict[str, str | None]] = (),
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(detail)
        self.kind = BY_CODE[code]
        self.detail = detail
        self.errors = list(errors)
        self.headers = list(headers)

    def body(self, type_uri: str, request_id: str) -> dict[str, object]:
        """The problem as JSON has it."""
        return dump_problem(
            {
                "type": type_uri,
                "title": self.kind.title,
                "status": self.kind.status,
                "detail": self.detail,
                "code": self.kind.code,
                "request_id": request_id,
                "errors": [{**error, "location": error["in"]} for error in self.errors],
            }
        )


def for_now(code: str, detail: str, seconds: int = 10) -> Problem:
    """A problem that may be over after so many seconds."""
    return Problem(code, detail, headers=[("Retry-After", str(seconds))])


def unavailable(detail: str, seconds: int = 10) -> Problem:
    """The problem of what cannot be answered at the moment."""
    return for_now("unavailable", detail, seconds)


def too_slow(detail: str) -> Problem:
    """The problem of a question that takes longer than it may; `detail` says what to narrow."""
    return for_now("query-too-slow", detail)


def refuse(mistakes: Sequence[Mistake], code: str | None = None) -> Problem:
    """The problem that tells of the mistakes in a query: of each once, and of very many the first
    and how many there are."""
    distinct = list(dict.fromkeys(mistakes))
    errors: list[dict[str, str | None]] = [
        {
            "in": "query",
            "name": m.name,
            "code": m.code,
            "message": m.message,
            "suggestion": m.suggestion,
        }
        for m in distinct[:LISTED]
    ]
    told = [f"'{error['name']}' {error['message']}" for error in errors]
    unlisted = len(distinct) - len(errors)
    detail = "; ".join([*told, f"and {unlisted} more"] if unlisted else told)
    contradict = all(mistake.code == CONTRADICTION for mistake in mistakes)
    kind = "conflicting-parameters" if contradict else "invalid-parameter"
    return Problem(code or kind, detail, errors)
