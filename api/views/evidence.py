"""`/figures/{id}/evidence`: where a figure was stated, and how what is served follows from it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint

from api.store.snapshot import Snapshot
from api.views.answer import Address, Asked, answer, written
from api.views.record import record_of, records_of
from api.views.service import Service
from api.wire.answer import Answer
from api.wire.forms import EVIDENCE
from schemas import FIGURE, ORGANIZATION, SOURCE
from schemas.bounds import RULES, Bounds
from schemas.change import Change
from schemas.evidence import (
    LONGEST_HISTORY,
    evidence_parameters,
    in_words,
    no_longer_read,
    place_of,
)
from schemas.fields.number import number_of
from schemas.objects import Record
from schemas.printed import read_before, read_printed


def _last_check(snapshot: Snapshot) -> tuple[int]:
    # A check of a source's text changes what is said here without a new data version.
    return (snapshot.last_check(),)


ADDRESS = Address(
    evidence_parameters([form.name for form in EVIDENCE]),
    EVIDENCE,
    beside=_last_check,
    deprecated=FIGURE.deprecated,
)


def evidence_blueprint(service: Service) -> Blueprint:
    """`/figures/{id}/evidence`."""
    blueprint = Blueprint("evidence", __name__)

    @blueprint.get("/figures/<id_>/evidence")
    def read_evidence(id_: str) -> Answer:
        path = f"/figures/{id_}/evidence"
        return answer(service, path, ADDRESS, written(lambda asked: _evidence(asked, id_)))

    return blueprint


def _evidence(asked: Asked, id_: str) -> tuple[Record, Mapping[str, str | None]]:
    snapshot, release = asked.snapshot, asked.release
    _, figure = record_of(asked, FIGURE, id_)
    locator, said = figure["source"], figure["attribution"]
    _, source = record_of(asked, SOURCE, locator["id"])
    organizations = {source["publisher"], said["organization"]}
    named = {
        id_: {"id": id_, "name": record["name"]}
        for id_, record in records_of(snapshot, release, ORGANIZATION, organizations).items()
    }
    history, complete = snapshot.revisions(FIGURE, id_, release.version, LONGEST_HISTORY)
    links = _links(asked, figure, source)
    evidence = {
        "figure": id_,
        **{name: figure[name] for name in ("label", "value", "unit", "qualifier", "display")},
        "stated": locator["stated"],
        "locator": place_of(figure),
        "source": {
            **{name: source[name] for name in ("id", "title", "published_on", "language")},
            **{name: source[name] for name in ("possibly_translated", "sha256", "length", "url")},
            "publisher": named[source["publisher"]],
        },
        "attribution": {**said, "organization": named[said["organization"]]},
        "reading": _reading(figure, source["language"]),
        "bounds": {
            **{name: figure[name] for name in Bounds._fields},
            "rule": RULES[figure["qualifier"]],
        },
        "history": [_revision(asked, id_, change) for change in history],
        "history_is_complete": complete,
        "text_check": _text_check(snapshot, figure, source),
        "links": links,
        "meta": {"version": release.version, "as_of": release.released_at},
    }
    return evidence, links


def _reading(figure: Record, language: str) -> dict[str, Any]:
    stated, value = figure["source"]["stated"], figure["value"]
    try:
        found = read_printed(stated, language)
        text = in_words(found)
    except ValueError:
        found = read_before(stated, language, value)
        text = no_longer_read(stated, value)
    scale = {"word": found.scale, "factor": found.factor} if found.scale else None
    return {
        **{name: getattr(found, name) for name in ("notation", "group", "decimal", "digits")},
        "scale": scale,
        "value": number_of(found.value),
        "text": text,
    }


def _revision(asked: Asked, id_: str, change: Change) -> dict[str, Any]:
    pin = [("as_of", str(change.version))]
    gone = change.after is None
    return {
        "version": change.version,
        "at": change.at,
        "kind": change.kind,
        "differences": change.differences,
        "links": {
            "figure": None if gone else asked.links.item(FIGURE, id_, pin),
            "evidence": None if gone else asked.links.aspect(FIGURE, id_, "evidence", pin),
            "release": asked.links.release(change.version),
        },
    }


def _text_check(snapshot: Snapshot, figure: Record, source: Record) -> dict[str, Any]:
    seen = snapshot.seen(figure, source)
    if seen is None:
        return {"outcome": "not_checked", "seen_at": None, "version": None}
    outcome = "matched" if seen.matched else "not_matched"
    return {"outcome": outcome, "seen_at": seen.at, "version": seen.version}


def _links(asked: Asked, figure: Record, source: Record) -> dict[str, str]:
    links, pin = asked.links, asked.pin
    aspects = links.aspects(FIGURE, figure["id"], pin)
    return {
        **asked.own_links(),
        "figure": links.item(FIGURE, figure["id"], pin),
        "source": links.item(SOURCE, source["id"], pin),
        **{name: aspects[name] for name in aspects if name != "evidence"},
        "release": links.release(asked.release.version),
    }
