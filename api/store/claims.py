"""Which figures say the same: the claims, as they were at each version.

`same_claim_as` leads from a figure to another one, and from there perhaps on. All that hang
together so are one claim, whichever way they name each other. `figures_claims` has a row for each
member of a claim of several, with the versions between which it was one. Like every column it
follows from the bodies; unlike them it follows from those of several records.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from api.store.conditions import listed, version
from schemas import FIGURE

TABLE = f"{FIGURE.name}_claims"
LINK = "same_claim_as"
BATCH = 500
Edge = tuple[str, str]


def create(connection: Any) -> None:
    connection.execute(
        f"CREATE TABLE {TABLE} (member TEXT NOT NULL, claim TEXT NOT NULL, "
        "begun INTEGER NOT NULL, ended INTEGER, PRIMARY KEY (member, begun))"
    )
    connection.execute(f"CREATE INDEX {TABLE}_claim ON {TABLE} (claim)")
    connection.execute(f"CREATE INDEX {TABLE}_begun ON {TABLE} (begun)")
    connection.execute(f"CREATE INDEX {TABLE}_ended ON {TABLE} (ended)")


def standing(alias: str, at: int | None) -> str:
    """SQL for a membership that held at a version (the parameter `at`), or holds now."""
    if at is None:
        return f"{alias}.ended IS NULL"
    return f"{alias}.begun <= :at AND ({alias}.ended IS NULL OR {alias}.ended > :at)"


def renew(connection: Any, at: int) -> None:
    """Bring the claims to a version, from the version before.

    Looks only at what hangs together with a link that came or went.
    """
    touched = {id_ for edge in _moved(connection, at) for id_ in edge}
    if not touched:
        return
    claims = set(_stored(connection, "member", touched).values())
    before = _stored(connection, "claim", claims)
    nodes = touched | set(before)
    after = claims_of(_edges(connection, nodes, at))
    gone = [member for member, claim in before.items() if after.get(member) != claim]
    come = [(member, claim) for member, claim in after.items() if before.get(member) != claim]
    connection.executemany(
        f"UPDATE {TABLE} SET ended = ? WHERE member = ? AND ended IS NULL",
        [(at, member) for member in gone],
    )
    connection.executemany(
        f"INSERT INTO {TABLE} (member, claim, begun) VALUES (?, ?, ?)",
        [(member, claim, at) for member, claim in come],
    )


def rebuild(connection: Any) -> None:
    """Follow the history from its beginning, and make the claims of every version anew."""
    for at in _versions(connection):
        renew(connection, at)


def claims_of(edges: Iterable[Edge]) -> dict[str, str]:
    """{member: claim} of everything that is linked: a claim has the first of its members' ids."""
    leader: dict[str, str] = {}

    def find(id_: str) -> str:
        while leader.setdefault(id_, id_) != id_:
            leader[id_] = leader[leader[id_]]
            id_ = leader[id_]
        return id_

    for one, other in edges:
        first, second = sorted((find(one), find(other)))
        leader[second] = first
    return {id_: find(id_) for id_ in list(leader)}


def stray_claims(connection: Any) -> Iterator[str]:
    """Where the claims that are stored are not those that follow from the bodies."""
    for at in _versions(connection):
        expected = claims_of(_edges(connection, None, at))
        found = dict(
            connection.execute(
                f"SELECT member, claim FROM {TABLE} AS c WHERE {standing('c', at)}", {"at": at}
            )
        )
        if found != expected:
            yield f"the claims of version {at} are not what its figures say"
    (late,) = connection.execute(
        f"SELECT COUNT(*) FROM {TABLE} WHERE begun NOT IN (SELECT version FROM releases) "
        "OR ended NOT IN (SELECT version FROM releases)"
    ).fetchone()
    if late:
        yield f"{late} rows of {TABLE} belong to no release"


def _versions(connection: Any) -> list[int]:
    """The versions that brought or took a link, and those that the stored claims speak of."""
    rows = connection.execute(
        f"SELECT from_version FROM {FIGURE.name} WHERE {LINK} IS NOT NULL "
        f"UNION SELECT to_version FROM {FIGURE.name} "
        f"WHERE {LINK} IS NOT NULL AND to_version IS NOT NULL "
        f"UNION SELECT begun FROM {TABLE} "
        f"UNION SELECT ended FROM {TABLE} WHERE ended IS NOT NULL ORDER BY 1"
    )
    return [at for (at,) in rows.fetchall()]


def _moved(connection: Any, at: int) -> list[Edge]:
    """The links that a version brought or took."""
    rows: list[Edge] = connection.execute(
        f"SELECT id, {LINK} FROM {FIGURE.name} WHERE from_version = :at AND {LINK} IS NOT NULL "
        f"UNION SELECT id, {LINK} FROM {FIGURE.name} "
        f"WHERE to_version = :at AND {LINK} IS NOT NULL",
        {"at": at},
    ).fetchall()
    return rows


def _edges(connection: Any, ids: Iterable[str] | None, at: int) -> Iterator[Edge]:
    """The links of a version; of these figures, or of all."""
    sql = f"SELECT id, {LINK} FROM {FIGURE.name} WHERE {LINK} IS NOT NULL AND {version(at)}"
    if ids is None:
        yield from connection.execute(sql, {"at": at})
        return
    for some in _batches(ids):
        names, parameters = listed("id", some)
        yield from connection.execute(f"{sql} AND id IN ({names})", {**parameters, "at": at})


def _stored(connection: Any, column: str, values: Iterable[str]) -> Mapping[str, str]:
    """{member: claim} as it stands, of the rows with these values in a column."""
    found: dict[str, str] = {}
    for some in _batches(values):
        names, parameters = listed("v", some)
        found.update(
            connection.execute(
                f"SELECT member, claim FROM {TABLE} WHERE ended IS NULL AND {column} IN ({names})",
                parameters,
            )
        )
    return found


def _batches(values: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
