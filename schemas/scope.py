"""Where: what a programme or a figure says about regions must hang together."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from schemas.region import country_of


def check_scope(data: Mapping[str, Any]) -> None:
    """`national` names countries, `regional` names subdivisions, no scope names none.

    Raises ValidationError that names the field.
    """
    scope, regions = data["scope"], data["regions"]
    countries = [region for region in regions if region == country_of(region)]
    if scope is None and regions:
        raise ValidationError("must be stated when regions are named", "scope")
    if scope is not None and not regions:
        raise ValidationError(f"must name at least one for the scope {scope!r}", "regions")
    if scope == "national" and len(countries) < len(regions):
        raise ValidationError("must be countries when the scope is 'national'", "regions")
    if scope == "regional" and countries:
        raise ValidationError(f"{countries[0]} is a country: the scope is 'national'", "regions")
