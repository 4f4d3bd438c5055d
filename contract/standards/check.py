"""Runs every validator on what a service gives out, then on what was spoilt on purpose.

python check.py ADDRESS FOLDER
"""

import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import databases
import documents
import graphs
import packages
from checking import Check
from fetch import fetch

CHECKS = (*packages.CHECKS, *databases.CHECKS, *graphs.CHECKS, *documents.CHECKS)


def main(address: str, folder: Path) -> int:
    """1 if a validator finds something, or fails to notice a fault; else 0."""
    fetch(address, folder)
    missed = 0
    for check in CHECKS:
        if not check.can_run():
            print(f"skipped: {check.name}: {check.needs} is not installed (make lint-contract)")
            continue
        problems = found(check, folder)
        missed += bool(problems)
        print(f"{'FAILED' if problems else 'passed'}: {check.name}")
        for problem in problems[:10]:
            print(f"    {problem}")
        for name, spoil in check.faults.items():
            noticed = notices(check, folder, spoil)
            missed += not noticed
            print(f"    {'noticed' if noticed else 'NOT NOTICED'}: {name}")
    print(f"{len(CHECKS)} standards, {missed} failures")
    return int(missed > 0)


def found(check: Check, folder: Path) -> list[str]:
    """What a validator finds wrong; what makes it stop is a finding too."""
    try:
        return check.run(folder)
    except Exception as error:
        return [f"{type(error).__name__}: {error}"[:1000]]


def notices(check: Check, folder: Path, spoil: object) -> bool:
    spoilt = folder.with_name("spoilt")
    shutil.copytree(folder, spoilt)
    try:
        spoil(spoilt)  # type: ignore[operator]
        # Some validators cry out loud: here that is as it should be.
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            return bool(found(check, spoilt))
    finally:
        shutil.rmtree(spoilt)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
