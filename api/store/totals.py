"""Sums and counts of the current figures that are made when data are loaded.

A total is a table of what the figures of each group come to, for a few dimensions together. A
question that speaks only of these is answered from its groups, not from the rows; any other is
answered from the rows. A load that changes little changes only the groups that it touches.

What is counted once among several that say the same depends on the question. So a total's
numbers are those of the figures that are alone in what they say; `members` are the others, whose
rows are looked at each time. `found` and `deprecated` are numbers of all of its figures.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from api.store.claims import TABLE as CLAIMS
from api.store.claims import standing
from api.store.columns import encode
from api.store.conditions import Clauses, listed, version
from api.store.counts import moved_much
from api.store.grouped import NUMBERS, Dimension, grouped
from schemas import FIGURE
from schemas.query import Condition, Query

Key = tuple[str, ...]
Kept = tuple[Any, ...]
NAME = FIGURE.name
EXTREMES = ("least", "most")


class Total(NamedTuple):
    """A table of groups: its dimensions, those of most values first.

    A dimension is the name of a filter; `area` is the regions as sums part them: one amount over
    several regions is a group of its own.
    """

    name: str
    dimensions: tuple[str, ...]

    @property
    def table(self) -> str:
        return f"{NAME}_by_{self.name}"


TOTALS = (
    Total("measure", ("unit", "status", "measure")),
    Total("metric", ("metric", "year", "unit", "status", "measure", "scope")),
    Total("region", ("region", "metric", "unit", "status", "measure")),
    Total("area", ("area", "metric", "unit", "status", "measure")),
    Total("program", ("program", "metric", "unit", "status", "measure")),
    Total("organization", ("organization", "metric", "unit", "status", "measure")),
)
# Of all of a group's figures, beside the numbers of those that are alone in what they say.
OF_ALL = (("found", "COUNT(*)"), ("deprecated", "SUM(f.is_deprecated)"))
KEPT = (*(name for name, _ in OF_ALL), *(number.name for number in NUMBERS))
PLACES_OF_EXTREMES = tuple(KEPT.index(name) for name in EXTREMES)
NOTHING = tuple(None if name in EXTREMES else 0 for name in KEPT)


def dimension(name: str) -> Dimension:
    """A dimension of the totals by its name."""
    if name == "area":
        return Dimension(name, FIGURE.group_places["region"], whole=True)
    path = next(declared.path for declared in FIGURE.filters if declared.name == name)
    return Dimension(name, FIGURE.asked_places[path])


def total_for(groups: Iterable[str], query: Query) -> tuple[str, Clauses] | None:
    """The table of a total that answers a question about these groups, and the conditions on it.

    None where there is no such total: where a filter compares something else, or where the total
    would count a row once for each of its several values.
    """
    if query.q is not None or query.counted is not None or query.cell:
        return None
    wanted, asked = set(groups), {condition.filter for condition in query.conditions}
    for total in TOTALS:
        names = set(total.dimensions)
        if not wanted | asked <= names:
            continue
        conditions = [_on_total(condition) for condition in query.conditions]
        single = {condition.filter for condition in query.conditions if _is_single(condition)}
        several = {name for name in names if dimension(name).place.many}
        if None not in conditions and several <= (wanted - asked) | single:
            known = [found for found in conditions if found]
            clauses = [clause for clause, _ in known]
            return total.table, Clauses(
                clauses or ["1 = 1"],
                {name: value for _, values in known for name, value in values.items()},
            )
    return None


def _is_single(condition: Condition) -> bool:
    """Whether it leaves one value of several, so that no row is there twice."""
    return condition.operator in ("eq", "in") and len(condition.values) == 1


def _on_total(condition: Condition) -> tuple[str, dict[str, Any]] | None:
    """A condition on a total's text; None if text cannot be compared so."""
    name, operator = condition.filter, condition.operator
    if operator == "isnull" and not condition.place.many:
        return f"{name} {'=' if condition.values[0] else '<>'} ''", {}
    if operator not in ("eq", "in", "ne", "nin"):
        return None
    values = [str(encode(condition.place.field, value)) for value in condition.values]
    marks, parameters = listed(f"of_{condition.name}_", values)
    return f"{name} {'NOT ' * (operator in ('ne', 'nin'))}IN ({marks})", parameters


def create(connection: Any) -> None:
    for total in TOTALS:
        columns = [f"{name} TEXT NOT NULL" for name in total.dimensions]
        columns += [f"{name} INTEGER" + " NOT NULL" * (name not in EXTREMES) for name in KEPT]
        key = f"PRIMARY KEY ({', '.join(total.dimensions)})"
        connection.execute(
            f"CREATE TABLE {total.table} ({', '.join([*columns, key])}) WITHOUT ROWID"
        )


def rebuild(connection: Any) -> None:
    """Add up every current figure."""
    for total in TOTALS:
        names = ", ".join((*total.dimensions, *KEPT))
        connection.execute(f"DELETE FROM {total.table}")
        connection.execute(f"INSERT INTO {total.table} ({names}) {_groups(total, None)}")


