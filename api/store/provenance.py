"""Whence and since when a record is what it says: the end of its body."""

from dataclasses import dataclass, field

from schemas.compact import dump
from schemas.objects import Json


@dataclass
class Provenance:
    """Whence and since when records come: the end of each body, in whatever version it came.

    `moments` are those of the versions that were released.
    """

    dataset: str
    version: int
    now: str
    moments: dict[int, str]
    _ends: dict[int, str] = field(default_factory=dict)

    def of(self, version: int) -> Json:
        # Of a version that is missing nothing is known: then no body is what it should be.
        moment = self.now if version == self.version else self.moments.get(version)
        return {"dataset": self.dataset, "version": version, "updated_at": moment}

    def end(self, version: int) -> str:
        """What follows in a body on what the record itself says."""
        if version not in self._ends:
            self._ends[version] = "," + dump(self.of(version))[1:]
        return self._ends[version]
