"""The data as others describe data: packages, catalogues, reports; one small file a standard."""

from typing import NamedTuple

from api.wire.links import Links


class Edition(NamedTuple):
    """Which data are described: their version, when it came, by which software, and where."""

    version: int
    released_at: str
    software: str
    links: Links

    @property
    def pin(self) -> list[tuple[str, str]]:
        """What an address says to mean these data for good."""
        return [("as_of", str(self.version))]