def renew(connection: Any, at: int) -> None:
    """Bring the totals to a version, from the version before; the claims are there already."""
    if moved_much(connection, FIGURE, at):
        rebuild(connection)
        return
    for total in TOTALS:
        _follow(connection, total, at)


def stray_totals(connection: Any) -> Iterator[str]:
    """Where the totals that are stored are not those of the current figures."""
    for total in TOTALS:
        names = ", ".join((*total.dimensions, *KEPT))
        for one, other in (
            (f"SELECT {names} FROM {total.table}", _groups(total, None)),
            (_groups(total, None), f"SELECT {names} FROM {total.table}"),
        ):
            sql = f"SELECT COUNT(*) FROM (SELECT * FROM ({one}) AS a EXCEPT {other}) AS b"
            (number,) = connection.execute(sql).fetchone()
            if number:
                yield f"{total.table} does not hold the totals of the current figures"
                break


def _groups(total: Total, at: int | None, only: str = "") -> str:
    """SQL for the groups of a version, or of some of its rows."""
    alone = (
        f"rank <> 'deprecated' AND id NOT IN "
        f"(SELECT c.member FROM {CLAIMS} AS c WHERE {standing('c', at)})"
    )
    return grouped(
        FIGURE,
        [dimension(name) for name in total.dimensions],
        version(at) + only,
        [f"{sql} AS {name}" for name, sql in OF_ALL]
        + [f"{number.of_rows} AS {number.name}" for number in NUMBERS],
        [
            "CASE WHEN rank = 'deprecated' THEN 1 ELSE 0 END AS is_deprecated",
            *(
                f"CASE WHEN {alone} THEN {name} END AS {name}"
                for name in ("value", "qualifier", "regions_each")
            ),
        ],
    )


def _follow(connection: Any, total: Total, at: int) -> None:
    """Take off what the rows that a version touched came to before, and add what they do now."""
    went = _groups_of_touched(connection, total, at - 1, at)
    came = _groups_of_touched(connection, total, at, at)
    lost: dict[str, set[Key]] = {}
    for key in sorted({*went, *came}):
        before = _stored(connection, total, key) or NOTHING
        off, on = went.get(key, NOTHING), came.get(key, NOTHING)
        kept = [
            _extreme(name, numbers) if name in EXTREMES else numbers[0] - numbers[1] + numbers[2]
            for name, *numbers in zip(KEPT, before, off, on, strict=True)
        ]
        _store(connection, total, key, kept)
        if any(off[n] is not None and off[n] == before[n] for n in PLACES_OF_EXTREMES):
            lost.setdefault(key[0], set()).add(key)
    for first, keys in lost.items():
        _look_again(connection, total, first, keys)


def _groups_of_touched(connection: Any, total: Total, at: int, moved: int) -> dict[Key, Kept]:
    """What the rows that the version `moved` touched came to at a version."""
    touched = (
        f" AND row IN (SELECT row FROM {NAME} WHERE from_version = :moved "
        f"UNION SELECT row FROM {NAME} WHERE to_version = :moved "
        f"UNION SELECT f.row FROM {CLAIMS} AS c JOIN {NAME} AS f ON f.id = c.member "
        "WHERE c.begun = :moved OR c.ended = :moved)"
    )
    rows = connection.execute(_groups(total, at, touched), {"at": at, "moved": moved})
    return dict(_split(total, row) for row in rows)


def _extreme(name: str, numbers: list[Any]) -> Any:
    """The least or most of a group after some was added."""
    known = [value for value in (numbers[0], numbers[2]) if value is not None]
    return (min(known) if name == "least" else max(known)) if known else None


def _look_again(connection: Any, total: Total, first: str, keys: set[Key]) -> None:
    """Where what was the least or the most of a group went, only its rows can say what is now.

    The first dimension leads to them: of all, it has the most values.
    """
    only, parameters = dimension(total.dimensions[0]).only(FIGURE, first, "first")
    for row in connection.execute(_groups(total, None, f" AND {only}"), parameters).fetchall():
        key, kept = _split(total, row)
        if key in keys:
            _store(connection, total, key, kept)


def _split(total: Total, row: Sequence[Any]) -> tuple[Key, Kept]:
    width = len(total.dimensions)
    return tuple(row[:width]), tuple(row[width:])


def _stored(connection: Any, total: Total, key: Key) -> Kept | None:
    where = " AND ".join(f"{name} = ?" for name in total.dimensions)
    row: Kept | None = connection.execute(
        f"SELECT {', '.join(KEPT)} FROM {total.table} WHERE {where}", key
    ).fetchone()
    return row


def _store(connection: Any, total: Total, key: Key, kept: Sequence[Any]) -> None:
    where = " AND ".join(f"{name} = ?" for name in total.dimensions)
    connection.execute(f"DELETE FROM {total.table} WHERE {where}", key)
    if kept[0]:
        names = (*total.dimensions, *KEPT)
        connection.execute(
            f"INSERT INTO {total.table} ({', '.join(names)}) "
            f"VALUES ({', '.join('?' * len(names))})",
            [*key, *kept],
        )
