"""Checking a data set as a whole: each record by its schema, then what records say of each other.

Every error of every file is found, not only the first; so many as anybody will read are listed,
the others counted. A record that is wrong in itself still counts as named, so that one mistake
does not make ten. Of such a record the codes and references are looked at as far as they can be
read; what its fields must be to each other and to its source, once all of them can.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError

from api.intake.among import Among, Known, Named, owned_by_others
from api.intake.few import Few
from api.intake.finding import Finding, flatten
from api.intake.read import Bundle
from api.intake.records import CheckedRecord, RawRecord
from schemas import CODELIST, DATASET, RESOURCES, SOURCE
from schemas.batches import batches
from schemas.resource import Resource

BATCH = 1000
# What others are held against is known before them.
IN_ORDER = tuple(dict.fromkeys((DATASET, CODELIST, SOURCE, *RESOURCES)))


@dataclass
class Checked:
    """What of a bundle does not hold: what is listed, and how many more there are."""

    dataset: str
    findings: list[Finding] = field(default_factory=list)
    unlisted: int = 0


def check_bundle(bundle: Bundle, known: Known) -> Checked:
    """Check a bundle against its schemas, against itself and against what is known.

    Of a bundle that is read as it goes, the ids are held, and nothing else that grows with it.
    """
    dataset = bundle.dataset or ""
    unread, named = Few(bundle.findings), Named()
    twice = Few(named.read(bundle, unread.add))
    taken = Few(owned_by_others(named, dataset, known))
    in_itself, references, codes, locators = Few(), Few(), Few(), Few()
    among = Among(dataset, known, named)
    for resource in IN_ORDER:
        for some in batches(_records(bundle, resource), BATCH):
            read = list(filter(None, (_load(raw, resource, in_itself.add) for raw in some)))
            accepted = [record for record in read if not record.wrong]
            among.note(accepted)
            references.extend(among.references(read))
            codes.extend(among.codes(read))
            locators.extend(among.locators(accepted))
    found = Few()
    for few in (unread, in_itself, twice, taken, references, codes, locators):
        found.extend(few.listed, few.unlisted)
    return Checked(dataset, found.listed, found.unlisted)


def valid_records(bundle: Bundle, resource: Resource) -> Iterator[CheckedRecord]:
    """The records of a resource that its schema accepts, as they are read; the others are passed
    over."""
    for raw in _records(bundle, resource):
        record = _load(raw, resource, lambda finding: None)
        if record and not record.wrong:
            yield record


def _records(bundle: Bundle, resource: Resource) -> Iterator[RawRecord]:
    return (one for one in bundle.read(resource.name) if isinstance(one, RawRecord))


def _load(
    raw: RawRecord, resource: Resource, found: Callable[[Finding], None]
) -> CheckedRecord | None:
    if not isinstance(raw.data, dict):
        found(Finding(raw.file, raw.name, "", "must be a map of fields"))
        return None
    try:
        data = resource.load(raw.data)
    except ValidationError as error:
        wrong = list(flatten(error.messages))
        for path, reason in wrong:
            found(Finding(raw.file, raw.name, path, reason))
        as_far_as_right: Any = error.valid_data
        return CheckedRecord(resource, as_far_as_right, raw, frozenset(path for path, _ in wrong))
    return CheckedRecord(resource, data, raw)
