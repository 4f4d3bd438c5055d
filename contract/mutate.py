"""Takes one pattern after the other out of a copy of the program, and sees whether a test notices.

    python -m contract.mutate [N [SEED]]   N of the mutants, chosen at random; all of them without N

Without N the result is written to docs/mutants.md. A mutant that no test notices ends it with 1.
"""

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from contract.mutants import MUTANTS, Mutant

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "mutants.md"
COPIED = ("api", "contract/*.py", "contract/mutants", "contract/released", "schemas", "seed_data")
COPIED += ("tests", "openapi.yaml", "pyproject.toml", "README.md", "docs", "CHANGELOG.md")
SECONDS = 600
HOW = ("-x", "-q", "-p", "no:cacheprovider", "--hypothesis-profile=unshrunk")
INTRODUCTION = """\
# Mutants

How tight the net of the tests is: `make mutants` takes the patterns below out of a copy of the \
program, one at a time, and runs the tests that are to notice. This page is what it wrote. CI does \
it with a few of them, chosen anew each time. The document of the copy is written anew with each \
pattern out: that it would no longer be the committed one is no merit of a test.

"""


def apply(mutant: Mutant, folder: Path) -> None:
    """Put the mutant into a copy. Raises ValueError unless its text stands there once."""
    file = folder / mutant.file
    text = file.read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        raise ValueError(f"{mutant.name}: stands {text.count(mutant.old)} times in {mutant.file}")
    file.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")


@contextmanager
def copy_of_the_program() -> Iterator[Path]:
    with TemporaryDirectory(prefix="quipu-mutant-") as name:
        for pattern in COPIED:
            for found in ROOT.glob(pattern):
                target = Path(name) / found.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                if found.is_dir():
                    shutil.copytree(found, target, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(found, target)
        yield Path(name)


def caught_by(mutant: Mutant) -> str | None:
    """The first test that fails with the mutant in place; None if all of them pass."""
    with copy_of_the_program() as folder:
        apply(mutant, folder)
        _run(folder, "api.cli", "openapi")
        done = _run(folder, "pytest", *HOW, *mutant.tests.split())
    if done.returncode == 0:
        return None
    found = re.search(r"^(?:FAILED|ERROR) (\S+?)(?:\[| - |$)", done.stdout, re.MULTILINE)
    if not found:
        raise RuntimeError(f"{mutant.name}: {done.stdout}{done.stderr}")
    return found[1]


def _run(folder: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own commands
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


def main(arguments: list[str]) -> int:
    chosen = list(MUTANTS)
    if arguments:
        seed = int(arguments[1]) if len(arguments) > 1 else random.randrange(10**6)  # noqa: S311 - no secret
        print(f"seed {seed} (again: make mutants N={arguments[0]} SEED={seed})")
        number = min(int(arguments[0]), len(chosen))
        chosen = random.Random(seed).sample(chosen, number)  # noqa: S311 - no secret
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = []
        for mutant, test in zip(chosen, pool.map(caught_by, chosen), strict=True):
            print(f"{mutant.name}: {test or 'NOT NOTICED'}", flush=True)
            results.append((mutant, test))
    unnoticed = [mutant for mutant, test in results if test is None]
    print(f"{len(results) - len(unnoticed)} of {len(results)} mutants were noticed")
    if not arguments:
        PAGE.write_text(page(results), encoding="utf-8")
    return 1 if unnoticed else 0


def page(results: list[tuple[Mutant, str | None]]) -> str:
    noticed = sum(test is not None for _, test in results)
    rows = [
        f"| {mutant.name} | `{mutant.file}` | {f'`{test}`' if test else '**no test**'} |"
        for mutant, test in results
    ]
    table = ["| taken out | of | noticed by |", "| --- | --- | --- |", *rows]
    summary = f"{noticed} of {len(results)} are noticed.\n\n"
    return INTRODUCTION + summary + "\n".join(table) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
