"""`/releases`: every data version, what it brought, and its link in the chain of hashes."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint

from api.store.history import ReleaseRow
from api.store.results import Release
from api.store.snapshot import Snapshot
from api.views.answer import Address, Asked, answer, named_release, written
from api.views.envelope import cursor_list, warnings
from api.views.place import no_such_place
from api.views.service import Service
from api.wire.answer import Answer
from api.wire.cursor import STATE, Cursor, write_since
from api.wire.forms import RELEASE, RELEASES
from api.wire.links import Links
from api.wire.problems import Problem
from schemas import DATASET
from schemas.compact import parse
from schemas.fields.asked import LARGEST_VERSION
from schemas.query import Query
from schemas.release import one_release_parameters, release_parameters

PATH = "/releases"
LIST = Address(
    release_parameters([form.name for form in RELEASES]),
    RELEASES,
    # The version of the last release seen.
    keys=lambda query: 1,
)
ITEM = Address(one_release_parameters([form.name for form in RELEASE]), RELEASE)
VERSION = re.compile(r"[1-9][0-9]{0,9}")
Found = tuple[Mapping[str, Any], Mapping[str, str | None]]


def releases_blueprint(service: Service) -> Blueprint:
    """`/releases` and `/releases/{version}`."""
    blueprint = Blueprint("releases", __name__)

    @blueprint.get(PATH)
    def list_releases() -> Answer:
        return answer(service, PATH, LIST, written(_page))

    @blueprint.get(f"{PATH}/<version>")
    def read_release(version: str) -> Answer:
        # It follows from the version that it names, and from no later one.
        return answer(service, f"{PATH}/{version}", ITEM, written(_item), _named(version))

    return blueprint


def _named(text: str) -> Callable[[Snapshot, Query, Cursor | None], Release]:
    """The release that an address names. Raises Problem when it had not come yet."""

    def named(snapshot: Snapshot, query: Query, cursor: Cursor | None) -> Release:
        newest = named_release(snapshot, query, cursor)
        version = int(text) if VERSION.fullmatch(text) else 0
        if not 1 <= version <= min(newest.version, LARGEST_VERSION):
            detail = f"there is no data version {text!r}; the newest is {newest.version}"
            raise Problem("not-found", detail)
        return snapshot.release(version) or newest

    return named


def _page(asked: Asked) -> Found:
    query, release = asked.query, asked.release
    before = _before(asked.cursor)
    rows = asked.snapshot.releases(query, release.version, before, query.per_page + 1)
    kept, more = rows[: query.per_page], len(rows) > query.per_page
    return cursor_list(
        asked,
        [_served(asked.links, row) for row in kept],
        asked.snapshot.count_releases(query, release.version),
        (str(kept[-1].version),) if more else None,
        meta={"warnings": warnings(query, asked.snapshot, release, empty=not kept)},
    )


def _before(cursor: Cursor | None) -> int | None:
    """The place of a cursor. Raises Problem for keys that no release has."""
    if cursor is None:
        return None
    (version,) = cursor.after
    if not isinstance(version, str) or not VERSION.fullmatch(version):
        raise no_such_place()
    return int(version)


def _item(asked: Asked) -> Found:
    version = asked.release.version
    (row,) = asked.snapshot.releases(asked.query, version, None, 1)
    served = _served(asked.links, row)
    return served, served["links"]


def _served(links: Links, row: ReleaseRow) -> dict[str, Any]:
    """A release as JSON has it, with its links."""
    version = row.version
    state = row.previous_hash[:STATE] if version > 1 else ""
    pin = [("as_of", str(version))]
    return {
        **row._asdict(),
        "counts": parse(row.counts),
        "links": {
            "self": links.release(version),
            "collection": links.to(PATH),
            "previous": links.release(version - 1) if version > 1 else None,
            "changes": links.to("/changes", [("since", write_since(version - 1, state)), *pin]),
            "dataset": links.item(DATASET, row.dataset, pin),
            "data": links.to("/", pin),
        },
    }
