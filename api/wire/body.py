"""What a body is made of: text or, where there is much of it, its UTF-8 bytes."""

from collections.abc import Iterable, Iterator, Sequence

Body = str | bytes


def content_type(media_type: str) -> str:
    """A media type as an answer names it: with the charset, where the type has one."""
    return media_type + "; charset=utf-8" * media_type.startswith("text/")


def as_bytes(part: Body) -> bytes:
    match part:
        case str():
            return part.encode()
        case bytes():
            return part


def as_text(part: Body) -> str:
    match part:
        case str():
            return part
        case bytes():
            return part.decode()


def encoded(parts: Iterable[Body]) -> Iterator[bytes]:
    """Parts as they are sent, each when it is asked for."""
    return map(as_bytes, parts)


def in_bytes(bodies: Sequence[Body]) -> Sequence[bytes]:
    """Bodies as they are sent; those that are bytes are not looked at one by one."""
    if bodies and isinstance(bodies[0], bytes):
        return bodies  # type: ignore[return-value]
    return list(encoded(bodies))
