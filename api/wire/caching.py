"""An answer follows from path, question, format and data version: so does its tag."""

from datetime import datetime
from hashlib import sha256

from werkzeug.http import parse_date, parse_etags

from api.wire.answer import Answer, Environ
from api.wire.problems import Problem

CACHE_CONTROL = "public, max-age=0, must-revalidate"
VARY = "Accept, Accept-Encoding"


def entity_tag(*parts: object) -> str:
    """A strong tag, without its quotes. Parts are told apart as Python writes them."""
    return sha256(repr(parts).encode()).hexdigest()[:32]


# Headers of an answer that its 304 does not repeat.
NOT_REPEATED = frozenset(
    (
        "content-type", "content-length", "content-encoding", "content-disposition", "link",
        "accept-ranges", "content-range", "last-modified", "repr-digest",
    )
)  # fmt: skip


def is_named(if_none_match: str, tag: str) -> bool:
    """Whether the client says that it has the answer with this tag. `*` names none."""
    tags = parse_etags(if_none_match)
    return not tags.star_tag and tags.contains_weak(tag)


def is_fresh(if_none_match: str, tag: str) -> bool:
    """Whether the client has no use for an answer that there is, with this tag. `*` is any."""
    return parse_etags(if_none_match).contains_weak(tag)


def stamps(
    tag: str, version: int | None = None, control: str = CACHE_CONTROL, vary: str = VARY
) -> list[tuple[str, str]]:
    """The headers that make an answer cacheable and say which data it comes from, if from any."""
    found = [("ETag", f'"{tag}"'), ("Cache-Control", control), ("Vary", vary)]
    if version is not None:
        found.append(("Quipu-Data-Version", str(version)))
    return found


def is_wanted(environ: Environ, tag: str) -> bool:
    """Whether the answer with this tag is one of those that the client wants and no other: RFC
    9110, 13.1.1, which compares strongly."""
    if_match = environ.get("HTTP_IF_MATCH")
    return if_match is None or parse_etags(if_match).contains(tag)


def not_wanted() -> Problem:
    """The problem of a client that wants another answer than there is."""
    return Problem("precondition-failed", "the answer is not the one that the request is about")


def unchanged(
    environ: Environ,
    tag: str,
    headers: list[tuple[str, str]],
    modified: datetime | None = None,
) -> Answer | None:
    """A 304 with these headers if the client has the answer already. Raises Problem for another
    one than it wants.

    `modified` is when an answer last changed that says so.
    """
    if not is_wanted(environ, tag) or _is_later(environ, modified):
        raise not_wanted()
    return Answer(b"", headers, 304) if is_known(environ, tag, modified) else None


def is_known(environ: Environ, tag: str, modified: datetime | None = None) -> bool:
    """Whether the client has the answer with this tag already.

    Whoever knows the tag was given it with an answer, so there is one. Of `*` nothing is known yet.
    A tag tells more than a moment, so where one is sent the moment is not looked at: RFC 9110,
    13.2.2.
    """
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known is None:
        return modified is not None and _has_since(environ, modified)
    return is_named(known, tag)


def forget_unreadable(environ: Environ) -> None:
    """Take out of a request the conditions that should be dates and are none: they are no
    conditions (RFC 9110, 13.1.3 and 13.1.4), and of some Werkzeug would not say so, but fail."""
    for name in ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE"):
        if name in environ and _date(environ[name]) is None:
            del environ[name]
    part = environ.get("HTTP_IF_RANGE", "")
    if part and '"' not in part and _date(part) is None:
        # It names nothing that there is, so what is sent is the whole.
        environ.pop("HTTP_RANGE", None)


def _date(text: str | None) -> datetime | None:
    """A date of a request; None for what is none."""
    try:
        return parse_date(text)
    except OverflowError:  # years, days or zones of more digits than the system counts with
        return None


def _is_later(environ: Environ, modified: datetime | None) -> bool:
    """Whether it changed after the moment up to which the client wants it."""
    if modified is None or "HTTP_IF_MATCH" in environ:
        return False
    until = _date(environ.get("HTTP_IF_UNMODIFIED_SINCE"))
    return until is not None and modified.replace(microsecond=0) > until


def _has_since(environ: Environ, modified: datetime) -> bool:
    """Whether the client has it since its moment; those of HTTP are of whole seconds."""
    since = _date(environ.get("HTTP_IF_MODIFIED_SINCE"))
    return since is not None and modified.replace(microsecond=0) <= since


def unless_any(environ: Environ, answer: Answer) -> Answer:
    """The answer; for a client that wants none if there is any (`*`), a 304 in place of one that
    has a tag. Problems have none: to them the condition does not apply (RFC 9110, 13.2.1)."""
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known is None or answer.status not in (200, 206) or not parse_etags(known).star_tag:
        return answer
    if not any(name == "ETag" for name, _ in answer.headers):
        return answer
    if answer.ended:
        answer.ended()
    kept = [header for header in answer.headers if header[0].lower() not in NOT_REPEATED]
    return Answer(b"", kept, 304)
