"""How something is retired: said in its declaration, seen wherever it is used."""

from typing import NamedTuple


class Deprecation(NamedTuple):
    """Since which day a thing should not be used, and from which day it may be gone (ISO dates)."""

    since: str
    sunset: str | None = None

    @property
    def note(self) -> str:
        """The sentence that the documentation adds."""
        gone = f"; it may be gone from {self.sunset} on" if self.sunset else ""
        return f"Deprecated since {self.since}{gone}."

    @property
    def note_es(self) -> str:
        """The same sentence in Spanish."""
        gone = f"; puede desaparecer a partir del {self.sunset}" if self.sunset else ""
        return f"Obsoleto desde el {self.since}{gone}."
