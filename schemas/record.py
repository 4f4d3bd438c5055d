"""What every record of every resource has in common."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, post_dump

from schemas.about import SYSTEM, about
from schemas.fields import Instant, Reference, Whole
from schemas.nearest import asking, meant_of

# Where a record comes from and since when it reads as it does: written by the store.
PROVENANCE = ("dataset", "version", "updated_at")


class StrictSchema(Schema):
    """Refuses what it does not know, and asks what was meant."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "is not a field of this record", "type": "must be a map"}

    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any) -> None:
        """Called by marshmallow with all that is wrong, before it raises it."""
        messages: Any = error.messages
        fields, unknown = tuple(self.load_fields), [self.error_messages["unknown"]]
        for name, said in messages.items():
            if said == unknown:
                said[0] += _meant(str(name), fields)


def _meant(name: str, fields: tuple[str, ...]) -> str:
    """The end of a sentence that asks which field was meant by what is none."""
    if name.lower() == "true" and "on" in fields:
        return f"{asking('on')} It must be quoted: YAML 1.1 takes it for true"
    return meant_of(name, fields)


class RecordSchema(StrictSchema):
    """A record as it is served; its provenance comes last, and only the store writes it."""

    dataset = Reference(
        "datasets",
        dump_only=True,
        metadata=about(
            "The data set that says so",
            "El conjunto de datos que lo dice",
            ("data set", "conjunto de datos"),
            SYSTEM,
        ),
    )
    version = Whole(
        minimum=1,
        dump_only=True,
        metadata=about(
            "The data version that last changed this record",
            "La versión de los datos que cambió este registro por última vez",
            ("version", "versión"),
            SYSTEM,
        ),
    )
    updated_at = Instant(
        dump_only=True,
        metadata=about(
            "When this record's content last changed",
            "Cuándo cambió por última vez el contenido de este registro",
            ("last changed", "último cambio"),
            SYSTEM,
        ),
    )

    @post_dump
    def provenance_last(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        if data.keys().isdisjoint(PROVENANCE):
            return data
        return {
            **{name: value for name, value in data.items() if name not in PROVENANCE},
            **{name: data[name] for name in PROVENANCE if name in data},
        }
