"""Which figures say the same: the claims, as they were at each version.

`same_claim_as` leads from a figure to another one, and from there perhaps on. All that hang
together so are one claim, whichever way they name each other. `figures_claims` has a row for each
member of a claim of several, with the versions between which it was one, and its standing in it.
Like every column it follows from the bodies; unlike them it follows from those of several records.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from api.store.conditions import listed
from api.store.versions import brought, in_version, lasting
from schemas import FIGURE
from schemas.claim import standings
from schemas.query import Query

TABLE = f"{FIGURE.name}_claims"
LINK = "same_claim_as"
BATCH = 500
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
Edge = tuple[str, str]


class Membership(NamedTuple):
    """What claim a figure is a member of, how it stands in it, and in what its members differ."""

    claim: str
    standing: str
    apart: int


Members = dict[str, Membership]


def create(connection: Any) -> None:
    connection.execute(
        f"CREATE TABLE {TABLE} (member TEXT NOT NULL, claim TEXT NOT NULL, "
        "standing TEXT NOT NULL, apart INTEGER NOT NULL, begun INTEGER NOT NULL, ended INTEGER, "
        "PRIMARY KEY (member, begun))"
    )
    for name, columns in (("now", "standing, member, ended"), ("apart", "apart, member, ended")):
        connection.execute(
            f"CREATE INDEX {TABLE}_{name} ON {TABLE} ({columns}) WHERE ended IS NULL"
        )
    connection.execute(f"CREATE INDEX {TABLE}_claim ON {TABLE} (claim)")
    connection.execute(f"CREATE INDEX {TABLE}_begun ON {TABLE} (begun)")
    connection.execute(f"CREATE INDEX {TABLE}_ended ON {TABLE} (ended) WHERE ended IS NOT NULL")


def held(at: int | None) -> str:
    """SQL for a membership that held at a version (the parameter `at`), or holds now."""
    return lasting(at, "begun", "ended")


def apart_in(query: Query, at: int | None) -> str | None:
    """SQL for the members of claims that a question may find in part, because they differ in what
    it asks about; None where it finds each claim whole or not at all."""
    asked = _bits(_asked_by(query))
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


def _bits(paths: Iterable[str]) -> int:
    return sum(1 << ASKED.index(path) for path in set(paths))


def renew(connection: Any, at: int) -> None:
    """Bring the claims to a version, from the version before.

    Looks only at what hangs together with a figure, or a link, that came or went.
    """
    touched = _touched(connection, at)
    if not touched:
        return
    claims = {one.claim for one in _stored(connection, "member", touched).values()}
    before = _stored(connection, "claim", claims)
    after = members(_figures(connection, touched | set(before), at))
    gone = [member for member, one in before.items() if after.get(member) != one]
    come = [(member, *one, at) for member, one in after.items() if before.get(member) != one]
    connection.executemany(
        f"UPDATE {TABLE} SET ended = ? WHERE member = ? AND ended IS NULL",
        [(at, member) for member in gone],
    )
    connection.executemany(
        f"INSERT INTO {TABLE} (member, claim, standing, apart, begun) VALUES (?, ?, ?, ?, ?)", come
    )


def rebuild(connection: Any) -> None:
    """Follow the history from its beginning, and make the claims of every version anew."""
    for at in _versions(connection):
        renew(connection, at)


def members(figures: Iterable[dict[str, Any]]) -> Members:
    """{id: membership} of the figures that say what others of them say."""
    known = {figure["id"]: figure for figure in figures}
    links = [(id_, figure[LINK]) for id_, figure in known.items() if figure[LINK] in known]
    places = [FIGURE.asked_places[path] for path in ASKED]
    together: dict[str, list[str]] = {}
    for member, claim in claims_of(links).items():
        together.setdefault(claim, []).append(member)
    return {
        member: Membership(claim, standing.name, _bits(standing.apart))
        for claim, ids in together.items()
        for member, standing in standings([known[id_] for id_ in ids], places).items()
    }


def claims_of(links: Iterable[Edge]) -> dict[str, str]:
    """{member: claim} of everything that is linked: a claim has the first of its members' ids."""
    leader: dict[str, str] = {}

    def find(id_: str) -> str:
        while leader.setdefault(id_, id_) != id_:
            leader[id_] = leader[leader[id_]]
            id_ = leader[id_]
        return id_

    for one, other in links:
        first, second = sorted((find(one), find(other)))
        leader[second] = first
    return {id_: find(id_) for id_ in list(leader)}


