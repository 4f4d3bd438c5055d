"""What the commands that measure share: what is kept of a run, and where it is told."""

import argparse
import sys
from collections.abc import Callable, Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any

from benchmarks import pages
from benchmarks.agreement import Wrong
from benchmarks.environments import Missing
from benchmarks.machine import machine
from benchmarks.process import DidNotStart

# What keeps a run from measuring, and is no mistake of the command.
FAILURES = (Wrong, Missing, DidNotStart, OSError, HTTPException)
# Of the options: what is measured shows them itself, or does not depend on them.
NOT_KEPT = ("only", "write")


def run(
    name: str, options: argparse.Namespace, measure: Callable[[], Mapping[str, Any]]
) -> dict[str, Any]:
    """What is measured, with the command, the machine as it was before, and the options. Ends the
    program where it cannot be measured."""
    here = machine()
    try:
        found = measure()
    except FAILURES as error:
        sys.exit(f"{type(error).__name__}: {error}")
    given = {option: value for option, value in vars(options).items() if option not in NOT_KEPT}
    command = " ".join([f"python -m benchmarks.{name}", *sys.argv[1:]])
    return {"command": command, "machine": here, **given, **found}


def tell(name: str, text: str, *places: Path) -> None:
    """Print what was measured, and put it into these pages."""
    print(text)
    for place in places:
        pages.write(place, name, text)
