"""marshmallow, imported without the patterns that it compiles for email addresses.

One of them takes a tenth of a start (25 to 60 ms), and no field here is an email address.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

# Whose patterns wait until they are used.
WAITING = "marshmallow.validate"
_compile = re.compile


class LatePattern:
    """A pattern that is compiled when it is first used."""

    def __init__(self, pattern: Any, flags: int) -> None:
        self._said = pattern, flags

    @cached_property
    def _compiled(self) -> re.Pattern[Any]:
        return _compile(*self._said)

    def __getattr__(self, name: str) -> Any:
        # What Python itself asks of anything that stands in a class.
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._compiled, name)


@contextmanager
def compiled_late() -> Iterator[None]:
    """What that module compiles while it is imported is compiled late; nobody else's is."""

    def compile_(pattern: Any, flags: int = 0) -> Any:
        caller = sys._getframe(1).f_globals.get("__name__")
        return LatePattern(pattern, flags) if caller == WAITING else _compile(pattern, flags)

    re.compile = compile_
    try:
        yield
    finally:
        re.compile = _compile


with compiled_late():
    import marshmallow  # noqa: F401 - for those who import it after this
