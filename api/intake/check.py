"""Checking a data set as a whole: each record by its schema, then what records say of each other.

Every error of every file is found, not only the first. A record that is wrong in itself still
counts as named, so that one mistake does not make ten.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from marshmallow import ValidationError

from api.intake.evidence import check_locator
from api.intake.finding import Finding, flatten
from api.intake.read import Bundle, RawRecord
from schemas import BY_NAME, RESOURCES
from schemas.fields import Code
from schemas.paths import values_at
from schemas.resource import Resource


class Known(Protocol):
    """What the store holds of other data sets."""

    def owners(self, resource: str, ids: Iterable[str]) -> Mapping[str, str]:
        """{id: data set} for those of `ids` that are there."""

    def codes(self, concept: str) -> frozenset[str]:
        """The codes of every list about a concept."""

    def source(self, id_: str) -> Mapping[str, Any] | None:
        """A source's record."""


class CheckedRecord(NamedTuple):
    """A record that its schema has accepted; `data` is what the schema loaded."""

    resource: Resource
    id: str
    data: dict[str, Any]
    raw: RawRecord


@dataclass
class Checked:
    """What of a bundle holds, and what does not."""

    dataset: str
    records: list[CheckedRecord] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def check_bundle(bundle: Bundle, known: Known) -> Checked:
    """Check a bundle against its schemas, against itself and against what is known."""
    checked = Checked(bundle.dataset or "", findings=list(bundle.findings))
    for raw in bundle.records:
        accepted = _load(raw, checked.findings)
        if accepted:
            checked.records.append(accepted)
    checked.findings.extend(_duplicates(bundle, checked.dataset, known))
    checked.findings.extend(_references(bundle, checked, known))
    checked.findings.extend(_codes(bundle, checked, known))
    checked.findings.extend(_locators(checked, known))
    return checked


def _load(raw: RawRecord, findings: list[Finding]) -> CheckedRecord | None:
    resource = BY_NAME[raw.resource]
    if not isinstance(raw.data, dict):
        findings.append(Finding(raw.file, raw.name, "", "must be a map of fields"))
        return None
    try:
        data = resource.instance.load(raw.data)
    except ValidationError as error:
        findings.extend(
            Finding(raw.file, raw.name, path, reason) for path, reason in flatten(error.messages)
        )
        return None
    return CheckedRecord(resource, data["id"], data, raw)


def _named(bundle: Bundle) -> dict[str, set[str]]:
    """{resource: ids} of everything in the bundle that has an id, right or wrong."""
    named: dict[str, set[str]] = {resource.name: set() for resource in RESOURCES}
    for raw in bundle.records:
        if isinstance(raw.data, dict) and isinstance(raw.data.get("id"), str):
            named[raw.resource].add(raw.data["id"])
    return named


def _duplicates(bundle: Bundle, dataset: str, known: Known) -> Iterator[Finding]:
    seen: dict[tuple[str, str], RawRecord] = {}
    for raw in bundle.records:
        id_ = raw.data.get("id") if isinstance(raw.data, dict) else None
        if not isinstance(id_, str):
            continue
        first = seen.setdefault((raw.resource, id_), raw)
        if first is not raw:
            reason = f"stands twice among the {raw.resource} (first in {first.file})"
            yield Finding(raw.file, raw.name, "id", reason)
    for name, ids in _named(bundle).items():
        for id_, owner in known.owners(name, sorted(ids)).items():
            if owner != dataset:
                raw = seen[name, id_]
                yield Finding(raw.file, raw.name, "id", f"belongs to the data set {owner!r}")


def _references(bundle: Bundle, checked: Checked, known: Known) -> Iterator[Finding]:
    named = _named(bundle)
    depends_on = next(
        (r.data["depends_on"] for r in checked.records if r.resource.name == "datasets"), None
    )
    wanted: dict[str, set[str]] = {}
    uses = [
        (record, place.path, place.field.target, id_)
        for record in checked.records
        for place in record.resource.references.values()
        for id_ in values_at(record.data, place.path)
        if id_ not in named[place.field.target]
    ]
    for _, _, target, id_ in uses:
        wanted.setdefault(target, set()).add(id_)
    owners = {target: known.owners(target, sorted(ids)) for target, ids in wanted.items()}
    for record, path, target, id_ in uses:
        owner = owners[target].get(id_)
        if owner is None or (owner == checked.dataset and target != "datasets"):
            reason = f"names {id_!r}, which is not among the {target}"
        elif target != "datasets" and depends_on is not None and owner not in depends_on:
            reason = f"names {id_!r} of the data set {owner!r}, which `depends_on` does not name"
        else:
            continue
        yield Finding(record.raw.file, record.raw.name, path, reason)


def _codes(bundle: Bundle, checked: Checked, known: Known) -> Iterator[Finding]:
    brought: dict[str, set[str]] = {}
    for raw in bundle.records:
        if raw.resource == "codelists" and isinstance(raw.data, dict):
            codes = brought.setdefault(str(raw.data.get("concept")), set())
            codes.update(map(str, values_at(raw.data, "codes.code")))
    lists: dict[str, frozenset[str]] = {}
    for record in checked.records:
        for place in record.resource.places.values():
            if not isinstance(place.field, Code) or place.field.choices:
                continue
            concept = place.field.concept
            if concept not in lists:
                lists[concept] = known.codes(concept) | frozenset(brought.get(concept, ()))
            for code in values_at(record.data, place.path):
                if code not in lists[concept]:
                    reason = f"{code!r} is not in the codelist of {concept}"
                    yield Finding(record.raw.file, record.raw.name, place.path, reason)


def _locators(checked: Checked, known: Known) -> Iterator[Finding]:
    sources: dict[str, Mapping[str, Any] | None] = {
        record.id: record.data for record in checked.records if record.resource.name == "sources"
    }
    for record in checked.records:
        if record.resource.name != "figures":
            continue
        id_ = record.data["source"]["id"]
        if id_ not in sources:
            sources[id_] = known.source(id_)
        source = sources[id_]
        if source is not None:
            for path, reason in check_locator(record.data, source):
                yield Finding(record.raw.file, record.raw.name, path, reason)
