"""The table of `make bench`, and what was to be reached."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from statistics import median
from typing import Any, NamedTuple

from benchmarks.machine import in_words
from benchmarks.questions import BY_NAME
from benchmarks.rounds import ratio, shown
from benchmarks.subjects import subjects

HEADER = (
    "question | answered by | answers/s | CPU µs each | CPU, Quipu = 1 | p50 ms | p99 ms | "
    "KB each | own MB | start s"
)
ALIGNED = "--- | --- | --: | --: | --: | --: | --: | --: | --: | --:"

# {(subject, question): {measure: one value a round}}
Series = Mapping[tuple[str, str], Mapping[str, list[float]]]


class Target(NamedTuple):
    """A ratio of CPU that is to be at least so much: (subject, question) over (the same)."""

    title: str
    wanted: float
    over: tuple[str, str]
    under: tuple[str, str]


TARGETS = (
    Target("cached 200 against the raw callable", 0.9, ("raw", "again"), ("quipu", "again")),
    Target("304 against the raw callable", 0.9, ("raw", "unchanged"), ("quipu", "unchanged")),
    Target(
        "list against Datasette without counts and facets",
        10,
        ("datasette", "list"),
        ("quipu", "list"),
    ),
    Target(
        "list against Datasette as installed, both counting, Quipu to 10,000",
        400,
        ("datasette", "counted"),
        ("quipu", "counted"),
    ),
    Target(
        "list against Flask, SQLAlchemy, marshmallow, jsonify, both counting, Quipu to 10,000",
        25,
        ("plain-flask", "counted"),
        ("quipu", "counted"),
    ),
    Target("list against FastAPI with SQL by hand", 2, ("fastapi", "list"), ("quipu", "list")),
    Target("list against the same without Flask", 0.5, ("by-hand", "list"), ("quipu", "list")),
)
LARGEST_MEMORY_MB, LONGEST_START_S = 100, 0.5


def series(result: Mapping[str, Any]) -> Series:
    found: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in sorted(result["measured"], key=lambda one: one["round"]):
        cost = one["cost"]
        values = {name: one[name] for name in ("start", "own", "resident")} | {
            "rate": cost["answers"] / cost["seconds"],
            **{name: cost[name] for name in ("cpu", "p50", "p99", "size", "clients")},
        }
        for name, value in values.items():
            found[one["subject"], one["question"]][name].append(value)
    return found


def peers_page(result: Mapping[str, Any]) -> str:
    """What is printed: how it was measured, the table, the targets, what is missing."""
    found = series(result)
    lines = [
        f"{result['rows']:,} figures; `{result['command']}`; medians of {result['rounds']} rounds "
        f"of {result['turns']} turns of {result['seconds']:g} s, after {result['warming']:g} of "
        "asking; 16 clients, one core for the server.",
        in_words(result["machine"]) + ".",
        "",
        f"| {HEADER} |",
        f"| {ALIGNED} |",
        *_rows(found),
        "",
        "¹ One client: sixteen would wait too long.",
        "",
        "| to be reached | at least | measured | |",
        "| --- | --: | --: | --- |",
        *_targets(found),
    ]
    titles = {subject.name: subject.title for subject in subjects()}
    for name, reason in result["missing"].items():
        lines += ["", f"Left out: {titles[name]}. {_on_one_line(reason)}"]
    return "\n".join(lines) + "\n"


def _rows(found: Series) -> Iterator[str]:
    said = ""
    for question in BY_NAME.values():
        for subject in subjects():
            values = found.get((subject.name, question.name))
            if not values:
                continue
            against = ratio(values["cpu"], found["quipu", question.name]["cpu"])
            cells = [
                question.title if question.title != said else "",
                subject.title,
                shown(median(values["rate"])),
                shown(median(values["cpu"])),
                "1" if subject.kind == "quipu" else str(against),
                shown(median(values["p50"]) / 1000) + "¹" * (min(values["clients"]) == 1),
                shown(median(values["p99"]) / 1000),
                shown(median(values["size"]) / 1000),
                shown(median(values["own"])),
                shown(median(values["start"])),
            ]
            said = question.title
            yield f"| {' | '.join(cells)} |"


def _targets(found: Series) -> Iterator[str]:
    for target in TARGETS:
        over, under = found.get(target.over), found.get(target.under)
        if over and under:
            measured = ratio(over["cpu"], under["cpu"])
            reached = measured.value >= target.wanted if measured.told else None
            yield _target(target.title, shown(target.wanted), measured, reached)
    quipu = [values for (subject, _), values in found.items() if subject == "quipu"]
    memory = max(max(values["own"]) for values in quipu)
    start = median(value for values in quipu for value in values["start"])
    for title, most, value in (
        ("memory, MB (at most)", LARGEST_MEMORY_MB, memory),
        ("start to the first answer, s (at most)", LONGEST_START_S, start),
    ):
        yield _target(title, str(most), shown(value), value <= most)


SAID = {True: "yes", False: "**no**", None: "?"}


def _target(title: str, wanted: str, measured: object, reached: bool | None) -> str:
    return f"| {title} | {wanted} | {measured} | {SAID[reached]} |"


def _on_one_line(text: str) -> str:
    return " ".join(text.split())[:300]
