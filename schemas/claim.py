"""When several figures say the same: which of them is counted, and what they agree on."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from schemas.paths import Place

Record = Mapping[str, Any]

# What is known of a figure among those that say the same, whatever else is asked. Where they
# differ in what a question may ask about, it depends on the question which of them is counted.
BEST, REPEATED, OPEN = STANDINGS = ("best", "repeated", "open")


def preference(figure: Record) -> tuple[bool, bool, str]:
    """Sorts what says the same: the preferred rank first, then what repeats no other, by id."""
    return (figure["rank"] != "preferred", figure["same_claim_as"] is not None, figure["id"])


def standings(figures: Sequence[Record], agreed: Iterable[Place]) -> dict[str, str]:
    """{id: standing} of figures that say the same; deprecated ones are counted nowhere."""
    valid = sorted((f for f in figures if f["rank"] != "deprecated"), key=preference)
    places = tuple(agreed)
    said = {tuple(tuple(sorted(map(str, p.values(f)))) for p in places) for f in valid}
    others = REPEATED if len(said) < 2 else OPEN
    found = {figure["id"]: others for figure in figures}
    if valid and others == REPEATED:
        found[valid[0]["id"]] = BEST
    return found