def stray_claims(connection: Any) -> Iterator[str]:
    """Where the claims that are stored are not those that follow from the bodies."""
    for at in _versions(connection):
        try:
            expected = members(_linked(connection, at))
        except (ValueError, TypeError, KeyError, AttributeError):
            yield f"the claims of version {at} are of bodies that cannot be read"
            continue
        rows = connection.execute(
            f"SELECT member, claim, standing, apart FROM {TABLE} WHERE {held(at)}", {"at": at}
        )
        if {member: Membership(*one) for member, *one in rows} != expected:
            yield f"the claims of version {at} are not what its figures say"
    (late,) = connection.execute(
        f"SELECT COUNT(*) FROM {TABLE} WHERE begun NOT IN (SELECT version FROM releases) "
        "OR ended NOT IN (SELECT version FROM releases)"
    ).fetchone()
    if late:
        yield f"{late} rows of {TABLE} belong to no release"


def _versions(connection: Any) -> list[int]:
    """The versions that brought or took a figure that is linked, and those that claims speak of."""
    linked = (
        f"SELECT id FROM {FIGURE.name} WHERE {LINK} IS NOT NULL "
        f"UNION SELECT {LINK} FROM {FIGURE.name} WHERE {LINK} IS NOT NULL"
    )
    rows = connection.execute(
        f"SELECT from_version FROM {FIGURE.name} WHERE id IN ({linked}) "
        f"UNION SELECT to_version FROM {FIGURE.name} "
        f"WHERE to_version IS NOT NULL AND id IN ({linked}) "
        f"UNION SELECT begun FROM {TABLE} "
        f"UNION SELECT ended FROM {TABLE} WHERE ended IS NOT NULL ORDER BY 1"
    )
    return [at for (at,) in rows.fetchall()]


def _touched(connection: Any, at: int) -> set[str]:
    """What a version brought or took that is linked to another figure, and what it is linked to."""
    rows = connection.execute(
        f"SELECT id, {LINK} FROM {FIGURE.name} AS f WHERE {brought(FIGURE.name, 'at')} "
        f"AND ({LINK} IS NOT NULL OR {_was_member()}) "
        f"UNION SELECT id, {LINK} FROM {FIGURE.name} AS f WHERE to_version = :at "
        f"AND ({LINK} IS NOT NULL OR {_was_member()})",
        {"at": at},
    )
    return {id_ for row in rows for id_ in row if id_ is not None}


def _was_member() -> str:
    return f"EXISTS (SELECT 1 FROM {TABLE} AS c WHERE c.member = f.id AND c.ended IS NULL)"


def _figures(connection: Any, ids: Iterable[str], at: int) -> Iterator[dict[str, Any]]:
    """The figures of a version with these ids."""
    for some in _batches(ids):
        names, parameters = listed("id", some)
        rows = connection.execute(
            f"SELECT body FROM {FIGURE.name} WHERE id IN ({names}) AND {in_version(at)}",
            {**parameters, "at": at},
        )
        yield from (json.loads(body) for (body,) in rows)


def _linked(connection: Any, at: int) -> Iterator[dict[str, Any]]:
    """The figures of a version that name another one or are named."""
    rows = connection.execute(
        f"SELECT id, {LINK} FROM {FIGURE.name} WHERE {LINK} IS NOT NULL AND {in_version(at)}",
        {"at": at},
    )
    return _figures(connection, {id_ for row in rows for id_ in row}, at)


def _stored(connection: Any, column: str, values: Iterable[str]) -> Members:
    """The memberships as they stand, of the rows with these values in a column."""
    found: Members = {}
    for some in _batches(values):
        names, parameters = listed("v", some)
        rows = connection.execute(
            f"SELECT member, claim, standing, apart FROM {TABLE} "
            f"WHERE ended IS NULL AND {column} IN ({names})",
            parameters,
        )
        found.update((member, Membership(*one)) for member, *one in rows)
    return found


def _batches(values: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
