"""Files that the program writes about itself, and that are committed: written, or compared."""

import sys
from collections.abc import Mapping
from pathlib import Path

from api.cli.database import FOUND
from api.cli.report import writing
from api.cli.say import say


def write_or_compare(files: Mapping[Path, str], command: str, *, check: bool) -> None:
    """Write files, or say which are not what the program says. Ends the command if some are not."""
    stale = False
    for file, text in files.items():
        with writing(file):
            if not check:
                file.write_text(text, encoding="utf-8")
                say(f"{file} written")
            elif file.exists() and file.read_bytes() == text.encode():
                say(f"{file} is up to date")
            else:
                fault = "is not what the program says" if file.exists() else "is not there"
                say(f"{file} {fault}: run `{command}` and commit it")
                stale = True
    if stale:
        sys.exit(FOUND)
