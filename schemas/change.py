"""A change: a record came, changed or went. The versions of the rows say it all."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from marshmallow import Schema, fields

from schemas import RESOURCES
from schemas.about import SYSTEM, about
from schemas.compact import parse
from schemas.direct import dumper
from schemas.fields import Choice, Instant, Reference, RegionCode, Text, Whole
from schemas.fields.asked import Since
from schemas.filter import filter_by
from schemas.parameter import Parameter
from schemas.parameters import AS_OF, RECORDS_ON_A_PAGE, asked_by, format_parameter
from schemas.paths import Place, places
from schemas.record import PROVENANCE

KINDS = ("created", "changed", "deleted")


class Change(NamedTuple):
    """One step of the history; `before` and `after` are bodies (JSON), None where there is none."""

    version: int
    at: str
    dataset: str
    resource: str
    id: str
    before: str | None
    after: str | None

    @property
    def kind(self) -> str:
        if self.after is None:
            return "deleted"
        return "created" if self.before is None else "changed"

    @property
    def key(self) -> str:
        """What names this change for good: `4/figures/procompite-financing`."""
        return f"{self.version}/{self.resource}/{self.id}"

    @property
    def differences(self) -> list[dict[str, Any]]:
        """[{path, before, after}] of a changed record, but for its provenance; else nothing."""
        if self.before is None or self.after is None:
            return []
        return list(compare(parse(self.before), parse(self.after)))


def compare(
    before: Mapping[str, Any], after: Mapping[str, Any], prefix: str = ""
) -> Iterator[dict[str, Any]]:
    """Where two records differ: maps are looked into, lists are compared whole."""
    for name in dict.fromkeys((*before, *after)):
        old, new, path = before.get(name), after.get(name), f"{prefix}{name}"
        if old == new or path in PROVENANCE:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from compare(old, new, f"{path}.")
        else:
            yield {"path": path, "before": old, "after": new}


class DifferenceSchema(Schema):
    path = Text(
        required=True,
        metadata=about(
            "The member, `period.end` for one within another",
            "El miembro; `period.end` si está dentro de otro",
            ("member", "miembro"),
            SYSTEM,
        ),
    )
    before = fields.Raw(
        required=True,
        allow_none=True,
        metadata=about("What it was", "Lo que era", ("before", "antes"), SYSTEM),
    )
    after = fields.Raw(
        required=True,
        allow_none=True,
        metadata=about(
            "What it is since", "Lo que es desde entonces", ("after", "después"), SYSTEM
        ),
    )


class ChangeSchema(Schema):
    """A change as it is served, but for its links."""

    key = Text(
        required=True,
        metadata=about(
            "Names this change, for good",
            "Nombra este cambio, para siempre",
            ("key", "clave"),
            SYSTEM,
        ),
    )
    version = Whole(
        1,
        required=True,
        metadata=about(
            "The data version that it came with",
            "La versión de los datos con la que llegó",
            ("version", "versión"),
            SYSTEM,
        ),
    )
    at = Instant(
        required=True,
        metadata=about(
            "When that version came", "Cuándo llegó esa versión", ("moment", "momento"), SYSTEM
        ),
    )
    dataset = Reference(
        "datasets",
        required=True,
        metadata=about(
            "The data set that says so",
            "El conjunto de datos que lo dice",
            ("data set", "conjunto de datos"),
            SYSTEM,
        ),
    )
    kind = Choice(
        KINDS,
        required=True,
        metadata=about(
            "What happened to the record", "Qué le pasó al registro", ("kind", "tipo"), SYSTEM
        ),
    )
    resource = Choice(
        tuple(resource.name for resource in RESOURCES),
        required=True,
        metadata=about(
            "The collection that the record is of",
            "La colección a la que pertenece el registro",
            ("collection", "colección"),
            SYSTEM,
        ),
    )
    id = Text(
        required=True,
        metadata=about(
            "The record's id", "El identificador del registro", ("record", "registro"), SYSTEM
        ),
    )
    differences = fields.List(
        fields.Nested(DifferenceSchema),
        required=True,
        metadata=about(
            "The members that changed; empty unless the record changed",
            "Los miembros que cambiaron; vacío salvo que el registro haya cambiado",
            ("differences", "diferencias"),
            SYSTEM,
        ),
    )
    record = fields.Dict(
        required=True,
        allow_none=True,
        metadata=about(
            "The record since then, as its own address has it; null once deleted",
            "El registro desde entonces, como está en su propia dirección; nulo si fue retirado",
            ("record", "registro"),
            SYSTEM,
        ),
    )
    last_record = fields.Dict(
        required=True,
        allow_none=True,
        metadata=about(
            "The record as it last was, where it was deleted; else null",
            "El registro como fue por última vez, si fue retirado; si no, nulo",
            ("last record", "último registro"),
            SYSTEM,
        ),
    )


CHANGE = ChangeSchema()
_dump_change = dumper(CHANGE)


def change_as_record(change: Change) -> dict[str, Any]:
    """A change as JSON has it, but for the record itself."""
    return _dump_change(
        {
            **change._asdict(),
            "key": change.key,
            "kind": change.kind,
            "differences": change.differences,
        }
    )


FILTERS = (
    filter_by(
        "resource", help="The collection that the record is of", example="figures", operators=()
    ),
    filter_by("kind", help="What happened to the record", example="created", operators=()),
    filter_by("dataset", help="The data set that says so", example="perumin-2021", operators=()),
    filter_by(
        "program",
        help="The programme itself, and what names it or did",
        example="procompite",
        operators=(),
    ),
    filter_by(
        "region", help="The region itself, and what names it or did", example="PE-PIU", operators=()
    ),
)
PLACES = {place.path: place for place in places(CHANGE)} | {
    "program": Place("program", Reference("programs"), many=False, nullable=False),
    "region": Place("region", RegionCode(), many=False, nullable=False),
}


def change_parameters(formats: Sequence[str]) -> tuple[Parameter, ...]:
    """What may be asked of the changes."""
    return (
        Parameter(
            "since",
            Since(),
            "Changes after this place in the history: `pagination.since` of an earlier answer, "
            "or `v` and the data version of what you have; all of them without it.",
            "v1",
        ),
        *asked_by(FILTERS, PLACES),
        RECORDS_ON_A_PAGE,
        AS_OF,
        format_parameter(formats),
    )
