"""What others wrote, as it is told again: of what is long, the beginning."""

# So many characters are enough to find it.
LONGEST = 100


def cut(text: str, longest: int = LONGEST) -> str:
    """A text; of a long one its beginning, and how long it is."""
    return text[:longest] + _beyond(text, longest)


def quoted(text: str) -> str:
    """A text in quotation marks; of a long one its beginning, and how long it is."""
    return repr(text[:LONGEST]) + _beyond(text, LONGEST)


def _beyond(text: str, longest: int) -> str:
    return f"... ({len(text):,} characters)" if len(text) > longest else ""
