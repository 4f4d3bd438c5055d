"""A release: one data version, what it brought, and how it is chained to the one before."""

from collections.abc import Sequence

from marshmallow import Schema, fields

from schemas.about import described
from schemas.fields import Digest, Instant, Reference, Whole
from schemas.fields.asked import LARGEST_VERSION
from schemas.filter import filter_by
from schemas.parameter import Parameter
from schemas.parameters import AS_OF, CURSOR, RECORDS_ON_A_PAGE, asked_by, format_parameter
from schemas.paths import places

# What can happen to the records of a data set when it is loaded.
COUNTED = ("created", "changed", "closed", "unchanged")


class CountsSchema(Schema):
    created = Whole(required=True, metadata=described("Records that came"))
    changed = Whole(required=True, metadata=described("Records whose content changed"))
    closed = Whole(required=True, metadata=described("Records that are no longer said"))
    unchanged = Whole(
        required=True, metadata=described("Records that were loaded again as they were")
    )


class ReleaseSchema(Schema):
    """A release as it is served, but for its links."""

    version = Whole(1, LARGEST_VERSION, required=True, metadata=described("The data version"))
    released_at = Instant(required=True, metadata=described("When it came"))
    dataset = Reference(
        "datasets", required=True, metadata=described("The data set that was loaded")
    )
    counts = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(CountsSchema),
        required=True,
        metadata=described("What happened to the data set's records, by collection"),
    )
    previous_hash = Digest(
        required=True, metadata=described("The hash of the version before; zeros for the first")
    )
    hash = Digest(
        required=True, metadata=described("Covers the hash before and everything that came or went")
    )


RELEASE = ReleaseSchema()
PLACES = {place.path: place for place in places(RELEASE)}
FILTERS = (
    filter_by("dataset", help="The data set that was loaded", example="perumin-2021"),
    filter_by(
        "released_at",
        help="When it came",
        operators=("gt", "gte", "lt", "lte"),
        bare="gte",
        example="2021-04-28",
    ),
)


def release_parameters(formats: Sequence[str]) -> tuple[Parameter, ...]:
    """What may be asked of the list of releases."""
    return (
        *asked_by(FILTERS, PLACES),
        RECORDS_ON_A_PAGE,
        CURSOR,
        AS_OF,
        format_parameter(formats),
    )


def one_release_parameters(formats: Sequence[str]) -> tuple[Parameter, ...]:
    """What may be asked of one release."""
    return (AS_OF, format_parameter(formats))
