"""JSON as the house writes it, in bodies and in rows: compact, accents as they are."""

import json
from typing import Any

import orjson

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
# What the house has written, as text or as bytes.
parse = orjson.loads


def dump(value: Any) -> str:
    """The JSON of a value. What orjson has no room for, as a sum of more than 64 bits, Python's own
    encoder writes. Numbers are finite: they come from decimals."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return ENCODER.encode(value)


def dump_for_pages(value: Any) -> str:
    """The same, to be put into a `<script>` as it is: nothing in it ends that or begins a comment.

    Publishers of JSON-LD paste it into their pages. In JSON `<` stands in texts alone.
    """
    return dump(value).replace("</", "<\\/").replace("<!", "\\u003c!")
