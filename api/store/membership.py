"""Making the claims, and bringing them to each version.

Like every column they follow from the bodies; unlike them, from those of several records.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from api.store.claims import ASKED, TABLE, bits, held
from api.store.statement import listed
from api.store.versions import brought, in_version
from schemas import FIGURE
from schemas.batches import batches
from schemas.claim import standings
from schemas.compact import parse

LINK = "same_claim_as"
PLACES = tuple(FIGURE.asked_places[path] for path in ASKED)
BATCH = 500
Edge = tuple[str, str]


class Membership(NamedTuple):
    """What claim a figure is a member of, its place in it, in what its members differ, and where
    the figure is said."""

    claim: str
    place: int
    apart: int
    source: str


Members = dict[str, Membership]


def renew(connection: Any, at: int) -> None:
    """Bring the claims to a version, from the version before.

    Looks only at what hangs together with a figure, or a link, that came or went.
    """
    touched = _touched(connection, at)
    if not touched:
        return
    claims = {one.claim for one in _stored(connection, "member", touched).values()}
    before = _stored(connection, "claim", claims)
    links = _links(connection, touched | set(before), at)
    stayed: set[str] = set()
    for some in _members(connection, links, at):
        stayed.update(member for member, one in some.items() if before.get(member) == one)
        connection.executemany(
            f"INSERT INTO {TABLE} (member, {', '.join(Membership._fields)}, begun) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [(member, *one, at) for member, one in some.items() if member not in stayed],
        )
    connection.executemany(
        f"UPDATE {TABLE} SET ended = :at WHERE member = :member AND begun < :at AND ended IS NULL",
        [{"at": at, "member": member} for member in before if member not in stayed],
    )


def rebuild(connection: Any) -> None:
    """Follow the history from its beginning, and make the claims of every version anew."""
    for at in _versions(connection):
        renew(connection, at)


def _members(connection: Any, links: Mapping[str, str | None], at: int) -> Iterator[Members]:
    """{id: membership} of the figures of a version that say what others of them say, a few claims
    at a time. `links` is {id: the figure that it names}.
    """
    together: dict[str, list[str]] = {}
    edges = [(id_, other) for id_, other in links.items() if other and other in links]
    for member, claim in claims_of(edges).items():
        together.setdefault(claim, []).append(member)
    for claims in _batches(together):
        found: Members = {}
        ids = [id_ for claim in claims for id_ in together[claim]]
        known = {figure["id"]: figure for figure in _figures(connection, ids, at)}
        for claim in claims:
            said = standings([known[id_] for id_ in together[claim]], PLACES)
            for member, (place, apart) in said.items():
                source = known[member]["source"]["id"]
                found[member] = Membership(claim, place, bits(apart), source)
        yield found


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
            links = _linked(connection, at)
            expected = dict(chain(*(some.items() for some in _members(connection, links, at))))
        except (ValueError, TypeError, KeyError, AttributeError):
            yield f"the claims of version {at} are of bodies that cannot be read"
            continue
        rows = connection.execute(
            f"SELECT member, {', '.join(Membership._fields)} FROM {TABLE} WHERE {held(at)}",
            {"at": at},
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
        yield from (parse(body) for (body,) in rows)


def _links(connection: Any, ids: Iterable[str], at: int) -> dict[str, str | None]:
    """{id: the figure that it names} of the figures of a version with these ids."""
    found: dict[str, str | None] = {}
    for some in _batches(ids):
        names, parameters = listed("id", some)
        rows = connection.execute(
            f"SELECT id, {LINK} FROM {FIGURE.name} WHERE id IN ({names}) AND {in_version(at)}",
            {**parameters, "at": at},
        )
        found.update(rows.fetchall())
    return found


def _linked(connection: Any, at: int) -> dict[str, str | None]:
    """The same of the figures of a version that name another one or are named."""
    rows = connection.execute(
        f"SELECT id, {LINK} FROM {FIGURE.name} WHERE {LINK} IS NOT NULL AND {in_version(at)}",
        {"at": at},
    )
    return _links(connection, {id_ for row in rows for id_ in row}, at)


def _stored(connection: Any, column: str, values: Iterable[str]) -> Members:
    """The memberships as they stand, of the rows with these values in a column."""
    found: Members = {}
    for some in _batches(values):
        names, parameters = listed("v", some)
        rows = connection.execute(
            f"SELECT member, {', '.join(Membership._fields)} FROM {TABLE} "
            f"WHERE ended IS NULL AND {column} IN ({names})",
            parameters,
        )
        found.update((member, Membership(*one)) for member, *one in rows)
    return found


def _batches(values: Iterable[str]) -> Iterator[list[str]]:
    return batches(sorted(values), BATCH)
