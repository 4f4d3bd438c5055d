"""`quipu doctor`"""

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import click

from api.cli.database import FOUND
from api.cli.report import print_json
from api.cli.say import say
from api.settings import Settings
from api.store import engine
from api.store.checks import altered_checks, text_checks
from api.store.history import broken_links, releases, stray_columns
from api.store.members import lacking
from api.store.summaries import stray_summaries
from api.store.tables import missing_parts, refuse_other_layout


class Check(NamedTuple):
    """One thing looked at: `ok`, `warning` or `error`."""

    name: str
    level: str
    detail: str


@click.command()
@click.option("--json", "as_json", is_flag=True, help="List the checks as JSON on stdout.")
@click.pass_obj
def doctor(settings: Settings, as_json: bool) -> None:
    """Look whether this installation and its database are sound. Changes nothing."""
    checks = list(examine(settings))
    if as_json:
        print_json([check._asdict() for check in checks])
    else:
        for check in checks:
            say(f"{check.level:>7}  {check.name}: {check.detail}")
    if any(check.level == "error" for check in checks):
        sys.exit(FOUND)


def examine(settings: Settings) -> Iterator[Check]:
    """Every check, from the library down to the stored bytes."""
    yield _library()
    if not Path(settings.database).exists():
        detail = f"{settings.database} does not exist yet; `quipu serve` or `quipu load` makes it"
        yield Check("database", "warning", detail)
        return
    try:
        with closing(engine.open_reader(settings.database)) as connection:
            yield from _database(connection)
    except (engine.Unavailable, engine.DatabaseError) as error:
        yield Check("database", "error", f"cannot be read: {error}")


def _library() -> Check:
    found = ".".join(map(str, engine.sqlite_version()))
    if engine.sqlite_version() >= engine.SAFE_SQLITE:
        return Check("sqlite", "ok", found)
    wanted = ".".join(map(str, engine.SAFE_SQLITE))
    detail = (
        f"{found} is older than {wanted}: two processes that checkpoint at once can lose the "
        "newest writes; load from one process at a time"
    )
    return Check("sqlite", "warning", detail)


def _database(connection: Any) -> Iterator[Check]:
    problems = engine.integrity_problems(connection)
    yield Check("integrity", "error" if problems else "ok", "; ".join(problems) or "sound")
    try:
        refuse_other_layout(connection)
    except engine.Unavailable as error:
        yield Check("layout", "error", str(error))
        return
    missing = list(missing_parts(connection))
    detail = "; ".join(missing[:10]) or "as declared"
    yield Check("layout", "error" if missing else "ok", detail)
    if missing:
        return
    broken = list(broken_links(connection))
    number = sum(1 for _ in releases(connection))
    yield Check("history", "error" if broken else "ok", "; ".join(broken) or f"{number} releases")
    altered = list(altered_checks(connection))
    number = sum(1 for _ in text_checks(connection))
    detail = "; ".join(altered) or f"{number} checks of sources' texts"
    yield Check("text checks", "error" if altered else "ok", detail)
    stray = list(stray_columns(connection))
    yield Check(
        "columns", "error" if stray else "ok", "; ".join(stray[:10]) or "follow from bodies"
    )
    if not stray:
        lack = list(lacking(connection))
        yield Check("members", "warning" if lack else "ok", "; ".join(lack[:10]) or "all there")
    wrong = list(stray_summaries(connection))
    yield Check(
        "summaries", "error" if wrong else "ok", "; ".join(wrong[:10]) or "follow from the rows"
    )
