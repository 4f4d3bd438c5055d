"""Saying what a load did or what was found: in words on stderr, or as JSON on stdout."""

import errno
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from api.cli.say import let_go, say
from api.intake.finding import Finding
from api.store.load import Outcome, counted
from schemas.cut import cut
from schemas.release import COUNTED


def say_findings(findings: list[Finding]) -> None:
    for finding in findings:
        say(f"  {finding}")


def say_unlisted(number: int) -> None:
    """How many findings there are beside those that were said."""
    if number:
        say(f"  ... and {number} more")


def say_outcome(outcome: Outcome, *, dry_run: bool = False) -> None:
    """One line for what a load did, and each finding if it was refused."""
    if outcome.findings:
        number = len(outcome.findings) + outcome.unlisted
        name = cut(outcome.dataset) or "data set"
        say(f"{name}: refused, nothing was changed; {number} to mend:")
        say_findings(outcome.findings)
        say_unlisted(outcome.unlisted)
        return
    counts = ", ".join(f"{counted(outcome.counts, kind)} {kind}" for kind in COUNTED)
    if outcome.version is None:
        say(f"{outcome.dataset}: nothing new ({counts})")
    elif dry_run:
        say(f"{outcome.dataset}: would become data version {outcome.version} ({counts})")
    else:
        say(f"{outcome.dataset}: data version {outcome.version} ({counts})")


def outcome_as_json(outcome: Outcome, *, dry_run: bool = False) -> dict[str, Any]:
    return {
        "dataset": outcome.dataset,
        "version": outcome.version,
        "dry_run": dry_run,
        "counts": outcome.counts,
        "findings": [finding._asdict() for finding in outcome.findings],
        "unlisted": outcome.unlisted,
    }


def print_json(value: Any) -> None:
    """Data for programs, in UTF-8. Of the name of a file that is none, what is no character is
    escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    with writing():
        click.echo(text.encode("utf-8", "backslashreplace"))


@contextmanager
def writing(file: Path | None = None) -> Iterator[None]:
    """Ends the command with a message when a file, or without one stdout, cannot be written."""
    name = str(file or "stdout")
    if file is None and sys.stdout is None:
        raise click.ClickException(f"{name}: is closed")
    try:
        yield
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader has seen enough: click ends quietly
            raise
        if file is None:
            let_go(sys.stdout)
        raise click.ClickException(f"{name}: {error.strerror}") from error
