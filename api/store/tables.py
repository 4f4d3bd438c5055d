"""The tables, derived from the declarations, and their migrations.

For each resource: its table, system-versioned (`from_version`, `to_version`; current rows have no
`to_version`), one join table for each path with several values, one full-text index and, where
records can contradict each other, a table of those that do. Beside them `releases`, one row for
each load that changed something, `text_checks`, one for each time a source's text was seen,
`seen_lines`, from which line each row was read, and what is brought to each version beforehand:
changes by what they are about, claims, counts and totals (`api.store.summaries`).

Columns follow from bodies, so a changed declaration needs no hand-written migration: its layout
has another fingerprint, and the migration named after it builds the columns anew.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from api.store.columns import columns, joins, text_table
from api.store.conflicts import conflict_table, derive_conflicts
from api.store.dialect import text_index
from api.store.engine import (
    MIGRATIONS,
    NOTED,
    Unavailable,
    can_be_marked,
    index_names,
    open_writer,
    refuse_foreign,
)
from api.store.rows import BATCH, create_indexes, indexes, insert_rows, made_row
from api.store.summaries import create_summaries, rebuild_summaries, summary_layout
from schemas import RESOURCES
from schemas.compact import parse
from schemas.resource import Resource

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

# Part of the fingerprint: raise it when the tables change for another reason than a declaration.
LAYOUT = 9
LAYOUT_PREFIX = "layout-"


def layout() -> list[Any]:
    """What the tables look like, as plain data."""
    return [
        LAYOUT,
        [
            [
                resource.name,
                [
                    [column.name, column.type.__name__, column.nullable]
                    for column in columns(resource)
                ],
                [join.table for join in joins(resource)],
                list(resource.text),
                indexes(resource),
                list(resource.contest or ()),
            ]
            for resource in RESOURCES
        ],
        summary_layout(),
    ]


def layout_name() -> str:
    """The name of the migration that makes the declared layout."""
    return LAYOUT_PREFIX + sha256(json.dumps(layout()).encode()).hexdigest()[:12]


def migrations() -> "Migrations":
    """Every step from an empty database to the declared layout."""
    from sqlite_utils import Migrations  # noqa: PLC0415 - who only reads starts without it

    from api.store.checks import create_text_checks  # noqa: PLC0415 - nor does it check texts
    from api.store.history import create_releases  # noqa: PLC0415
    from api.store.seen import create_seen  # noqa: PLC0415 - nor does it load lines

    steps = Migrations(MIGRATIONS)

    steps(name="releases")(create_releases)
    steps(name="text-checks")(create_text_checks)
    steps(name="seen-lines")(create_seen)

    @steps(name=layout_name())
    def derive(db: "Database") -> None:
        for resource in RESOURCES:
            rebuild(db, resource)
        create_summaries(db.conn)
        rebuild_summaries(db.conn)
        # A layout that was left is no longer applied: one may come back to it.
        applied = db.table(NOTED)
        for migration in steps.applied(db):
            if migration.name.startswith(LAYOUT_PREFIX):
                applied.delete_where("name = ?", [migration.name])

    return steps


def is_current(connection: Any) -> bool:
    """Whether the tables are of the declared layout. Writes nothing.

    The layout's step is the last one, so that it is applied when all of them are.
    """
    if not can_be_marked(connection):
        return False
    applied = connection.execute(
        f"SELECT 1 FROM {NOTED} WHERE migration_set = :set AND name = :name",
        {"set": MIGRATIONS, "name": layout_name()},
    )
    return applied.fetchone() is not None


def refuse_other_layout(connection: Any) -> None:
    """Raises Unavailable where the tables are not of the declared layout; Foreign where they are
    those of something else, which no load would bring to it."""
    if not is_current(connection):
        refuse_foreign(connection)
        raise Unavailable("the database has another layout: run `quipu load`")


def missing_parts(connection: Any) -> Iterator[str]:
    """Each table and index that the layout declares and the database has not."""
    made = open_writer(None, 0)
    migrations().apply(made)
    for part in sorted(_parts(made.conn) - _parts(connection)):
        yield f"{part} is missing"
    made.conn.close()


def _parts(connection: Any) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}


def rebuild(db: "Database", resource: Resource) -> None:
    """Make a resource's tables anew from the bodies that are stored, if any are."""
    table = db.table(resource.name)
    old = f"{resource.name}_before"
    had_rows = table.exists()
    if had_rows:
        db.conn.execute(f"ALTER TABLE {resource.name} RENAME TO {old}")
        _drop_derived(db, resource, old)
    _create(db, resource)
    if had_rows:
        rows = db.conn.execute(
            f"SELECT row, from_version, to_version, body FROM {old} ORDER BY row"
        )
        while batch := rows.fetchmany(BATCH):
            insert_rows(
                db.conn,
                resource,
                {
                    number: made_row(resource, came, went, body, parse(body))
                    for number, came, went, body in batch
                },
            )
    create_indexes(db.conn, resource)
    if had_rows:
        derive_conflicts(db.conn, resource)
        db.table(old).drop()


def _drop_derived(db: "Database", resource: Resource, old: str) -> None:
    derived = [
        name for name in db.table_names() if name.startswith(f"{resource.name}_") and name != old
    ]
    for name in [text_table(resource), *derived]:
        # A full-text index takes its shadow tables along when it goes.
        db.conn.execute(f"DROP TABLE IF EXISTS {name}")
    for name in sorted(index_names(db.conn, old)):
        db.conn.execute(f"DROP INDEX {name}")


def _create(db: "Database", resource: Resource) -> None:
    table = db.table(resource.name)
    table.create(
        {
            "row": int,
            "from_version": int,
            "to_version": int,
            **{column.name: column.type for column in columns(resource)},
            "body": str,
        },
        pk="row",
        not_null={
            "from_version",
            "body",
            *(column.name for column in columns(resource) if not column.nullable),
        },
    )
    for join in joins(resource):
        db.conn.execute(
            f"CREATE TABLE {join.table} (value TEXT NOT NULL, id TEXT NOT NULL, "
            "row INTEGER NOT NULL, PRIMARY KEY (value, id, row)) WITHOUT ROWID"
        )
        db.table(join.table).create_index(["row"])
    db.conn.execute(text_index(text_table(resource)))
    if resource.contest:
        db.conn.execute(
            f"CREATE TABLE {conflict_table(resource)} (contradicted INTEGER NOT NULL, "
            "from_version INTEGER NOT NULL, to_version INTEGER, "
            "PRIMARY KEY (contradicted, from_version)) WITHOUT ROWID"
        )
