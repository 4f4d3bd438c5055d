"""Making the totals: the SQL of their groups, and all of them at once.

`api.store.following` keeps them right from version to version.
"""

from collections.abc import Iterator
from typing import Any

from api.store.claims import TABLE as CLAIMS
from api.store.claims import held
from api.store.columns import index_name
from api.store.dialect import read_by, split
from api.store.grouped import NUMBERS, grouped, rows_of
from api.store.narrow import PURPOSE, VALID
from api.store.ranking import RANKED, drop_orders, numbers_of, numbers_table, rank
from api.store.totals import KEPT, OF_ALL, TOTALS, Total, dimension, names_region
from api.store.versions import in_version
from schemas import FIGURE
from schemas.claim import BEST
from schemas.group import TOGETHER

NAME = FIGURE.name
FROM_ROWS = tuple(total for total in TOTALS if total.of is None)
# The rows of all figures, while the totals are made anew.
ALL_ROWS = f"{NAME}_totalled"


def rebuild(connection: Any) -> None:
    """Add up every current figure."""
    # Read once from the narrow index, then grouped from what little of it is needed; in the order
    # of the rows, in which their regions are found next to each other.
    connection.execute(
        f"CREATE TEMPORARY TABLE {ALL_ROWS} AS "
        f"SELECT * FROM {totalled_rows(None)} AS f ORDER BY member"
    )
    for total in FROM_ROWS:
        _fill(connection, total, groups_of(total, ALL_ROWS))
    connection.execute(f"DROP TABLE {ALL_ROWS}")
    _roll_up(connection)


def stray_totals(connection: Any) -> Iterator[str]:
    """Where the totals that are stored are not those of the current figures."""
    for total in TOTALS:
        stored = f"SELECT {', '.join((*total.dimensions, *KEPT))} FROM {total.table}"
        expected = parts_of(total) if total.of else groups_of(total, totalled_rows(None))
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
    """Make the totals that are of others."""
    for total in derived():
        _fill(connection, total, parts_of(total))


def derived() -> list[Total]:
    """The totals that are of others, these first."""
    return sorted((total for total in TOTALS if total.of), key=_depth)


def _depth(total: Total) -> int:
    return 1 + _depth(whole_of(total)) if total.of else 0


def has_regions_of(total: Total, whole: Total) -> bool:
    """Whether a total is by region where the one that it is of is by area."""
    return "region" in total.dimensions and "region" not in whole.dimensions


def whole_of(total: Total) -> Total:
    (whole,) = [other for other in TOTALS if other.name == total.of]
    return whole


def _fill(connection: Any, total: Total, sql: str) -> None:
    names = ", ".join((*total.dimensions, *KEPT))
    if total.many:
        drop_orders(connection, total)
    connection.execute(f"DELETE FROM {total.table}")
    connection.execute(f"INSERT INTO {total.table} ({names}) {sql}")
    if total.many:
        rank(connection, total)


def parts_of(total: Total, *, of_one: bool = False) -> str:
    """SQL for the groups of a total from those of the one that it is of; or for one of them, with
    its dimensions as parameters."""
    names = ", ".join(total.dimensions)
    numbers = [f"SUM({name})" for name, _ in OF_ALL] + [number.of_parts for number in NUMBERS]
    whole = whole_of(total)
    source = whole.table
    if has_regions_of(total, whole) and of_one:
        its = names_region("area", "region")
        source = f"(SELECT *, :region AS region FROM {whole.table} WHERE {its})"
    elif has_regions_of(total, whole):
        areas = f"SELECT DISTINCT area FROM {NAME}_by_area"
        source += f" JOIN ({split(areas, 'area', TOGETHER, 'region')}) USING (area)"
    where = [f"{name} = :{name}" for name in total.dimensions if of_one]
    return (
        f"SELECT {names}, {', '.join(numbers)} FROM {source}"
        + f" WHERE {' AND '.join(where)}" * bool(where)
        + f" GROUP BY {names}"
    )


def groups_of(total: Total, rows: str) -> str:
    """SQL for the groups of some rows."""
    numbers = [*OF_ALL, *((number.name, number.of_rows) for number in NUMBERS)]
    return grouped(
        FIGURE,
        [dimension(name) for name in total.dimensions],
        rows,
        [f"{sql} AS {name}" for name, sql in numbers],
    )


def totalled_rows(at: int | None, only: str = "") -> str:
    """SQL for the rows of a version, or some of them, with what the totals say of each."""
    figures = NAME if at is not None else read_by(NAME, index_name(FIGURE, None, PURPOSE))
    counted = f"{VALID} AND (place IS NULL OR place = {BEST})"
    dimensions = [dimension(name) for total in TOTALS for name in total.dimensions]
    return rows_of(
        f"{figures} LEFT JOIN {CLAIMS} ON member = id AND {held(at)}",
        dimensions,
        in_version(at) + only,
        [
            f"CASE WHEN {VALID} THEN 0 ELSE 1 END AS is_deprecated",
            f"CASE WHEN {VALID} AND place > {BEST} THEN 1 ELSE 0 END AS is_repeated",
            *(
                f"CASE WHEN {counted} THEN {name} END AS {name}"
                for name in ("value", "qualifier", "regions_each")
            ),
        ],
    )
