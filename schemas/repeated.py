"""What stands twice where each may stand once."""

from collections import Counter
from collections.abc import Iterable


def repeated(words: Iterable[str]) -> str | None:
    """The first of the words that stands there again, if one does; whatever they are many, each is
    looked at once."""
    return next((word for word, number in Counter(words).items() if number > 1), None)
