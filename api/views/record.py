"""One record that a question is about."""

from collections.abc import Iterable
from typing import Any

from api.store.results import Release
from api.store.snapshot import Snapshot
from api.views.answer import Asked
from api.wire.problems import Problem
from schemas.batches import batches
from schemas.compact import parse
from schemas.resource import Resource

# A statement takes so many ids.
IDS = 1000


def record_of(asked: Asked, resource: Resource, id_: str) -> tuple[str, dict[str, Any]]:
    """A record as it is stored, and as it reads. Raises Problem if there is none, or no longer."""
    found = asked.snapshot.items(resource, [id_], asked.release.at)
    if id_ not in found:
        raise _missing(resource, asked.snapshot, asked.release, id_)
    body = found[id_]
    return body, parse(body)


def records_of(
    snapshot: Snapshot, release: Release, resource: Resource, ids: Iterable[str]
) -> dict[str, dict[str, Any]]:
    """{id: record} of those of the records that are there, however many."""
    bodies: dict[str, str] = {}
    for some in batches(ids, IDS):
        bodies |= snapshot.items(resource, some, release.at)
    return {id_: parse(body) for id_, body in bodies.items()}


def _missing(resource: Resource, snapshot: Snapshot, release: Release, id_: str) -> Problem:
    """The problem of a record that there is not, or no longer."""
    withdrawn = snapshot.last_version(resource, id_)
    if withdrawn is not None and withdrawn <= release.version:
        detail = (
            f"the {resource.singular} {id_!r} was withdrawn in data version {withdrawn}; "
            f"read it with as_of={withdrawn - 1}"
        )
    else:
        detail = f"there is no {resource.singular} {id_!r} in data version {release.version}"
    return Problem("not-found", detail)
