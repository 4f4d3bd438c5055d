"""Keeping the totals right from version to version.

A load that changes little takes off what the rows that it touched came to before, and adds what
they come to now; so do the totals that are of others with what moved in these. One that changes
much has all of them made anew.
"""

from collections.abc import Sequence
from typing import Any

from api.store.claims import TABLE as CLAIMS
from api.store.counts import is_much, moved_rows
from api.store.narrow import LEADING
from api.store.ranking import follow
from api.store.totalling import (
    FROM_ROWS,
    NAME,
    derived,
    groups_of,
    has_regions_of,
    parts_of,
    rebuild,
    totalled_rows,
    whole_of,
)
from api.store.totals import EXTREMES, KEPT, Kept, Key, Shift, Shifts, Total
from schemas import FIGURE
from schemas.group import TOGETHER

FOUND = KEPT.index("found")
PLACES_OF_EXTREMES = tuple(KEPT.index(name) for name in EXTREMES)
NOTHING = tuple(None if name in EXTREMES else 0 for name in KEPT)
# Where so many least and most went, all is made anew: it takes no longer.
MANY_LOST = 50
TOUCHED = (
    f" AND row IN (SELECT row FROM {NAME} WHERE from_version = :moved "
    f"UNION SELECT row FROM {NAME} WHERE to_version = :moved "
    f"UNION SELECT f.row FROM {CLAIMS} AS c CROSS JOIN {NAME} AS f WHERE f.id = c.member "
    "AND (c.begun = :moved OR c.ended = :moved))"
)


def renew(connection: Any, at: int) -> None:
    """Bring the totals to a version, from the version before; the claims are there already."""
    if is_much(connection, FIGURE, moved_rows(connection, FIGURE, at)):
        rebuild(connection)
        return
    changes: dict[str, Shifts] = {}
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
    for total in derived():
        whole = whole_of(total)
        changes[total.name] = _follow_whole(connection, total, whole, changes[whole.name])
        _store(connection, total, changes[total.name])


def _follow_whole(connection: Any, total: Total, whole: Total, moved: Shifts) -> Shifts:
    """What becomes of the groups of a total where those of the one that it is of, which are stored,
    have moved."""
    parts: dict[Key, list[Shift]] = {}
    for parent, change in moved.items():
        for key in _keys_within(total, whole, parent):
            parts.setdefault(key, []).append(change)
    changes: Shifts = {}
    for key, some in parts.items():
        before = _stored(connection, total, key)
        offs, ons = [off for off, _ in some], [on for _, on in some]
        now = _moved(before, offs, ons)
        if now[FOUND] and _is_lost(before, offs, ons):
            group = dict(zip(total.dimensions, key, strict=True))
            _, now = _split(
                total, connection.execute(parts_of(total, of_one=True), group).fetchone()
            )
        changes[key] = Shift(before, now)
    return changes


def _keys_within(total: Total, whole: Total, key: Key) -> list[Key]:
    """The groups of a total that a group of the one that it is of is in: one, or one for each
    region of its area."""
    group = dict(zip(whole.dimensions, key, strict=True))
    if has_regions_of(total, whole):
        regions = group["area"].split(TOGETHER)
        groups = [{**group, "region": region} for region in regions]
    else:
        groups = [group]
    return [tuple(one[name] for name in total.dimensions) for one in groups]


def _follow(
    connection: Any, total: Total, at: int, lost: dict[Key, dict[Total, set[Key]]]
) -> Shifts:
    """What becomes of the groups whose rows a version touched; those whose least or most went come
    into `lost`."""
    went = _groups_of_touched(connection, total, at - 1, at)
    came = _groups_of_touched(connection, total, at, at)
    changes: Shifts = {}
    for key in {*went, *came}:
        offs, ons = [went.get(key, NOTHING)], [came.get(key, NOTHING)]
        if offs == ons:  # as where only a label has changed
            continue
        before = _stored(connection, total, key)
        now = _moved(before, offs, ons)
        changes[key] = Shift(before, now)
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
    sql = groups_of(total, totalled_rows(at, TOUCHED))
    return dict(_split(total, row) for row in connection.execute(sql, {"at": at, "moved": moved}))


def _extreme(name: str, values: Sequence[Any]) -> Any:
    """The least or most of what is known."""
    known = [value for value in values if value is not None]
    return (min(known) if name == "least" else max(known)) if known else None


def _look_again(connection: Any, total: Total, leading: Key, keys: set[Key]) -> Shifts:
    """Where what was the least or the most of a group went, only its rows can say what is now.

    They are read in the narrow index, next to each other.
    """
    only = "".join(f" AND {name} = :{name}" for name in LEADING)
    rows = connection.execute(
        groups_of(total, totalled_rows(None, only)), dict(zip(LEADING, leading, strict=True))
    )
    again = [_split(total, row) for row in rows]
    return {key: Shift(_stored(connection, total, key), now) for key, now in again if key in keys}


def _split(total: Total, row: Sequence[Any]) -> tuple[Key, Kept]:
    width = len(total.dimensions)
    return tuple(row[:width]), tuple(row[width:])


def _stored(connection: Any, total: Total, key: Key) -> Kept:
    where = " AND ".join(f"{name} = ?" for name in total.dimensions)
    row: Kept | None = connection.execute(
        f"SELECT {', '.join(KEPT)} FROM {total.table} WHERE {where}", key
    ).fetchone()
    return row or NOTHING


def _store(connection: Any, total: Total, changes: Shifts) -> None:
    where = " AND ".join(f"{name} = ?" for name in total.dimensions)
    connection.executemany(f"DELETE FROM {total.table} WHERE {where}", changes)
    names = (*total.dimensions, *KEPT)
    connection.executemany(
        f"INSERT INTO {total.table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
        [(*key, *now) for key, (_, now) in changes.items() if now[FOUND]],
    )
    if total.many:
        follow(connection, total, changes)
