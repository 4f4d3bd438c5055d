"""What held at a data version, in SQL: what is stored begins with one and ends with one."""

from functools import lru_cache
from typing import Any

from api.store.dialect import unsearched


@lru_cache(maxsize=256)
def in_version(at: int | None, of: str = "") -> str:
    """SQL for rows that hold at a version (the parameter `at`), or now; `of` is the name that their
    table has in the query, where it must be said."""
    prefix = f"{of}." if of else ""
    # By when they came no rows are searched for: nearly all came before most versions.
    return lasting(at, unsearched(f"{prefix}from_version"), f"{prefix}to_version")


def lasting(at: int | None, begun: str, ended: str) -> str:
    """The same of what begins and ends with the versions in two columns."""
    if at is None:
        return f"{ended} IS NULL"
    return f"{begun} <= :at AND ({ended} IS NULL OR {ended} > :at)"


def version_parameters(at: int | None) -> dict[str, Any]:
    return {} if at is None else {"at": at}


def brought(table: str, at: str) -> str:
    """SQL that is true for the rows that came with a version (`at` is a parameter).

    They have been numbered one after the other, and stand so: very many are read in this order far
    sooner than by an index, which leads from each to any other place.
    """
    numbers = f"FROM {table} WHERE from_version = :{at}"
    return (
        f"row BETWEEN (SELECT MIN(row) {numbers}) AND (SELECT MAX(row) {numbers}) "
        f"AND from_version + 0 = :{at}"
    )
