"""What records of a data set say of each other, and of what is known: ids, references, codes,
places in sources."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Protocol

from api.intake.evidence import check_locator
from api.intake.finding import LONGEST_REASON, Finding
from api.intake.read import Bundle
from api.intake.records import CheckedRecord
from schemas import CODELIST, DATASET, FIGURE, RESOURCES, SOURCE
from schemas.batches import batches
from schemas.cut import cut
from schemas.fields import Code
from schemas.nearest import LETTERS, NEAR, Guesses
from schemas.paths import Place, values_at
from schemas.resource import Resource

BATCH = 1000
# So many sources are kept at hand.
SOURCES = 10_000
# So many codes are named where none is near.
FEW = 12


class Known(Protocol):
    """What the store holds of other data sets."""

    def owners(self, resource: str, ids: Iterable[str]) -> Mapping[str, str]:
        """{id: data set} for those of `ids` that are there."""

    def codes(self, concept: str) -> frozenset[str]:
        """The codes of every list about a concept."""

    def source(self, id_: str) -> Mapping[str, Any] | None:
        """A source's record."""


class Named:
    """What has an id in a bundle, right or wrong, and the codes that its lists bring."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, str]] = {resource.name: {} for resource in RESOURCES}
        self.codes: dict[str, set[str]] = {}

    def read(self, bundle: Bundle, unread: Callable[[Finding], None]) -> Iterator[Finding]:
        """Note what a bundle names; what stands twice, and (by the way) what cannot be read."""
        of_files: set[Finding] = set()
        for resource in RESOURCES:
            files = self.files[resource.name]
            for raw in bundle.read(resource.name):
                if isinstance(raw, Finding):
                    # A file that cannot be read cannot be read for any resource.
                    if raw not in of_files:
                        unread(raw)
                    if not raw.record:
                        of_files.add(raw)
                    continue
                if not isinstance(raw.data, dict):
                    continue
                if resource is CODELIST:
                    codes = self.codes.setdefault(str(raw.data.get("concept")), set())
                    codes.update(map(str, values_at(raw.data, "codes.code")))
                id_ = raw.data.get("id")
                if not isinstance(id_, str):
                    continue
                if id_ in files:
                    reason = f"stands twice among the {resource.name} (first in {files[id_]})"
                    yield Finding(raw.file, raw.name, "id", reason)
                else:
                    files[id_] = raw.file


def owned_by_others(named: Named, dataset: str, known: Known) -> Iterator[Finding]:
    """What of a bundle's ids is another data set's already."""
    for resource, files in named.files.items():
        for some in batches(sorted(files), BATCH):
            for id_, owner in known.owners(resource, some).items():
                if owner != dataset:
                    yield Finding(files[id_], cut(id_), "id", f"belongs to the data set {owner!r}")


class Among:
    """What records of a bundle say of each other, and of what is known."""

    def __init__(self, dataset: str, known: Known, named: Named) -> None:
        self._dataset, self._known, self._named = dataset, known, named
        self._depends_on: list[str] | None = None
        self._lists: dict[str, frozenset[str]] = {}
        self._own: dict[str, dict[str, Any]] = {}
        self._source = lru_cache(SOURCES)(known.source)
        # A load may look for them longer than an answer.
        self._guesses = Guesses(NEAR, letters=10 * LETTERS)

    def note(self, records: list[CheckedRecord]) -> None:
        """Keep what other records are held against."""
        for record in records:
            if record.resource is DATASET and self._depends_on is None:
                self._depends_on = record.data["depends_on"]
            elif record.resource is SOURCE:
                self._own.setdefault(record.data["id"], essentials(record.data))

    def references(self, records: list[CheckedRecord]) -> Iterator[Finding]:
        uses = [
            (record, place.path, place.field.target, id_)
            for record in records
            for place in record.resource.references.values()
            for id_ in _held(record, place)
            if id_ not in self._named.files[place.field.target]
        ]
        wanted: dict[str, set[str]] = {}
        for _, _, target, id_ in uses:
            wanted.setdefault(target, set()).add(id_)
        owners = {target: self._known.owners(target, sorted(ids)) for target, ids in wanted.items()}
        for record, path, target, id_ in uses:
            owner = owners[target].get(id_)
            if owner is None or (owner == self._dataset and target != "datasets"):
                reason = f"names {id_!r}, which is not among the {target}"
            elif not may_name(target, owner, self._dataset, self._depends_on):
                reason = (
                    f"names {id_!r} of the data set {owner!r}, which `depends_on` does not name"
                )
            else:
                continue
            yield Finding(record.raw.file, record.raw.name, path, reason)

    def codes(self, records: list[CheckedRecord]) -> Iterator[Finding]:
        for record in records:
            for place in open_codes(record.resource):
                concept = place.field.concept
                if concept not in self._lists:
                    brought = frozenset(self._named.codes.get(concept, ()))
                    self._lists[concept] = self._known.codes(concept) | brought
                for code in _held(record, place):
                    if code not in self._lists[concept]:
                        reason = f"{code!r} is not in the codelist of {concept}"
                        meant = self._guesses.nearest(code, self._lists[concept], concept)[1]
                        reason += meant or _few(self._lists[concept])
                        yield Finding(record.raw.file, record.raw.name, place.path, reason)

    def locators(self, records: list[CheckedRecord]) -> Iterator[Finding]:
        for record in records:
            if record.resource is not FIGURE:
                continue
            id_ = record.data["source"]["id"]
            source = self._own.get(id_) or self._source(id_)
            if source is not None:
                for path, reason in check_locator(record.data, source):
                    yield Finding(record.raw.file, record.raw.name, path, reason)


def _few(codes: frozenset[str]) -> str:
    """What a list has, in brackets, if that is little enough to be read at a glance."""
    few = 0 < len(codes) <= FEW and sum(map(len, codes)) <= LONGEST_REASON
    return f" ({', '.join(sorted(codes))})" if few else ""


def _held(record: CheckedRecord, place: Place) -> list[Any]:
    """What a record holds at a place of which nothing was said yet."""
    return [] if place.path in record.wrong else values_at(record.data, place.path)


def may_name(target: str, owner: str, dataset: str, depends_on: list[str] | None) -> bool:
    """Whether a data set may name a record that belongs to some data set."""
    return target == "datasets" or owner == dataset or depends_on is None or owner in depends_on


def open_codes(resource: Resource) -> list[Place]:
    """The places of a resource whose codes come with the data."""
    return [
        place
        for place in resource.places.values()
        if isinstance(place.field, Code) and not place.field.choices
    ]


def essentials(source: Mapping[str, Any]) -> dict[str, Any]:
    """What of a source figures are held against."""
    return {"length": source["length"], "language": source["language"]}
