"""What every record of every resource has in common."""

from typing import Any

from marshmallow import RAISE, Schema, post_dump

from schemas.fields import Instant, Reference, Whole

# Where a record comes from and since when it reads as it does: written by the store.
PROVENANCE = ("dataset", "version", "updated_at")


class StrictSchema(Schema):
    """Refuses what it does not know."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "is not a field of this record", "type": "must be a map"}


class RecordSchema(StrictSchema):
    """A record as it is served; its provenance comes last, and only the store writes it."""

    dataset = Reference(
        "datasets", dump_only=True, metadata={"description": "The data set that says so"}
    )
    version = Whole(
        minimum=1,
        dump_only=True,
        metadata={"description": "The data version that last changed this record"},
    )
    updated_at = Instant(
        dump_only=True, metadata={"description": "When this record's content last changed"}
    )

    @post_dump
    def provenance_last(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {
            **{name: value for name, value in data.items() if name not in PROVENANCE},
            **{name: data[name] for name in PROVENANCE if name in data},
        }
