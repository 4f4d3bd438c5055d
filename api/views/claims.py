"""`/figures/{id}/claims`: a figure and its counterparts, side by side."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint

from api.views.answer import Address, Asked, answer, written
from api.views.envelope import cursor_list
from api.views.place import no_such_place
from api.views.record import record_of
from api.views.service import Service
from api.wire.answer import Answer
from api.wire.cursor import Cursor
from api.wire.forms import CLAIMS
from schemas import FIGURE
from schemas.compact import parse
from schemas.comparison import compare
from schemas.counterpart import REASONS, claim_parameters

ADDRESS = Address(
    claim_parameters([form.name for form in CLAIMS]),
    CLAIMS,
    # Precedence, day and id of the last one seen.
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
    release, snapshot = asked.release, asked.snapshot
    _, figure = record_of(asked, FIGURE, id_)
    rows = snapshot.counterparts(figure, release.at, _after(asked.cursor), asked.query.per_page)
    # The figure itself comes first on every page: the others are read against it.
    shown = (figure, *map(parse, rows.bodies))
    return cursor_list(
        asked,
        [_beside(asked, figure, one) for one in shown],
        snapshot.count_counterparts(figure, release.at),
        rows.last if rows.more else None,
        links={
            "figure": asked.links.item(FIGURE, id_, asked.pin),
            "release": asked.links.release(release.version),
        },
    )


def _after(cursor: Cursor | None) -> tuple[Any, ...] | None:
    """The place of a cursor. Raises Problem for keys that no figure has."""
    if cursor is None:
        return None
    precedence, on, _ = cursor.after
    if not isinstance(precedence, int) or not isinstance(on, str):
        raise no_such_place()
    return cursor.after


def _beside(asked: Asked, figure: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """A counterpart, or the figure itself, and how it stands to the figure."""
    found = compare(figure, other)
    names = (figure["same_claim_as"], other["same_claim_as"])
    return {
        "relation": found.relation,
        "reasons": [{"code": code, "text": REASONS[code]} for code in found.reasons],
        "same_claim": other["id"] == names[0] or figure["id"] == names[1],
        "figure": other,
        "links": {
            "self": asked.links.item(FIGURE, other["id"], asked.pin),
            **asked.links.aspects(FIGURE, other["id"], asked.pin),
        },
    }
