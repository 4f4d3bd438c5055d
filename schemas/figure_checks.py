"""What the fields of a figure must be to each other."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from schemas.another import check_another
from schemas.bounds import Bounds, bounds
from schemas.derived import measure_of
from schemas.scope import check_scope


def check_subject(data: Mapping[str, Any]) -> None:
    if not data["program"] and not data["organization"]:
        raise ValidationError("must be named where no program is", "organization")


def check_unit(data: Mapping[str, Any]) -> None:
    measured = measure_of(data["unit"])
    if data["measure"] == "money" and measured != "money":
        raise ValidationError("must be an ISO 4217 currency when money is measured", "unit")
    if data["measure"] == "count" and measured == "money":
        raise ValidationError("is a currency: the measure is 'money'", "unit")


def check_bounds(data: Mapping[str, Any]) -> None:
    """Bounds may be stated in a record, but only those that follow."""
    if data.keys().isdisjoint(Bounds._fields):
        return
    expected = bounds(data["value"], data["qualifier"])._asdict()
    wrong = {
        name: [f"does not follow from {data['qualifier']!r}: it must be {_json(value)}"]
        for name, value in expected.items()
        if name in data and data[name] != value
    }
    if wrong:
        raise ValidationError(wrong)


def _json(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value)


def check_allocation(data: Mapping[str, Any]) -> None:
    if data["allocation"] and not data["regions"]:
        raise ValidationError("must be null where no region is named", "allocation")


def check_notes(data: Mapping[str, Any]) -> None:
    if data["status"] == "unclear" and not data["notes"]:
        raise ValidationError("must say why, when the status is 'unclear'", "notes")


def check_same_claim(data: Mapping[str, Any]) -> None:
    check_another(data, "same_claim_as", "figure")


# All that is wrong is said, not the first.
CHECKS = (
    check_subject,
    check_unit,
    check_bounds,
    check_scope,
    check_allocation,
    check_notes,
    check_same_claim,
)
