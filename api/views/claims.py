"""`/figures/{id}/claims`: what else is said about the same thing, side by side."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint

from api.views.answer import Address, Asked, answer, written
from api.views.place import no_such_place
from api.views.service import Service, missing
from api.wire.answer import Answer
from api.wire.cursor import Cursor, question, write_cursor
from api.wire.formats.form import as_document
from schemas import FIGURE
from schemas.comparison import compare
from schemas.side_by_side import REASONS, claim_parameters

FORMS = (as_document("ClaimPage"),)
ADDRESS = Address(
    claim_parameters([form.name for form in FORMS]),
    FORMS,
    # Precedence, day and id of the last claim seen.
    keys=lambda query: 3,
    deprecated=FIGURE.deprecated,
)


def claims_blueprint(service: Service) -> Blueprint:
    """`/figures/{id}/claims`."""
    blueprint = Blueprint("claims", __name__)

    @blueprint.get("/figures/<id_>/claims")
    def list_claims(id_: str) -> Answer:
        path = f"/figures/{id_}/claims"
        return answer(service, path, ADDRESS, written(lambda asked: _page(asked, id_)))

    return blueprint


def _page(asked: Asked, id_: str) -> tuple[Mapping[str, Any], Mapping[str, str | None]]:
    query, release, snapshot = asked.query, asked.release, asked.snapshot
    body = snapshot.items(FIGURE, [id_], release.at).get(id_)
    if body is None:
        raise missing(FIGURE, snapshot, release, id_)
    figure = json.loads(body)
    rows = snapshot.claims(figure, release.at, _after(asked.cursor), query.per_page)
    count = snapshot.count_claims(figure, release.at)
    following = None
    if rows.more and rows.last is not None:
        place = Cursor(release.version, question(asked.path, query.given), rows.last)
        following = write_cursor(place)
    links = _links(asked, following)
    page = {
        # The figure itself comes first on every page: the others are read against it.
        "results": [
            _beside(asked, figure, claim) for claim in (figure, *map(json.loads, rows.bodies))
        ],
        "pagination": {
            "per_page": query.per_page,
            "count": count.number,
            "count_is_exact": count.exact,
            "next_cursor": following,
        },
        "links": {
            **links,
            "figure": asked.links.item(FIGURE, id_, asked.pin),
            "release": asked.links.release(release.version),
        },
        "meta": {"version": release.version, "as_of": release.released_at},
    }
    return page, links


def _after(cursor: Cursor | None) -> tuple[Any, ...] | None:
    """The place of a cursor. Raises Problem for keys that no claim has."""
    if cursor is None:
        return None
    precedence, on, _ = cursor.after
    if not isinstance(precedence, int) or not isinstance(on, str):
        raise no_such_place()
    return cursor.after


def _beside(asked: Asked, figure: Mapping[str, Any], claim: Mapping[str, Any]) -> dict[str, Any]:
    """A claim, and how it stands to the figure."""
    found = compare(figure, claim)
    names = (figure["same_claim_as"], claim["same_claim_as"])
    return {
        "relation": found.relation,
        "reasons": [{"code": code, "text": REASONS[code]} for code in found.reasons],
        "same_claim": claim["id"] == names[0] or figure["id"] == names[1],
        "figure": claim,
        "links": {
            "self": asked.links.item(FIGURE, claim["id"], asked.pin),
            **asked.links.aspects(FIGURE, claim["id"], asked.pin),
        },
    }


def _links(asked: Asked, following: str | None) -> dict[str, str | None]:
    plain = asked.query.without("as_of", "cursor")
    further = [*plain, ("cursor", following)] if following else None
    return {
        **asked.own_links(),
        "first": asked.links.to(asked.path, [*plain, *asked.pin]),
        "next": asked.links.to(asked.path, further) if further else None,
    }
