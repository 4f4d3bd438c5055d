"""What a sum of figures is, said once more and as simply as possible: the tests compare with this.

Nothing here is taken from the program but the figures themselves, as JSON has them.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

Record = dict[str, Any]
Key = tuple[Any, ...]


class Interval(NamedTuple):
    """Bounds, None where there is none, and whether each belongs to the interval."""

    lower: Fraction | None
    lower_inclusive: bool | None
    upper: Fraction | None
    upper_inclusive: bool | None


def claim(id_: str, everything: Sequence[Record]) -> set[str]:
    """All that says the same as a figure, directly or not, and in whichever direction."""
    known, last = {id_}, set[str]()
    while known != last:
        last = set(known)
        for record in everything:
            ends = {record["id"], record["same_claim_as"]} - {None}
            if ends & known:
                known |= ends
    return known


def left_out(found: Sequence[Record], everything: Sequence[Record]) -> dict[str, Key]:
    """{id: (reason, the one counted in its place)} of the figures found that are not counted."""
    valid = [record for record in found if record["rank"] != "deprecated"]
    gone: dict[str, Key] = {r["id"]: ("deprecated", None) for r in found if r not in valid}
    for record in valid:
        same = claim(record["id"], everything)
        best = min((other for other in valid if other["id"] in same), key=_preference)
        if best is not record:
            gone[record["id"]] = ("same_claim", best["id"])
    return gone


def _preference(record: Record) -> Key:
    return (record["rank"] != "preferred", record["same_claim_as"] is not None, record["id"])


def group_values(record: Record, group: str) -> list[Any]:
    """The values of a group that a figure belongs to; more than one only by region."""
    match group:
        case "region":
            regions = sorted(record["regions"])
            if record["allocation"] == "each" and regions:
                return [(region,) for region in regions]
            return [tuple(regions)]
        case "source":
            return [record["source"]["id"]]
        case "year":
            period = record["period"] or {}
            ends = [period.get("start"), period.get("end")]
            years = {end and end[:4] for end in ends}
            return [int(years.pop()) if len(years) == 1 and None not in years else None]
        case name:
            return [record[name]]


def cells(
    found: Sequence[Record], everything: Sequence[Record], groups: Sequence[str]
) -> dict[Key, list[Record]]:
    """{(value, value, ...): figures} of the cells of a sum."""
    gone = left_out(found, everything)
    made: dict[Key, list[Record]] = {}
    for record in found:
        if record["id"] in gone:
            continue
        keys: list[Key] = [()]
        for group in groups:
            keys = [(*key, value) for key in keys for value in group_values(record, group)]
        for key in keys:
            made.setdefault(key, []).append(record)
    return made


def interval(record: Record) -> Interval:
    def exact(value: Any) -> Fraction | None:
        return None if value is None else Fraction(str(value))

    return Interval(
        exact(record["lower"]),
        record["lower_inclusive"],
        exact(record["upper"]),
        record["upper_inclusive"],
    )


def added(intervals: Iterable[Interval]) -> Interval:
    """All that a sum may be, when each part may be anything in its interval."""
    parts = list(intervals)
    lowers, uppers = [p.lower for p in parts], [p.upper for p in parts]
    bounded_below, bounded_above = None not in lowers, None not in uppers
    return Interval(
        sum((x for x in lowers if x is not None), Fraction()) if bounded_below else None,
        all(p.lower_inclusive for p in parts) if bounded_below else None,
        sum((x for x in uppers if x is not None), Fraction()) if bounded_above else None,
        all(p.upper_inclusive for p in parts) if bounded_above else None,
    )
