"""The operation of the document that adds figures up."""

from typing import Any

from api.spec.document import bodies_of, document_operation
from api.wire.formats import sum_formats
from schemas.aggregate import REASONS, aggregate_parameters

Json = dict[str, Any]


def aggregate_paths() -> Json:
    """`/aggregates`."""
    formats = sum_formats()
    reasons = "; ".join(f"`{reason}`, {why}" for reason, why in REASONS.items())
    operation = document_operation(
        "list_aggregates",
        "aggregates",
        "Add figures up",
        "Sums of the figures that the filters find, in cells. What cannot be added "
        "is not: each unit has cells of its own, and so has each status unless `across_status` is "
        "true. One amount over several regions is not split: it is in a cell of its own, which "
        "names them. How a sum is hedged, and its bounds, follow from how its parts are. Each "
        "cell's link leads to exactly the figures that it is made of; what is left out is in "
        f"`excluded`, each with its reason: {reasons}.",
        bodies_of(formats, "AggregatePage"),
        aggregate_parameters([format_.name for format_ in formats]),
        answer="The cells, in their order.",
        statuses=(404, 406, 409),
    )
    return {"/aggregates": {"get": operation}}
