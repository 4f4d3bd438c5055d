"""What generated figures refer to: organizations, sources, programmes, codelists.

Its size follows from the number of figures and is bounded, so that any number of figures is made
in constant memory.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256
from random import Random
from typing import Any

from benchmarks import words
from schemas.objects import Json

ID = "bench-frame"
DEPENDS_ON = ["core", "iso-4217", "peru-regions"]
FIRST_DAY = date(2015, 1, 1)
LANGUAGES = ("es-PE", "es-PE", "es-PE", "en", "es")


@dataclass(frozen=True)
class Frame:
    """The records around `figures` figures; `state` is which of the data's states they are in."""

    figures: int
    seed: int
    state: int = 1

    @property
    def organizations(self) -> int:
        return min(max(self.figures // 1000, 8), 1000)

    @property
    def programs(self) -> int:
        return min(max(self.figures // 100, 12), 20_000)

    @cached_property
    def sources(self) -> tuple[Json, ...]:
        """They are looked at by every figure: held."""
        number = min(max(self.figures // 40, 10), 50_000)
        return tuple(self._source(n) for n in range(number))

    def records(self) -> Iterator[tuple[str, Json]]:
        """(kind, record) of the whole data set."""
        yield "dataset", described(ID, "What generated figures refer to", DEPENDS_ON)
        yield "codelists", _codelist("metrics", words.OWN_METRICS)
        yield "codelists", _codelist("units", words.OWN_UNITS)
        for n in range(self.organizations):
            yield "organizations", self._organization(n)
        for source in self.sources:
            yield "sources", source
        for n in range(self.programs):
            yield "programs", self._program(n)

    def _rng(self, kind: str, number: int) -> Random:
        return Random(f"{self.seed}.{kind}.{number}")

    def _organization(self, n: int) -> Json:
        rng = self._rng("organization", n)
        kind, english, spanish = rng.choice(words.ORGANIZATION_KINDS)
        roles = list(words.ROLES[:2] if n < 8 else rng.sample(words.ROLES, rng.randint(1, 3)))
        return {
            "id": organization_id(n),
            "name": {"en": english.format(n), "es": spanish.format(n)},
            "kind": kind,
            "roles": roles,
            "country": "PE",
        }

    def _source(self, n: int) -> Json:
        rng = self._rng("source", n)
        language = rng.choice(LANGUAGES)
        day = FIRST_DAY + timedelta(days=rng.randrange(3600))
        return {
            "id": f"bench-source-{n:05}",
            "title": f"Notice {n}" if language == "en" else f"Nota de prensa {n}",
            "publisher": organization_id(skewed(rng, self.organizations)),
            "published_on": day.isoformat(),
            "language": language,
            "possibly_translated": rng.random() < 0.1,
            "sha256": sha256(f"{self.seed} {n}".encode()).hexdigest(),
            "length": rng.randint(400, 9000),
            "url": f"https://example.org/notices/{n}",
        }

    def _program(self, n: int) -> Json:
        rng = self._rng("program", n)
        kind, english, spanish = rng.choice(words.UNDERTAKINGS)
        chain = chain_of(n)
        place = places(rng)
        record = {
            "id": program_id(n),
            "name": {
                "en": f"{english.format(chain[0])} {n}",
                "es": f"{spanish.format(chain[1])} {n}",
            },
            "acronym": f"P{n}" if rng.random() < 0.4 else None,
            "description": {
                "en": words.DESCRIPTION[0].format(chain[0]),
                "es": words.DESCRIPTION[1].format(chain[1]),
            },
            "kind": kind,
            "status": rng.choice(("in_progress", "in_progress", "launched", "proposed")),
            "lead_organization": organization_id(skewed(rng, self.organizations)),
            "funders": [organization_id(skewed(rng, self.organizations))],
            "parent": program_id(n // 10) if n >= 10 and rng.random() < 0.2 else None,
            "sectors": rng.sample(words.SECTORS, rng.randint(0, 2)),
            "instruments": rng.sample(words.INSTRUMENTS, rng.randint(0, 3)),
            "scope": place["scope"],
            "regions": place["regions"],
            "source": self.sources[skewed(rng, len(self.sources))]["id"],
        }
        for later in range(2, self.state + 1):
            if self._rng(f"program.{later}", n).random() < 0.05:
                record["status"] = (
                    "in_progress" if record["status"] != "in_progress" else "launched"
                )
        return record


def organization_id(n: int) -> str:
    return f"bench-organization-{n:03}"


def program_id(n: int) -> str:
    chain = chain_of(n)[0].replace("'", "").lower().replace(" ", "-")
    return f"{chain}-{n:05}"


def chain_of(program: int) -> words.Pair:
    return words.CHAINS[program * 7 % len(words.CHAINS)]


def skewed(rng: Random, number: int) -> int:
    """One of `number` ranks, as Zipf has it: the n-th comes about 1/n as often as the first."""
    return int((number + 1) ** rng.random()) - 1


def places(rng: Random) -> Json:
    """Where something holds: whole country, some regions, or not stated."""
    chance = rng.random()
    if chance < 0.2:
        return {"scope": None, "regions": []}
    if chance < 0.5:
        return {"scope": "national", "regions": ["PE"]}
    named = 1 if chance < 0.85 else rng.randint(2, 7)
    regions = dict.fromkeys(skewed(rng, len(words.REGIONS)) for _ in range(named))
    return {"scope": "regional", "regions": [words.REGIONS[n][0] for n in regions]}


def described(id_: str, title: str, depends_on: list[str]) -> Json:
    return {
        "id": id_,
        "title": {"en": title, "es": "Datos generados"},
        "description": {
            "en": "Made up by a program, for measurements. Nothing in it is about the world.",
            "es": "Inventado por un programa, para mediciones. Nada en ello trata del mundo.",
        },
        "depends_on": depends_on,
        "licence": "CC0 1.0",
        "licence_url": "https://creativecommons.org/publicdomain/zero/1.0/",
    }


def _codelist(concept: str, codes: tuple[tuple[str, str, str], ...]) -> Mapping[str, Any]:
    return {
        "id": f"bench-{concept}",
        "concept": concept,
        "name": {"en": f"Further {concept}", "es": "Otros códigos"},
        "codes": [
            {"code": code, "name": {"en": english, "es": spanish}}
            for code, english, spanish in codes
        ],
    }
