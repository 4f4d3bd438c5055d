"""Which figures say the same: the claims, as they were at each version.

`same_claim_as` leads from a figure to another one, and from there perhaps on. All that hang
together so are one claim, whichever way they name each other. `figures_claims` has a row for each
member of a claim of several, with the versions between which it was one, and its place in it.
`api.store.membership` fills it, and keeps it right.
"""

from collections.abc import Iterable
from typing import Any

from api.store.statement import listed
from api.store.versions import lasting
from schemas import FIGURE
from schemas.claim import BEST
from schemas.filter import SAYS
from schemas.query import Query

TABLE = f"{FIGURE.name}_claims"
SOURCE = "source.id"
# What may be asked of a figure: each has a bit, in this order, in the column `apart`.
ASKED = tuple(
    sorted(
        {
            path
            for declared in FIGURE.filters
            for path in (declared.path, *(declared.interval or ()))
        }
    )
)


def create(connection: Any) -> None:
    connection.execute(
        f"CREATE TABLE {TABLE} (member TEXT NOT NULL, claim TEXT NOT NULL, "
        "place INTEGER NOT NULL, apart INTEGER NOT NULL, source TEXT NOT NULL, "
        "begun INTEGER NOT NULL, ended INTEGER, "
        "PRIMARY KEY (member, begun))"
    )
    connection.execute(
        f"CREATE INDEX {TABLE}_repeated ON {TABLE} (member, place, ended) "
        f"WHERE ended IS NULL AND place > {BEST}"
    )
    connection.execute(
        f"CREATE INDEX {TABLE}_apart ON {TABLE} (apart, member, ended) WHERE ended IS NULL"
    )
    connection.execute(
        f"CREATE INDEX {TABLE}_source ON {TABLE} (source, claim, place, member, begun, ended)"
    )
    connection.execute(f"CREATE INDEX {TABLE}_claim ON {TABLE} (claim)")
    connection.execute(f"CREATE INDEX {TABLE}_begun ON {TABLE} (begun)")
    connection.execute(f"CREATE INDEX {TABLE}_ended ON {TABLE} (ended) WHERE ended IS NOT NULL")


def held(at: int | None) -> str:
    """SQL for a membership that held at a version (the parameter `at`), or holds now."""
    return lasting(at, "begun", "ended")


def of_sources(query: Query) -> str | None:
    """SQL for the members of claims that are of the sources which a question asks for; None where
    it asks for none. Its parameters are those of the question."""
    for condition in query.conditions:
        if condition.place.path == SOURCE and condition.operator in SAYS:
            marks, _ = listed(f"{condition.name}_", condition.values)
            return f"source IN ({marks})"
    return None


def apart_in(query: Query, at: int | None) -> str | None:
    """SQL for the members of claims that a question may find in part, because they differ in what
    it asks about; None where it finds each claim whole or not at all."""
    asked = bits(_asked_by(query))
    if not asked:
        return None
    if at is not None:
        return f"(apart & {asked}) <> 0"
    # There are few ways to differ: each is looked up, not each claim.
    least = f"SELECT MIN(apart) FROM {TABLE} WHERE {held(None)}"
    return (
        f"apart IN (WITH RECURSIVE ways(way) AS ({least} UNION ALL "
        f"SELECT ({least} AND apart > way) FROM ways WHERE way IS NOT NULL) "
        f"SELECT way FROM ways WHERE (way & {asked}) <> 0)"
    )


def _asked_by(query: Query) -> set[str]:
    """The paths that a question asks about."""
    found = {path for one in query.conditions for path in (one.interval or (one.place.path,))}
    # What stands in no place of the record itself may be different for each.
    return found if query.q is None and found <= set(ASKED) else set(ASKED)


def bits(paths: Iterable[str]) -> int:
    """Some of the places, as in the column."""
    return sum(1 << ASKED.index(path) for path in set(paths))
