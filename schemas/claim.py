"""When several figures make one claim, that is, say the same: which of them is counted, and in what
they differ."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from schemas.objects import Record
from schemas.paths import Place

# Places in a claim: that of the best, and of what has none.
BEST, NONE = 1, 0


class Standing(NamedTuple):
    """How a figure stands among those that say the same.

    The first `place` is that of the best: whatever finds it counts it, and leaves out the others. A
    question finds one and not the other only if it asks about something in which they are `apart`,
    paths of a record. A deprecated one has no place.
    """

    place: int
    apart: frozenset[str]


def preference(figure: Record) -> tuple[bool, bool, str]:
    """Sorts what says the same: the preferred rank first, then what repeats no other, by id."""
    return (figure["rank"] != "preferred", figure["same_claim_as"] is not None, figure["id"])


def standings(figures: Sequence[Record], asked: Iterable[Place]) -> dict[str, Standing]:
    """{id: standing} of figures that say the same, by the places that may be asked about.

    Deprecated ones are counted nowhere: none of them is the best, and it tells nothing of the
    others in what one differs from them.
    """
    valid = sorted((f for f in figures if f["rank"] != "deprecated"), key=preference)
    apart = frozenset(place.path for place in asked if len({_said(f, place) for f in valid}) > 1)
    found = {figure["id"]: Standing(NONE, apart) for figure in figures}
    found |= {figure["id"]: Standing(place, apart) for place, figure in enumerate(valid, BEST)}
    return found


def _said(figure: Record, place: Place) -> tuple[str, ...]:
    return tuple(sorted(map(str, place.values(figure))))
