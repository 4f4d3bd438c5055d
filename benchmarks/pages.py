"""What a command printed is put into a page between its marks, never by hand; what it measured is
kept as JSON."""

import json
from pathlib import Path
from typing import Any

from benchmarks.folders import BUILD, ROOT

README = ROOT / "README.md"
PERFORMANCE = ROOT / "docs" / "performance.md"
SCALE = ROOT / "docs" / "scale.svg"


class NoMarks(Exception):
    """A page has no marks of this name, or more than one pair."""


def marks(name: str) -> tuple[str, str]:
    return f"<!-- {name}: written by the benchmark -->\n", f"<!-- end of {name} -->\n"


def replaced(page: str, name: str, text: str) -> str:
    """The page with `text` between the marks. Raises NoMarks."""
    begin, end = marks(name)
    if page.count(begin) != 1 or page.count(end) != 1 or page.index(begin) > page.index(end):
        raise NoMarks(f"the page needs one line {begin.strip()!r} and after it one {end.strip()!r}")
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}{text.strip()}\n{end}{after}"


def write(file: Path, name: str, text: str) -> None:
    file.write_text(replaced(file.read_text(encoding="utf-8"), name, text), encoding="utf-8")


def keep(name: str, result: dict[str, Any]) -> None:
    """Keep the raw numbers, with command and machine, in the build folder."""
    file = BUILD / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
