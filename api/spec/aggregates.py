"""The operation of the document that adds figures up."""

from typing import Any

from api.spec.answers import ref
from api.spec.operations import EVERYWHERE
from api.spec.parameters import parameter
from api.spec.responses import (
    CACHE_HEADERS,
    LINK_HEADER,
    RETIRING_HEADERS,
    not_modified,
    problems,
)
from api.wire.formats import sum_formats
from schemas.aggregate import REASONS, aggregate_parameters

Json = dict[str, Any]


def aggregate_paths() -> Json:
    """`/aggregates`."""
    formats = sum_formats()
    asked = aggregate_parameters([format_.name for format_ in formats])
    reasons = "; ".join(f"`{reason}`, {why}" for reason, why in REASONS.items())
    operation = {
        "operationId": "list_aggregates",
        "tags": ["aggregates"],
        "summary": "Add figures up",
        "description": "Sums of the figures that the filters find, in cells. What cannot be added "
        "is not: each unit has cells of its own, and so has each status unless `across_status` is "
        "true. One amount over several regions is not split: it is in a cell of its own, which "
        "names them. How a sum is hedged, and its bounds, follow from how its parts are. Each "
        "cell's link leads to exactly the figures that it is made of; what is left out is in "
        f"`excluded`, each with its reason: {reasons}.",
        "x-stability": "stable",
        "parameters": [parameter(one) for one in asked],
        "responses": {
            "200": {
                "description": "The cells, in their order.",
                "headers": {**CACHE_HEADERS, **LINK_HEADER, **RETIRING_HEADERS},
                "content": {
                    format_.media_type: {"schema": ref(format_.body or "AggregatePage")}
                    for format_ in formats
                },
            },
            **not_modified(),
            **problems(*EVERYWHERE, 404, 406, 409),
        },
    }
    return {"/aggregates": {"get": operation}}
