"""`quipu load`"""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import click

from api.cli.database import FOUND, is_empty, now, writer
from api.cli.report import outcome_as_json, print_json, say_outcome
from api.cli.say import on_one_line, say
from api.cli.temporary import temporary_folder
from api.intake.packaged import needs, packaged_datasets
from api.intake.read import Bundle, open_dataset
from api.scheduling.processor import stand_back
from api.settings import Settings
from api.store.engine import Database, write_transaction
from api.store.load import Outcome, load_dataset


@click.command()
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Go all the way and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Say what was done as JSON on stdout.")
@click.pass_obj
def load(settings: Settings, path: Path | None, dry_run: bool, as_json: bool) -> None:
    """Load a data set: a folder, or one YAML or NDJSON file.

    It replaces what that data set said before, and nothing else. If anything in it is wrong,
    everything wrong is listed and nothing is changed. Without PATH, the data sets that come with
    the program are loaded; and before a PATH that depends on them, where nothing ever was.
    """
    stand_back()
    given = open_dataset(path) if path else None
    with _database(settings, dry_run=dry_run) as db:
        if given:
            first = _first(db, given)
            if first:
                say("nothing was loaded yet: the data sets that come with the program come first")
            outcomes = _loaded(db, first, [given], dry_run=dry_run)
            if outcomes[-1].findings and not first and is_empty(db):
                outcomes = [_refused_beside_others(db, given, outcomes[-1])]
        elif is_empty(db) or dry_run:
            outcomes = _loaded(db, packaged_datasets(), [], dry_run=dry_run)
        else:
            outcomes = _loaded(db, [], packaged_datasets(), dry_run=False)
    for outcome in outcomes:
        say_outcome(outcome, dry_run=dry_run)
    if as_json:
        found = [outcome_as_json(outcome, dry_run=dry_run) for outcome in outcomes]
        print_json({**found[-1], "before": found[:-1]} if given else found)
    if any(outcome.findings for outcome in outcomes):
        sys.exit(FOUND)


def _first(db: Database, given: Bundle) -> list[Bundle]:
    """What is loaded before the data set that is given: if nothing was ever loaded, and it depends
    on data sets that come with the program, all of them, but for itself and what needs it."""
    if given.findings or not is_empty(db):
        return []
    packaged = packaged_datasets()
    if needs(given).isdisjoint(bundle.dataset for bundle in packaged):
        return []
    return _before(given, packaged)


def _before(given: Bundle, packaged: list[Bundle]) -> list[Bundle]:
    """Those of the program's data sets that neither are the one that is given nor need it."""
    later = {given.dataset}
    first = []
    for bundle in packaged:  # each stands after those that it needs
        if bundle.dataset in later or needs(bundle) & later:
            later.add(bundle.dataset)
        else:
            first.append(bundle)
    return first


def _refused_beside_others(db: Database, given: Bundle, alone: Outcome) -> Outcome:
    """Why a data set is refused where nothing was ever loaded: what is wrong with it beside the
    data sets of the program, which it would name if what says so could be read. Nothing of it is
    kept. Whoever needs none of them, and has more to mend beside them, hears what is wrong `alone`.
    """
    with write_transaction(db, keep=False):
        for bundle in _before(given, packaged_datasets()):
            load_dataset(db, bundle, now)
        beside = _load(db, given)
    return min(beside, alone, key=lambda outcome: len(outcome.findings) + outcome.unlisted)


@contextmanager
def _database(settings: Settings, *, dry_run: bool) -> Iterator[Database]:
    """The database to load into; for a dry run where there is none, one that goes away again."""
    if dry_run and not Path(settings.database).exists():
        with temporary_folder("dry-run") as folder:
            elsewhere = replace(settings, database=str(folder / "quipu.db"))
            with writer(elsewhere) as db:
                yield db
    else:
        with writer(settings) as db:
            yield db


def _loaded(
    db: Database, first: list[Bundle], then: list[Bundle], *, dry_run: bool
) -> list[Outcome]:
    """What was done with each. What comes first is loaded all at once, or not at all; in a dry run
    what rests on it is loaded with it, and all of it undone."""
    outcomes = []
    if first:
        with write_transaction(db, keep=not dry_run):
            outcomes += [_load(db, bundle) for bundle in (*first, *(then if dry_run else ()))]
    if not (first and dry_run):
        outcomes += [_load(db, bundle, dry_run=dry_run) for bundle in then]
    return outcomes


def _load(db: Database, bundle: Bundle, *, dry_run: bool = False) -> Outcome:
    with _bar(bundle) as bar:
        return load_dataset(db, bundle, now, dry_run=dry_run, progress=bar.update)


def _bar(bundle: Bundle) -> AbstractContextManager["_Silent"]:
    """A progress bar on stderr, where that is a terminal."""
    is_shown = sys.stderr is not None and sys.stderr.isatty()  # None: it is closed
    return _Bar(bundle) if is_shown else nullcontext(_Silent())


class _Silent:
    def update(self, count: int) -> None:
        """Show nothing."""


class _Bar(_Silent):
    """How many records are written, how many a second, and how long the others will take."""

    def __init__(self, bundle: Bundle) -> None:
        self._number, self._done, self._began = bundle.number, 0, monotonic()
        self._bar = click.progressbar(
            length=bundle.number,
            label=on_one_line(bundle.dataset or "data set"),
            file=sys.stderr,
            show_pos=True,
            show_percent=True,
            item_show_func=lambda said: said,
        )

    def __enter__(self) -> "_Bar":
        self._bar.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._bar.__exit__(*error)

    def update(self, count: int) -> None:
        self._done += count
        seconds = max(monotonic() - self._began, 0.001)
        said = f"{self._done / seconds:,.0f} records/s"
        if self._done >= self._number:
            said += ", then indexes and totals"
        self._bar.update(count, said)
