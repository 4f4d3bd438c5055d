"""What is asked: kinds of questions, each a path with places that are filled at random.

A kind's path is Quipu's own. A peer that can answer the same question says how it is asked there
(`benchmarks.subjects`).
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random
from string import Formatter
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit

from api.software import VERSION
from api.spec import build
from api.wire.cursor import STATE, Cursor, question, write_cursor
from api.wire.formats import list_formats
from benchmarks.words import REGIONS
from schemas import FIGURE
from schemas.parameters import list_parameters
from schemas.reading import read_query


class Question(NamedTuple):
    """A kind of question.

    `again` is one question asked again and again: what caches are for. `unchanged` is one whose
    answer the client has: a 304. `whole` is a stream, counted by its rows and asked by one client.
    `few` has so few forms, of small databases at least, that many answers would be kept ones: where
    sizes are compared, it is asked where none are kept.
    """

    name: str
    title: str
    path: str
    again: bool = False
    unchanged: bool = False
    whole: bool = False
    few: bool = False


PAGE = "/figures?per_page=50&count=none"
BY_VALUE = f"{PAGE}&sort=value&value__gte={{bound}}"
COUNTED = "/figures?per_page=50&sort=value&value__gte={bound}"
SUMS = "/aggregates?group_by=program&value__gte={bound}"
OF_TWO = f"{PAGE}&status=target&metric=jobs&sort=-value&value__lte={{bound}}"
KINDS = (
    Question("again", "one record, asked again (cached)", "/figures/{id}", again=True),
    Question(
        "unchanged", "one record, unchanged (304)", "/figures/{id}", again=True, unchanged=True
    ),
    Question("item", "one record, any", "/figures/{id}", few=True),
    Question("list", "50 by value, from a random one up", BY_VALUE),
    Question("counted", "50 by value, with a count (ours to 10,000)", COUNTED),
    Question("exact", "50 by value, counted to the end", f"{COUNTED}&count=exact"),
    Question("deep", "50 deep in the list, by a cursor", f"{PAGE}&sort=value&cursor={{cursor}}"),
    Question("program", "50 of a programme", f"{PAGE}&program={{program}}", few=True),
    Question("region", "50 naming a region", f"{PAGE}&region={{region}}", few=True),
    Question(
        "covers",
        "50 covering a region, by value",
        f"{PAGE}&covers={{region}}&sort=-value",
        few=True,
    ),
    Question("both", "50 of a status and a metric, by value", OF_TWO),
    Question("common", "50 holding a common word", f"{PAGE}&q={{word}}", few=True),
    Question("rare", "50 holding a rare word", f"{PAGE}&q={{rare}}", few=True),
    Question("past", "50 by value, as of an earlier version", f"{BY_VALUE}&as_of={{version}}"),
    Question(
        "changes", "50 changes, from any place", "/changes?per_page=50&since={since}", few=True
    ),
    Question(
        "programs_changes",
        "50 changes of a programme",
        "/changes?per_page=50&program={program}",
        few=True,
    ),
    Question(
        "regions_changes",
        "50 changes of a region, from any place",
        "/changes?per_page=50&region={region}&since={since}",
        few=True,
    ),
    Question("feed", "the feed of a programme", "/feeds/programs/{program}.json", few=True),
    Question("aggregates", "sums by programme, from a random value up", SUMS),
    Question("ndjson", "all figures as NDJSON", "/figures?format=ndjson", again=True, whole=True),
    Question("csv", "all figures as CSV", "/figures?format=csv", again=True, whole=True),
)
# What the service does not have yet is not asked.
SERVED = build(VERSION)["paths"]
QUESTIONS = tuple(
    question
    for question in KINDS
    if urlsplit(question.path).path.replace("{program}", "{id}") in SERVED
)
BY_NAME = {question.name: question for question in QUESTIONS}

Values = dict[str, str]


class Sample:
    """What of a database the places of the paths are filled with."""

    def __init__(self, database: Path) -> None:
        self._connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
        (self._rows,) = self._connection.execute("SELECT MAX(row) FROM figures").fetchone()
        self.version, self._first = self._connection.execute(
            "SELECT MAX(version), (SELECT MIN(from_version) FROM figures WHERE dataset <> :seed) "
            "FROM releases",
            {"seed": "perumin-2021"},
        ).fetchone()
        (hash_,) = self._connection.execute(
            "SELECT hash FROM releases WHERE version = ?", (self.version,)
        ).fetchone()
        self._state = hash_[:STATE]
        self._formats = [format_.name for format_ in list_formats(FIGURE)]
        # Nine in ten are below it: so many rows follow any bound that is asked from.
        values = sorted(self._row(Random(n))[1] for n in range(500))
        self._largest = values[int(len(values) * 0.9)]

    def close(self) -> None:
        self._connection.close()

    def values(self, question: Question, seed: str) -> Iterator[Values]:
        """Without end: values for the places of a kind of question, the same for the same seed."""
        rng = Random(f"{question.path} {seed}")
        names = [name for _, name, _, _ in Formatter().parse(question.path) if name]
        while True:
            yield {name: getattr(self, f"_{name}")(question, rng) for name in names}

    def _row(self, rng: Random) -> tuple[str, int, str | None]:
        """(id, value in ten-thousandths, program) of any current row."""
        while True:
            found = self._connection.execute(
                "SELECT id, value, program FROM figures WHERE row = ? AND to_version IS NULL",
                (rng.randint(1, self._rows),),
            ).fetchone()
            if found:
                return found

    def _id(self, question: Question, rng: Random) -> str:
        return self._row(rng)[0]

    def _bound(self, question: Question, rng: Random) -> str:
        """A value about as common as any, hardly ever one that was asked before; canonical."""
        stored = min(self._row(rng)[1], self._largest) * rng.uniform(0.8, 1) / 10_000
        text = f"{stored:.4f}"
        return text.rstrip("0").rstrip(".")

    def _cursor(self, question_: Question, rng: Random) -> str:
        address = urlsplit(question_.path)
        pairs = [pair for pair in parse_qsl(address.query) if pair[0] != "cursor"]
        query, mistakes = read_query(list_parameters(FIGURE, self._formats), pairs)
        assert not mistakes, mistakes
        id_, value, _ = self._row(rng)
        asked = question(address.path, query.given)
        return write_cursor(
            Cursor(self.version, self._state, asked, (min(value, self._largest), id_))
        )

    def _program(self, question: Question, rng: Random) -> str:
        while True:
            program = self._row(rng)[2]
            if program:
                return program

    def _region(self, question: Question, rng: Random) -> str:
        return rng.choice(REGIONS)[0]

    def _word(self, question: Question, rng: Random) -> str:
        return rng.choice(("producers", "plan", "financiamiento", "pais"))

    def _rare(self, question: Question, rng: Random) -> str:
        """The last word of an id, which hardly any other figure has."""
        return self._row(rng)[0].rpartition("-")[2]

    def _version(self, question: Question, rng: Random) -> str:
        return str(rng.randint(self._first, self.version - 1))

    def _since(self, question: Question, rng: Random) -> str:
        return f"v{rng.randint(1, self.version - 1)}"


def paths(question: Question, template: str, sample: Sample, seed: str, number: int) -> list[str]:
    """So many paths of a kind of question, as `template` asks it; one, if it is asked again."""
    # What is asked again is the same for all, whenever they are asked.
    values = sample.values(question, "again" if question.again else seed)
    return [
        template.format(**{name: quote(value, safe="") for name, value in next(values).items()})
        for _ in range(1 if question.again else number)
    ]
