"""Making the totals, and keeping them right from version to version.

A load that changes little takes off what the rows that it touched came to before, and adds what
they come to now; one that changes much has all of them made anew.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from api.store.claims import TABLE as CLAIMS
from api.store.claims import held
from api.store.columns import index_name
from api.store.counts import is_much, moved_rows
from api.store.engine import read_by, split
from api.store.grouped import NUMBERS, grouped, rows_of
from api.store.narrow import LEADING, PURPOSE
from api.store.ranking import (
    RANKED,
    Change,
    Changes,
    Kept,
    Key,
    drop_orders,
    follow,
    numbers_of,
    numbers_table,
    rank,
)
from api.store.totals import EXTREMES, KEPT, OF_ALL, TOTALS, Total, dimension, names_region
from api.store.versions import in_version
from schemas import FIGURE
from schemas.claim import BEST
from schemas.group import TOGETHER

NAME = FIGURE.name
FOUND = KEPT.index("found")
PLACES_OF_EXTREMES = tuple(KEPT.index(name) for name in EXTREMES)
NOTHING = tuple(None if name in EXTREMES else 0 for name in KEPT)
FROM_ROWS = tuple(total for total in TOTALS if total.of is None)
# Where so many least and most went, all is made anew: it takes no longer.
MANY_LOST = 50
# The rows of all figures, while the totals are made anew.
ALL_ROWS = f"{NAME}_totalled"
TOUCHED = (
    f" AND row IN (SELECT row FROM {NAME} WHERE from_version = :moved "
    f"UNION SELECT row FROM {NAME} WHERE to_version = :moved "
    f"UNION SELECT f.row FROM {CLAIMS} AS c CROSS JOIN {NAME} AS f WHERE f.id = c.member "
    "AND (c.begun = :moved OR c.ended = :moved))"
)


def rebuild(connection: Any) -> None:
    """Add up every current figure."""
    # Read once from the narrow index, then grouped from what little of it is needed; in the order
    # of the rows, in which their regions are found next to each other.
    connection.execute(
        f"CREATE TEMPORARY TABLE {ALL_ROWS} AS SELECT * FROM {_rows(None)} AS f ORDER BY member"
    )
    for total in FROM_ROWS:
        _fill(connection, total, _groups(total, ALL_ROWS))
    connection.execute(f"DROP TABLE {ALL_ROWS}")
    _roll_up(connection)


def renew(connection: Any, at: int) -> None:
    """Bring the totals to a version, from the version before; the claims are there already."""
    if is_much(connection, FIGURE, moved_rows(connection, FIGURE, at)):
        rebuild(connection)
        return
    changes: dict[str, Changes] = {}
    lost: dict[Key, dict[Total, set[Key]]] = {}
    for total in FROM_ROWS:
        changes[total.name] = _follow(connection, total, at, lost)
    if len(lost) > MANY_LOST:
        rebuild(connection)
        return
    for leading, by_total in lost.items():
        for total, keys in by_total.items():
            changes[total.name] |= _look_again(connection, total, leading, keys)
    for total in FROM_ROWS:
        _store(connection, total, changes[total.name])
    for total in _derived():
        whole = _whole(total)
        changes[total.name] = _follow_whole(connection, total, whole, changes[whole.name])
        _store(connection, total, changes[total.name])


def stray_totals(connection: Any) -> Iterator[str]:
    """Where the totals that are stored are not those of the current figures."""
    for total in TOTALS:
        stored = f"SELECT {', '.join((*total.dimensions, *KEPT))} FROM {total.table}"
        expected = _parts(total) if total.of else _groups(total, _rows(None))
        if _differ(connection, stored, expected):
            yield f"{total.table} does not hold the totals of the current figures"
    for total in RANKED:
        table = numbers_table(total)
        if _differ(connection, f"SELECT * FROM {table}", numbers_of(total)):
            yield f"{table} does not hold the numbers of the groups of {total.table}"


def _differ(connection: Any, stored: str, expected: str) -> bool:
    """Whether two statements have other rows."""
    for one, other in ((stored, expected), (expected, stored)):
        sql = f"SELECT COUNT(*) FROM (SELECT * FROM ({one}) AS a EXCEPT {other}) AS b"
        (number,) = connection.execute(sql).fetchone()
        if number:
            return True
    return False


def _roll_up(connection: Any) -> None:
    """Make the totals that are of others: these have few groups."""
    for total in _derived():
        _fill(connection, total, _parts(total))


def _derived() -> list[Total]:
    """The totals that are of others, these first."""
    return sorted((total for total in TOTALS if total.of), key=_depth)


def _depth(total: Total) -> int:
    return 1 + _depth(_whole(total)) if total.of else 0


def _follow_whole(connection: Any, total: Total, whole: Total, moved: Changes) -> Changes:
    """What becomes of the groups of a total where those of the one that it is of, which are stored,
    have moved."""
    parts: dict[Key, list[Change]] = {}
    for parent, change in moved.items():
        for key in _keys_within(total, whole, parent):
            parts.setdefault(key, []).append(change)
    changes: Changes = {}
    for key, some in parts.items():
        before = _stored(connection, total, key)
        offs, ons = [off for off, _ in some], [on for _, on in some]
        now = _moved(before, offs, ons)
        if now[FOUND] and _is_lost(before, offs, ons):
            group = dict(zip(total.dimensions, key, strict=True))
            _, now = _split(total, connection.execute(_parts(total, of_one=True), group).fetchone())
        changes[key] = Change(before, now)
    return changes


def _keys_within(total: Total, whole: Total, key: Key) -> list[Key]:
    """The groups of a total that a group of the one that it is of is in: one, or one for each
    region of its area."""
    group = dict(zip(whole.dimensions, key, strict=True))
    if _has_regions_of(total, whole):
        regions = group["area"].split(TOGETHER)
        groups = [{**group, "region": region} for region in regions]
    else:
        groups = [group]
    return [tuple(one[name] for name in total.dimensions) for one in groups]


def _has_regions_of(total: Total, whole: Total) -> bool:
    """Whether a total is by region where the one that it is of is by area."""
    return "region" in total.dimensions and "region" not in whole.dimensions


def _whole(total: Total) -> Total:
    (whole,) = [other for other in TOTALS if other.name == total.of]
    return whole


def _fill(connection: Any, total: Total, sql: str) -> None:
    names = ", ".join((*total.dimensions, *KEPT))
    drop_orders(connection, total)
    connection.execute(f"DELETE FROM {total.table}")
    connection.execute(f"INSERT INTO {total.table} ({names}) {sql}")
    if total.many:
        rank(connection, total)


def _parts(total: Total, *, of_one: bool = False) -> str:
    """SQL for the groups of a total from those of the one that it is of; or for one of them, with
    its dimensions as parameters."""
    names = ", ".join(total.dimensions)
    numbers = [f"SUM({name})" for name, _ in OF_ALL] + [number.of_parts for number in NUMBERS]
    whole = _whole(total)
    source = whole.table
    if _has_regions_of(total, whole) and of_one:
        its = names_region("area", "region")
        source = f"(SELECT *, :region AS region FROM {whole.table} WHERE {its})"
    elif _has_regions_of(total, whole):
        areas = f"SELECT DISTINCT area FROM {NAME}_by_area"
        source += f" JOIN ({split(areas, 'area', TOGETHER, 'region')}) USING (area)"
    where = [f"{name} = :{name}" for name in total.dimensions if of_one]
    return (
        f"SELECT {names}, {', '.join(numbers)} FROM {source}"
        + f" WHERE {' AND '.join(where)}" * bool(where)
        + f" GROUP BY {names}"
    )


def _groups(total: Total, rows: str) -> str:
    """SQL for the groups of some rows."""
    numbers = [*OF_ALL, *((number.name, number.of_rows) for number in NUMBERS)]
    return grouped(
        FIGURE,
        [dimension(name) for name in total.dimensions],
        rows,
        [f"{sql} AS {name}" for name, sql in numbers],
    )


def _rows(at: int | None, only: str = "") -> str:
    """SQL for the rows of a version, or some of them, with what the totals say of each."""
    figures = NAME if at is not None else read_by(NAME, index_name(FIGURE, None, PURPOSE))
    valid = "rank <> 'deprecated'"
    counted = f"{valid} AND (place IS NULL OR place = {BEST})"
    dimensions = [dimension(name) for total in TOTALS for name in total.dimensions]
    return rows_of(
        f"{figures} LEFT JOIN {CLAIMS} ON member = id AND {held(at)}",
        dimensions,
        in_version(at) + only,
        [
            f"CASE WHEN {valid} THEN 0 ELSE 1 END AS is_deprecated",
            f"CASE WHEN {valid} AND place > {BEST} THEN 1 ELSE 0 END AS is_repeated",
            *(
                f"CASE WHEN {counted} THEN {name} END AS {name}"
                for name in ("value", "qualifier", "regions_each")
            ),
        ],
    )


def _follow(
    connection: Any, total: Total, at: int, lost: dict[Key, dict[Total, set[Key]]]
) -> Changes:
    """What becomes of the groups whose rows a version touched; those whose least or most went come
    into `lost`."""
    went = _groups_of_touched(connection, total, at - 1, at)
    came = _groups_of_touched(connection, total, at, at)
    changes: Changes = {}
    for key in {*went, *came}:
        before = _stored(connection, total, key)
        offs, ons = [went.get(key, NOTHING)], [came.get(key, NOTHING)]
        now = _moved(before, offs, ons)
        changes[key] = Change(before, now)
        if now[FOUND] and _is_lost(before, offs, ons):
            leading = tuple(key[total.dimensions.index(name)] for name in LEADING)
            lost.setdefault(leading, {}).setdefault(total, set()).add(key)
    return changes


def _moved(before: Kept, offs: Sequence[Kept], ons: Sequence[Kept]) -> Kept:
    """What a group comes to when some is taken off it and some is added; of its least and most,
    only what is added is known."""
    now = [
        _extreme(name, [before[n], *(on[n] for on in ons)])
        if name in EXTREMES
        else before[n] + sum(on[n] for on in ons) - sum(off[n] for off in offs)
        for n, name in enumerate(KEPT)
    ]
    return tuple(now) if now[FOUND] else NOTHING


def _is_lost(before: Kept, offs: Sequence[Kept], ons: Sequence[Kept]) -> bool:
    """Whether what was the least or the most of a group was taken off it, and nothing like it
    added."""
    for n in PLACES_OF_EXTREMES:
        was_there = any(off[n] is not None and off[n] == before[n] for off in offs)
        if was_there and _extreme(KEPT[n], [on[n] for on in ons]) != _extreme(
            KEPT[n], [before[n], *(on[n] for on in ons)]
        ):
            return True
    return False


def _groups_of_touched(connection: Any, total: Total, at: int, moved: int) -> dict[Key, Kept]:
    """What the rows that the version `moved` touched came to at a version."""
    sql = _groups(total, _rows(at, TOUCHED))
    return dict(_split(total, row) for row in connection.execute(sql, {"at": at, "moved": moved}))


def _extreme(name: str, values: Sequence[Any]) -> Any:
    """The least or most of what is known."""
    known = [value for value in values if value is not None]
    return (min(known) if name == "least" else max(known)) if known else None


def _look_again(connection: Any, total: Total, leading: Key, keys: set[Key]) -> Changes:
    """Where what was the least or the most of a group went, only its rows can say what is now.

    They are read in the narrow index, next to each other.
    """
    only = "".join(f" AND {name} = :{name}" for name in LEADING)
    rows = connection.execute(
        _groups(total, _rows(None, only)), dict(zip(LEADING, leading, strict=True))
    )
    again = [_split(total, row) for row in rows]
    return {key: Change(_stored(connection, total, key), now) for key, now in again if key in keys}


def _split(total: Total, row: Sequence[Any]) -> tuple[Key, Kept]:
    width = len(total.dimensions)
    return tuple(row[:width]), tuple(row[width:])


def _stored(connection: Any, total: Total, key: Key) -> Kept:
    where = " AND ".join(f"{name} = ?" for name in total.dimensions)
    row: Kept | None = connection.execute(
        f"SELECT {', '.join(KEPT)} FROM {total.table} WHERE {where}", key
    ).fetchone()
    return row or NOTHING


def _store(connection: Any, total: Total, changes: Changes) -> None:
    where = " AND ".join(f"{name} = ?" for name in total.dimensions)
    connection.executemany(f"DELETE FROM {total.table} WHERE {where}", changes)
    names = (*total.dimensions, *KEPT)
    connection.executemany(
        f"INSERT INTO {total.table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
        [(*key, *now) for key, (_, now) in changes.items() if now[FOUND]],
    )
    if total.many:
        follow(connection, total, changes)
