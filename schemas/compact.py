"""JSON as the house writes it, in bodies and in rows: compact, accents as they are."""

import json
from typing import Any

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
dump = ENCODER.encode
DECODER = json.JSONDecoder()


def parse(text: str) -> Any:
    """What was written so: in whatever the house has written nothing stands around it."""
    found, _ = DECODER.raw_decode(text)
    return found


def dump_for_pages(value: Any) -> str:
    """The same, to be put into a `<script>` as it is: nothing in it ends that or begins a comment.

    Publishers of JSON-LD paste it into their pages. In JSON `<` stands in texts alone.
    """
    return dump(value).replace("</", "<\\/").replace("<!", "\\u003c!")
