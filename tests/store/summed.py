"""Generated figures of several units and years; some say the same, some hold for each region."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from api.intake.read import Bundle
from api.intake.records import RawRecord
from schemas.codes import QUALIFIERS, RANKS, STATUSES
from tests.store.generated import BOTH, bundle_of, figure

SOURCES = ("perumin-2021-04-28", "another-source")
OTHER_SOURCE = {
    "id": "another-source",
    "title": "Another",
    "publisher": "perumin",
    "published_on": "2021-05-01",
    "language": "en",
    "possibly_translated": False,
    "sha256": "0" * 64,
    "length": 100,
}
PLACES = st.sampled_from(
    [
        {"scope": None, "regions": []},
        {"scope": "national", "regions": ["PE"]},
        {"scope": "regional", "regions": ["PE-PIU"], "allocation": "each"},
        {"scope": "regional", "regions": ["PE-PIU"], "allocation": "joint"},
        {"scope": "regional", "regions": ["PE-PIU", "PE-CUS"], "allocation": "joint"},
        {"scope": "regional", "regions": ["PE-CUS", "PE-PIU"]},
        {"scope": "regional", "regions": ["PE-CUS", "PE-PIU"], "allocation": "each"},
        {"scope": "regional", "regions": ["PE-CUS", "PE-LAL", "PE-PIU"], "allocation": "each"},
    ]
)
PERIODS = st.sampled_from(
    [
        None,
        {"end": "2021-12-31"},
        {"start": "2021-01-01", "end": "2021-12-31"},
        {"start": "2020-03-01", "end": "2020-03-01"},
        {"start": "2020-03-01", "end": "2021-03-01"},
        {"duration": "P1Y", "start": "2021-01-01"},
    ]
)
UNITS = st.sampled_from(
    [("count", "plans"), ("count", "services"), ("money", "PEN"), ("money", "USD")]
)
VALUES = st.sampled_from(
    [Decimal(text) for text in ("0", "0.0001", "0.25", "7", "25", "1000", "922337203685477")]
)


@st.composite
def summed_figures(draw: st.DrawFn, most: int = 14) -> list[dict[str, Any]]:
    """Up to `most` figures of different ids; some say what others say."""
    numbers = draw(st.lists(st.integers(0, 30), unique=True, max_size=most))
    records = []
    for number in numbers:
        measure, unit = draw(UNITS)
        record = figure(
            f"g-{number}",
            draw(VALUES),
            program=draw(st.sampled_from([None, "procompite", "innovate-peru"])),
            organization=draw(st.sampled_from(["produce", "perumin"])),
            metric=draw(st.sampled_from(["plans", "financing"])),
            measure=measure,
            unit=unit,
            qualifier=draw(st.sampled_from(QUALIFIERS)),
            status=draw(st.sampled_from(STATUSES)),
            rank=draw(st.sampled_from(RANKS)),
            period=draw(PERIODS),
            notes=BOTH,
            same_claim_as=draw(st.none() | st.sampled_from([f"g-{other}" for other in numbers])),
            **draw(PLACES),
        )
        record["source"]["id"] = draw(st.sampled_from(SOURCES))
        if record["same_claim_as"] == record["id"]:
            record["same_claim_as"] = None
        if records and draw(st.integers(0, 3)) == 0:
            # Another source says the same of the same thing, in other words perhaps.
            other = draw(st.sampled_from(records))
            said = ("value", "qualifier", "rank", "source")
            own = {name: record[name] for name in said}
            record = {**other, **own, "id": record["id"], "same_claim_as": other["id"]}
        records.append(record)
    return records


@st.composite
def successive_figures(draw: st.DrawFn, most: int = 3) -> list[list[dict[str, Any]]]:
    """Loads one after the other: most of the figures stay as they are."""
    loads = [draw(summed_figures())]
    for _ in range(draw(st.integers(1, most))):
        last = loads[-1]
        fresh = {record["id"]: record for record in draw(summed_figures())}
        kept = [record for record in last if draw(st.integers(0, 9)) > 1]
        ids = {record["id"] for record in kept} | set(fresh)
        changed = [
            fresh[record["id"]]
            if record["id"] in fresh and draw(st.booleans())
            else {**record, "same_claim_as": None}
            if record["same_claim_as"] not in ids or draw(st.integers(0, 9)) == 0
            else record
            for record in kept
        ]
        known = {record["id"] for record in changed}
        loads.append(changed + [record for id_, record in fresh.items() if id_ not in known])
    return loads


def summed_bundle(records: list[dict[str, Any]]) -> Bundle:
    """They, and the second source that some of them are from."""
    bundle = bundle_of(records)
    bundle.records.append(RawRecord("sources", OTHER_SOURCE, "sources.yaml", "another-source"))
    return bundle
