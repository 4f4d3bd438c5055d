"""Holding the figures against their sources: the locator, the digits, the text itself."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from schemas.notation import printed_value

Record = Mapping[str, Any]


def check_locator(figure: Record, source: Record) -> Iterator[tuple[str, str]]:
    """(field path, reason) for what cannot be right, whatever the text says."""
    locator = figure["source"]
    if locator["end"] > source["length"]:
        yield "source.end", f"lies outside the source, which has {source['length']} code points"
    try:
        printed = printed_value(locator["stated"], source["language"])
    except ValueError as error:
        yield "source.stated", str(error)
        return
    if printed != figure["value"]:
        yield "value", f"is not what {locator['stated']!r} says, {printed:f}"


def check_text(figure: Record, text: str) -> Iterator[tuple[str, str]]:
    """(field path, reason) where the text does not have the digits at the place."""
    locator = figure["source"]
    start, end = locator["start"], locator["end"]
    found = text[start:end]
    if found != locator["stated"]:
        yield "source.start", f"the text has {found!r} there, not {locator['stated']!r}"
        return
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    # '1,874' inside of '31,874' or of '1,874,000' would be another number.
    if locator["stated"][0].isdigit() and (before[-1:].isdigit() or _joins(before[::-1])):
        yield "source.start", "cuts into a longer number of the text"
    if locator["stated"][-1].isdigit() and (after[:1].isdigit() or _joins(after)):
        yield "source.end", "cuts into a longer number of the text"


def _joins(neighbours: str) -> bool:
    return len(neighbours) == 2 and neighbours[0] in ",." and neighbours[1].isdigit()


def check_source(source: Record, raw: bytes) -> Iterator[tuple[str, str]]:
    """(field path, reason) where a text is not the one that the source's record describes."""
    digest = sha256(raw).hexdigest()
    if digest != source["sha256"]:
        yield "sha256", f"the text's is {digest}"
    try:
        length = len(raw.decode())
    except UnicodeDecodeError:
        yield "sha256", "the text is not UTF-8"
        return
    if length != source["length"]:
        yield "length", f"the text has {length} code points"


def match_texts(sources: Iterable[Record], texts: Mapping[str, bytes]) -> dict[str, str]:
    """{source id: text name}: by hash; and if one of each is left over, those two."""
    by_hash = {sha256(raw).hexdigest(): name for name, raw in texts.items()}
    sources = list(sources)
    matched = {s["id"]: by_hash[s["sha256"]] for s in sources if s["sha256"] in by_hash}
    lone_sources = [s["id"] for s in sources if s["id"] not in matched]
    lone_texts = [name for name in texts if name not in matched.values()]
    if len(lone_sources) == len(lone_texts) == 1:
        matched[lone_sources[0]] = lone_texts[0]
    return matched
