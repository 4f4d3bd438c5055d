"""Generated figures: realistic in their skew, their mixture and the length of their texts.

They are made in blocks, each from the seed and its place alone: so any number of them is made in
constant memory, and any part of them without the others.
In a later state of the data some have changed, some are gone, some have come back, and new ones
have come.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from random import Random

from benchmarks import words
from benchmarks.frame import Frame, chain_of, organization_id, places, program_id, skewed
from benchmarks.printed import printed
from schemas.objects import Json

BLOCK = 1000
# Every so many figures there is one that others repeat: it never goes.
REPEATED = 50
# From one state to the next: which part of the figures changes, goes, comes back, comes.
CHANGES, GOES, RETURNS, COMES = 0.03, 0.004, 0.2, 0.01

QUALIFIERS = (
    *("exact",) * 11,
    *("about",) * 3,
    *("more_than",) * 2,
    *("at_least",) * 2,
    "less_than",
    "at_most",
)
STATUSES = (
    *("achieved",) * 9,
    *("in_progress",) * 4,
    *("planned",) * 3,
    *("target",) * 3,
    "unclear",
)
RANKS = (*("normal",) * 30, "preferred", "deprecated")
ALLOCATIONS = ("joint", "joint", "each", None)
UNITS_OF_MONEY = (*("PEN",) * 16, *("USD",) * 3, "EUR")


def figures(frame: Frame, first: int, last: int, *, sweeping: bool = False) -> Iterator[Json]:
    """Figures number `first` up to `last` in the frame's state, then those that came since.

    `sweeping` changes each of them in the last state: what a load has most work with.
    """
    for start in range(first, last, BLOCK):
        yield from _block(frame, start, min(start + BLOCK, last), sweeping=sweeping)
    for state in range(2, frame.state + 1):
        yield from _newcomers(frame, first, last, state)


def _block(frame: Frame, start: int, end: int, *, sweeping: bool) -> Iterator[Json]:
    records = list(_made(frame, start, end, f"{frame.seed}.figures.{start}"))
    gone: set[int] = set()
    for state in range(2, frame.state + 1):
        rng = Random(f"{frame.seed}.figures.{start}.{state}")
        rate = 1.0 if sweeping and state == frame.state else CHANGES
        for number, record in enumerate(records):
            chance = rng.random()
            if number in gone:
                if chance < RETURNS:
                    gone.discard(number)
            elif chance < rate:
                _change(record, frame, rng)
            elif chance > 1 - GOES and number % REPEATED:
                gone.add(number)
    # What another figure repeats is here (it never goes), so whoever repeats it may stay.
    yield from (record for number, record in enumerate(records) if number not in gone)


def _newcomers(frame: Frame, first: int, last: int, state: int) -> Iterator[Json]:
    number = int((last - first) * COMES)
    for start in range(0, number, BLOCK):
        end = min(start + BLOCK, number)
        seed = f"{frame.seed}.newcomers.{state}.{first}.{start}"
        for record in _made(frame, first + start, first + end, seed):
            yield {**record, "id": f"{record['id']}-{state}", "same_claim_as": None}


def _made(frame: Frame, start: int, end: int, seed: str) -> Iterator[Json]:
    rng = Random(seed)
    repeated: list[Json] = []
    for number in range(start, end):
        record = _figure(frame, rng, number)
        if (number - start) % REPEATED == 0:
            repeated.append(dict(record))
        elif rng.random() < 0.03:
            record = _said_again(rng.choice(repeated), record, frame, rng)
        yield record


def _said_again(said: Json, own: Json, frame: Frame, rng: Random) -> Json:
    """What one source says, as another one says it: of the same thing, sometimes less of it."""
    source = frame.sources[int(own["source"]["id"].rpartition("-")[2])]
    record = {
        **said,
        **{name: own[name] for name in ("attribution", "rank", "notes")},
        "id": f"{said['id']}-{own['id'].rpartition('-')[2]}",
        "source": _locator(rng, source, round(said["value"] * 100)),
        "same_claim_as": said["id"],
    }
    if rng.random() < 0.2:
        record["qualifier"] = own["qualifier"]
    if rng.random() < 0.1:
        record["period"] = None
    if rng.random() < 0.05 and own["status"] != "unclear":
        record["status"] = own["status"]
    if record["status"] == "unclear":
        record["notes"] = record["notes"] or said["notes"]
    return record


def _figure(frame: Frame, rng: Random, number: int) -> Json:
    program = skewed(rng, frame.programs)
    metric = rng.choices(words.METRICS, cum_weights=_weights())[0]
    money = metric in words.MONEY
    source = frame.sources[skewed(rng, len(frame.sources))]
    place = places(rng)
    value = _hundredths(rng, metric, money=money)
    status = rng.choice(STATUSES)
    named = rng.random() < 0.96
    chain = chain_of(program)
    record: Json = {
        "id": f"{program_id(program)}-{metric.code.replace('_', '-')}-{number:x}",
        "program": program_id(program) if named else None,
        "organization": None if named else organization_id(skewed(rng, frame.organizations)),
        "metric": metric.code,
        "label": _label(rng, metric, chain, place["regions"]),
        "measure": "money" if money else "count",
        "unit": rng.choice(UNITS_OF_MONEY) if money else metric.unit,
        "value": _number(value),
        "qualifier": rng.choice(QUALIFIERS),
        "status": status,
        "period": _period(rng, source["published_on"]),
        **place,
        "allocation": rng.choice(ALLOCATIONS) if place["regions"] else None,
        "source": _locator(rng, source, value),
        "attribution": {
            "organization": source["publisher"],
            "on": source["published_on"],
            "role": {"en": "Spokesperson", "es": "Vocería"} if rng.random() < 0.3 else None,
        },
        "rank": rng.choice(RANKS),
        "same_claim_as": None,
        "notes": _both(rng.choice(words.NOTES))
        if status == "unclear" or rng.random() < 0.1
        else None,
    }
    return record


@cache
def _weights() -> list[int]:
    return list(accumulate(metric.weight for metric in words.METRICS))


def _hundredths(rng: Random, metric: words.Metric, *, money: bool) -> int:
    """A value in hundredths: mostly a round number, as people say them; counts are whole."""
    size = 10 ** rng.uniform(metric.smallest, metric.largest)
    chance = rng.random()
    if chance < 0.6:
        step = 10 ** max(len(str(int(size))) - 2, 0)
        return max(int(size) // step * step, 1) * 100
    if money and chance > 0.85:
        return max(int(size * 100), 1)
    return max(int(size), 1) * 100


def _number(hundredths: int) -> int | float:
    return hundredths / 100 if hundredths % 100 else hundredths // 100


def _locator(rng: Random, source: Json, hundredths: int) -> Json:
    stated = printed(hundredths, source["language"], rng)
    start = rng.randrange(source["length"] - len(stated))
    return {"id": source["id"], "start": start, "end": start + len(stated), "stated": stated}


def _period(rng: Random, published: str) -> Json | None:
    chance = rng.random()
    if chance < 0.25:
        return None
    year = int(published[:4]) - rng.randint(0, 3)
    if chance < 0.75:
        return {"start": f"{year}-01-01", "end": f"{year}-12-31"}
    if chance < 0.85:
        return {"duration": f"P{rng.randint(1, 8)}Y"}
    start = date(year, 1, 1) + timedelta(days=rng.randrange(365))
    return {"start": start.isoformat()} if chance < 0.92 else {"end": start.isoformat()}


def _label(rng: Random, metric: words.Metric, chain: words.Pair, regions: list[str]) -> Json:
    further = rng.choice(words.FURTHER)
    where = _where(regions)
    return {
        language: f"{metric.label[n].format(chain[n])}{where[n]}{further[n]}"
        for n, language in enumerate(("en", "es"))
    }


def _where(regions: list[str]) -> words.Pair:
    if not regions:
        return ("", "")
    if regions == ["PE"]:
        return (" in the whole country", " en todo el país")
    english, spanish = _names()[regions[0]]
    if len(regions) == 1:
        return (f" in {english}", f" en {spanish}")
    return (
        f" in {english} and {len(regions) - 1} more",
        f" en {spanish} y {len(regions) - 1} más",
    )


@cache
def _names() -> dict[str, words.Pair]:
    return {code: (english, spanish) for code, english, spanish in words.REGIONS}


def _both(pair: words.Pair) -> Json:
    return dict(zip(("en", "es"), pair, strict=True))


def _change(record: Json, frame: Frame, rng: Random) -> None:
    """A revision, as publishers make them: another value, seldom another status."""
    if rng.random() < 0.25 and record["status"] in ("planned", "in_progress"):
        record["status"] = "achieved"
        return
    source = frame.sources[int(record["source"]["id"].rpartition("-")[2])]
    value = round(record["value"] * rng.uniform(1.01, 1.2)) * 100 + 100
    record["value"] = _number(value)
    record["source"] = _locator(rng, source, value)
