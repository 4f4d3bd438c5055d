"""Holding the figures against their sources: the locator, the digits, the text itself."""

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from schemas.notation import parts_by_blanks
from schemas.objects import Record
from schemas.printed import ends_in_number, printed_value, word_left_off

# How much of a text is looked at on either side of a place: more than a number or a word takes.
AROUND = 40
# The groups of three on either side of a blank that parts them: '31 237' and '385', but not the
# year in '2021 385'.
GROUPS_END = re.compile(r"(?<![0-9.,])[0-9]{1,3}[\u00a0\u202f ]?$")
GROUPS_BEGIN = re.compile(r"[\u00a0\u202f ]?[0-9]{3}(?![0-9])")


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


def check_text(figure: Record, text: str, language: str) -> Iterator[tuple[str, str]]:
    """(field path, reason) where a text, in a language, does not have the digits at the place, or
    has more of the number there."""
    locator = figure["source"]
    start, end, stated = locator["start"], locator["end"], locator["stated"]
    found = text[start:end]
    if found != stated:
        yield "source.start", f"the text has {found!r} there, not {stated!r}"
        return
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    blanks = parts_by_blanks(language)
    # '1,874' inside of '31,874' or of '1,874,000' would be another number.
    if stated[0].isdigit() and (
        before[-1:].isnumeric() or _joins(before[:-3:-1]) or (blanks and _grouped(before, stated))
    ):
        yield "source.start", "cuts into a longer number of the text"
    if stated[-1].isdigit() and (
        after[:1].isnumeric() or _joins(after[:2]) or (blanks and _grouped(stated, after))
    ):
        yield "source.end", "cuts into a longer number of the text"
    # So would '5 mil' inside of '5 millones', and '45.000' before ' millones'.
    elif stated[-1].isalpha() and after[:1].isalnum() and ends_in_number(stated, language):
        yield "source.end", "cuts into a longer word of the text"
    elif word := word_left_off(stated, after, language):
        yield "source.end", f"leaves off {word!r}, by which the text multiplies the number"


def _joins(neighbours: str) -> bool:
    return len(neighbours) == 2 and neighbours[0] in ",." and neighbours[1].isdigit()


def _grouped(left: str, right: str) -> bool:
    """Whether a blank parts the groups of one number, of which `left` has the first."""
    return bool(GROUPS_BEGIN.match(right) and GROUPS_END.search(left))


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
