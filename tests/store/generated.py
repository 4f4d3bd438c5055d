"""Generated figures, and what to expect of them: the store's answers are held against this."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from api.intake.read import Bundle
from api.intake.records import RawRecord
from api.store.text import sort_key
from schemas.codes import ALLOCATIONS, QUALIFIERS, RANKS, STATUSES
from schemas.filter import Sort
from schemas.query import Ordering
from schemas.resource import Resource
from tests.contract.model import value_at

BOTH = {"en": "a text", "es": "un texto"}
DESCRIPTION = {
    "id": "generated",
    "title": BOTH,
    "description": BOTH,
    "licence": "none",
    "depends_on": ["core", "iso-4217", "peru-regions", "perumin-2021"],
}
# Few values, so that there are ties; some at the ends of what can be stored.
VALUES = [
    *(Decimal(text) for text in ("0", "0.0001", "0.25", "7", "7.5", "25", "1000")),
    Decimal("12345678901.2345"),
    Decimal(922_337_203_685_477),
    Decimal(922_337_203_685_476),
]
LABELS = ["nube", "ñandú", "nz", "Ana", "ána", "zorro", "n z", "¡Uno!", "2 planes", "PLANES 10"]


def bundle_of(records: Iterable[dict[str, Any]], **described: Any) -> Bundle:
    """A data set of figures, as if it had been read."""
    raw = [RawRecord("datasets", {**DESCRIPTION, **described}, "dataset.yaml", "generated")]
    raw += [RawRecord("figures", record, "figures.ndjson", record["id"]) for record in records]
    return Bundle(raw)


def figure(id_: str, value: Decimal | int = 25, **others: Any) -> dict[str, Any]:
    """A figure that is right in itself; its digits are taken as printed at the text's beginning."""
    stated = f"{Decimal(value):f}"
    return {
        "id": id_,
        "organization": "produce",
        "metric": "plans",
        "label": BOTH,
        "measure": "count",
        "unit": "plans",
        "value": value,
        "qualifier": "exact",
        "status": "achieved",
        "source": {"id": "perumin-2021-04-28", "start": 0, "end": len(stated), "stated": stated},
        "attribution": {"organization": "produce", "on": "2021-04-28"},
        **others,
    }


def source(id_: str, length: int, language: str = "en") -> dict[str, Any]:
    """A source whose text has so many characters; nobody has it."""
    return {
        "id": id_,
        "title": "A title",
        "publisher": "produce",
        "published_on": "2021-04-28",
        "language": language,
        "possibly_translated": False,
        "sha256": "0" * 64,
        "length": length,
    }


def units(*codes: str) -> dict[str, Any]:
    """A codelist of units."""
    named = [{"code": code, "name": BOTH} for code in codes]
    return {"id": "more-units", "concept": "units", "name": BOTH, "codes": named}


PLACES = st.sampled_from(
    [
        {"scope": None, "regions": []},
        {"scope": "national", "regions": ["PE"], "allocation": "joint"},
        {"scope": "regional", "regions": ["PE-PIU"], "allocation": "each"},
        {"scope": "regional", "regions": ["PE-CUS", "PE-PIU"]},
        {"scope": "regional", "regions": ["PE-LIM"], "allocation": ALLOCATIONS[0]},
    ]
)
PERIODS = st.none() | st.sampled_from(
    [
        {"end": "2021-12-31"},
        {"start": "2021-01-01", "end": "2021-12-31"},
        {"start": "2020-01-01"},
        {"duration": "P8Y"},
        {"duration": "P4Y", "start": "2021-01-01"},
    ]
)


@st.composite
def figures(draw: st.DrawFn, at_least: int = 0) -> list[dict[str, Any]]:
    """Up to 25 figures of different ids."""
    ids = draw(st.lists(st.integers(0, 40), unique=True, min_size=at_least, max_size=25))
    return [
        figure(
            f"g-{number}",
            draw(st.sampled_from(VALUES)),
            program=draw(st.sampled_from([None, "procompite"])),
            metric=draw(st.sampled_from(["plans", "services"])),
            label={"en": draw(st.sampled_from(LABELS)), "es": draw(st.sampled_from(LABELS))},
            qualifier=draw(st.sampled_from(QUALIFIERS)),
            status=draw(st.sampled_from(STATUSES)),
            period=draw(PERIODS),
            rank=draw(st.sampled_from(RANKS)),
            notes=BOTH,
            attribution={
                "organization": "produce",
                "on": draw(st.sampled_from(["2021-04-28", "2020-02-29"])),
                "speaker": draw(st.sampled_from([None, "Ana, of the ministry", "Rosa"])),
            },
            **draw(PLACES),
        )
        for number in ids
    ]


def in_order(
    resource: Resource, records: Iterable[dict[str, Any]], asked: Sequence[Ordering]
) -> list[str]:
    """The ids in the order of a sort: what is not stated comes last; the id breaks ties, and goes
    the way of the last."""
    sorts = {sort.name: sort for sort in resource.sorts}
    down = asked[-1].descending
    ordered = sorted(records, key=lambda record: str(record["id"]), reverse=down)
    for ordering in reversed(asked):
        ordered = _by(ordered, sorts[ordering.name], descending=ordering.descending)
    return [record["id"] for record in ordered]


def _by(records: list[dict[str, Any]], sort: Sort, *, descending: bool) -> list[dict[str, Any]]:
    def key(record: dict[str, Any]) -> Any:
        value = value_at(record, sort.path)
        return sort_key(value) if sort.collated else value

    known = [record for record in records if value_at(record, sort.path) is not None]
    unknown = [record for record in records if value_at(record, sort.path) is None]
    return sorted(known, key=key, reverse=descending) + unknown
